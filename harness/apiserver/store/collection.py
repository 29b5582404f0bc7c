"""A collection: the objects of one resource, found by name, by namespace and by selectable field.

An object is kept as the bytes of its JSON without the opening brace, ``apiVersion`` and ``kind``
(``"metadata":{…},"spec":{…}}``): each served version, and the items of a list of built-in kinds, put their own opening
before it. So a get is one concatenation and a list is one join.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from harness.apiserver.jsontext import loads
from harness.apiserver.store.log import Change, EventLog


class Key(NamedTuple):
    """Where an object is: "" is the namespace of cluster-scoped ones."""

    namespace: str
    name: str


class Entry(NamedTuple):
    """One version of one object.

    ``tail`` is the JSON described above. ``fields`` holds the selectable fields, metadata included; ``owners`` the uids of
    its owners; ``epoch`` the collection's epoch when it was written: an older one means that the schema has changed since
    and the object must be read through it. So it must where the object came in another version and lacks what the stored one
    has by default: ``epoch`` is then its complement, and never that of the collection. ``lacking``
    says that what is stored lacks something which readers are shown: the next write stores it, even if it changes nothing.
    ``tolerated`` says that rules fail on it, which updates have left as it was.
    """

    key: Key
    uid: str
    revision: int
    tail: bytes
    labels: Mapping[str, str]
    fields: Mapping[str, str]
    owners: tuple[str, ...]
    epoch: int
    lacking: bool = False
    tolerated: bool = False

    @property
    def written_in(self) -> int:
        """The collection's epoch when the object was written, whatever it holds."""
        return max(self.epoch, ~self.epoch)


Subscriber = Callable[[Change], None]
_NO_ENTRIES: dict[str, Entry] = {}


def _as_text(value: Any) -> str:
    """Return a scalar as Go's ``fmt.Sprint`` prints it; nothing for what is missing or no scalar."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Collection:
    """The objects of one resource, whatever versions it is served in. Only the `Store` writes here.

    :ivar stored_in: the version of what was stored in an epoch, where several have been stored.
    :ivar zeros: values of selectable fields that are missing, where they are not empty.
    """

    def __init__(self, group: str, plural: str, *, log_size: int) -> None:
        self.group, self.plural = group, plural
        self.epoch = 0
        self.stored_in: dict[int, str] = {}
        self.paths: dict[str, tuple[str, ...]] = {}
        self.zeros: dict[str, str] = {}
        self.log = EventLog(log_size)
        self.subscribers: dict[Subscriber, Callable[[], None]] = {}
        self._entries: dict[str, dict[str, Entry]] = {}
        self._names: dict[str, list[str]] = {}
        self._indexes: dict[str, dict[tuple[str, str], dict[str, Entry]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def get(self, key: Key) -> Entry | None:
        """Return the object's current version, or None."""
        return self._entries.get(key.namespace, _NO_ENTRIES).get(key.name)

    def namespaces(self) -> list[str]:
        """Return the namespaces that hold objects, in etcd's order (that of their paths, which end in a slash)."""
        return sorted((space for space, names in self._names.items() if names), key=lambda space: space + "/")

    def scan(self, namespace: str | None, start: str = "") -> Iterator[Entry]:
        """Yield the objects of one namespace, or (None) of all, in etcd's order.

        ``start`` is where to begin: a name, or for all namespaces (and only for what has them) ``namespace/name``.
        """
        for space, names, first in self._ranges(namespace, start):
            entries = self._entries[space]
            for name in names[first:] if first else names:
                yield entries[name]

    def count(self, namespace: str | None, start: str = "") -> int:
        """Return how many objects `scan` would yield."""
        if namespace is not None and not start:
            return len(self._names.get(namespace, ()))
        return sum(len(names) - first for _, names, first in self._ranges(namespace, start))

    def _ranges(self, namespace: str | None, start: str) -> Iterator[tuple[str, list[str], int]]:
        """Yield namespaces with their names, and the index of the first name that counts."""
        if namespace is not None:
            if names := self._names.get(namespace):
                yield namespace, names, bisect_left(names, start)
            return
        for space in self.namespaces():
            names, prefix = self._names[space], space + "/"
            if not start or prefix > start:
                yield space, names, 0
            elif start.startswith(prefix):
                yield space, names, bisect_left(names, start[len(prefix) :])

    def indexed(self, field: str) -> bool:
        """Tell whether `by_field` can be asked about ``field``."""
        return field in self._indexes

    def by_field(self, field: str, value: str, namespace: str | None) -> Iterator[Entry]:
        """Yield the objects whose ``field`` equals ``value``; the cost depends on their number alone."""
        index = self._indexes[field]
        for space in self.namespaces() if namespace is None else [namespace]:
            found = index.get((space, value), _NO_ENTRIES)
            for name in sorted(found):
                yield found[name]

    def index(
        self, paths: Mapping[str, tuple[str, ...]], read: Callable[[Entry], Mapping[str, Any]] | None = None
    ) -> None:
        """Index exactly these fields from now on, each by the path of its value in the stored object.

        ``read`` returns a stored object as it is read from now on, where that has changed.
        """
        if self.paths == paths and (read is None or not paths):
            return
        self.paths = dict(paths)
        self._indexes = {field: {} for field in self.paths}
        for entry in list(self.scan(None)):
            fields = {name: value for name, value in entry.fields.items() if name.startswith("metadata.")}
            found = loads(b"{" + entry.tail) if read is None else read(entry)
            self.put(entry._replace(fields=fields | self.selectable(found)), entry)

    def selectable(
        self, value: Mapping[str, Any], paths: Mapping[str, tuple[str, ...]] | None = None
    ) -> dict[str, str]:
        """Return the values of the indexed fields of a stored object, or of those at ``paths``, as selectors compare them."""
        found = {}
        for name, path in (self.paths if paths is None else paths).items():
            at: Any = value
            for step in path:
                at = at.get(step) if at.__class__ is dict else None
            found[name] = at if at.__class__ is str else _as_text(at) or self.zeros.get(name, "")
        return found

    def begin_anew(self, revision: int) -> None:
        """End every watch, and let none begin before ``revision``: so it is where the real server starts the storage of a kind anew."""
        self.log.begun = revision
        for end in list(self.subscribers.values()):
            end()

    def put(self, entry: Entry, previous: Entry | None) -> None:
        """Make ``entry`` the current version of its object."""
        space, name = entry.key
        self._entries.setdefault(space, {})[name] = entry
        if previous is None:
            insort(self._names.setdefault(space, []), name)
        for field, index in self._indexes.items():
            value = entry.fields.get(field, "")
            if previous is not None and (old := previous.fields.get(field, "")) != value:
                self._unindex(index, (space, old), name)
            index.setdefault((space, value), {})[name] = entry

    def remove(self, entry: Entry) -> None:
        """Forget the object."""
        space, name = entry.key
        del self._entries[space][name]
        names = self._names[space]
        del names[bisect_left(names, name)]
        if not names:
            del self._names[space], self._entries[space]
        for field, index in self._indexes.items():
            self._unindex(index, (space, entry.fields.get(field, "")), name)

    @staticmethod
    def _unindex(index: dict[tuple[str, str], dict[str, Entry]], place: tuple[str, str], name: str) -> None:
        found = index.get(place)
        if found is not None:
            found.pop(name, None)
            if not found:
                del index[place]
