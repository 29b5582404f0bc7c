"""The store of a cluster: collections, one revision, and who owns whom.

A write is one call that cannot fail half-way: callers validate first and then commit. The commit gives the revision,
updates the indexes, appends to the log and hands the change to every subscriber, synchronously, before it returns. It is
not thread-safe: one front owns a store.
"""

from collections.abc import Callable

from harness.apiserver.store.collection import Collection, Entry, Key
from harness.apiserver.store.compaction import Compaction
from harness.apiserver.store.log import Change

Listener = Callable[[Collection, Change], None]


class Store:
    """All objects, by (group, plural); and by uid, as garbage collection asks for them.

    Without ``compaction`` versions are kept as far back as the logs reach.
    """

    def __init__(self, *, log_size: int, compaction: Compaction | None = None) -> None:
        self.revision = 0
        self._compaction = compaction
        self._log_size = log_size
        self._collections: dict[tuple[str, str], Collection] = {}
        self._by_uid: dict[str, tuple[Collection, Key]] = {}
        self._dependents: dict[str, dict[str, None]] = {}
        self.on_change: Listener | None = None

    @property
    def compacted(self) -> int:
        """The oldest revision whose state has not been compacted away."""
        return 0 if self._compaction is None else self._compaction.oldest(self.revision)

    def collection(self, group: str, plural: str) -> Collection:
        """Return the collection, made at the first call: of what was there before, under the same name, it knows nothing."""
        found = self._collections.get((group, plural))
        if found is None:
            found = self._collections[group, plural] = Collection(group, plural, log_size=self._log_size)
            found.log.floor = self.revision
        return found

    def collections(self) -> list[Collection]:
        """Return every collection, ordered by group and plural."""
        return [self._collections[key] for key in sorted(self._collections)]

    def drop(self, collection: Collection) -> None:
        """Forget an (emptied) collection and end its watches; its definition is gone."""
        self._collections.pop((collection.group, collection.plural), None)
        for end in list(collection.subscribers.values()):
            end()

    def owner(self, uid: str) -> tuple[Collection, Entry] | None:
        """Return the object with this uid, or None."""
        place = self._by_uid.get(uid)
        if place is None:
            return None
        entry = place[0].get(place[1])
        return (place[0], entry) if entry is not None and entry.uid == uid else None

    def dependents(self, uid: str) -> list[tuple[Collection, Entry]]:
        """Return the objects that name ``uid`` as an owner, in the order in which they came to do so."""
        found = (self.owner(dependent) for dependent in list(self._dependents.get(uid, ())))
        return [one for one in found if one is not None]

    def commit(self, collection: Collection, entry: Entry, previous: Entry | None) -> None:
        """Store a created (``previous`` None) or changed object, whose revision must be the next one."""
        self._advance(entry.revision)
        collection.put(entry, previous)
        if previous is None or previous.owners != entry.owners:
            self._own(previous, entry)
        self._by_uid[entry.uid] = (collection, entry.key)
        self._publish(collection, Change(entry, previous))

    def remove(self, collection: Collection, last: Entry, previous: Entry) -> None:
        """Remove an object; ``last`` is its final state, at the next revision."""
        self._advance(last.revision)
        collection.remove(previous)
        self._own(previous, None)
        self._by_uid.pop(previous.uid, None)
        self._publish(collection, Change(last, previous, deleted=True))

    def _advance(self, revision: int) -> None:
        if revision != self.revision + 1:
            raise AssertionError(f"revision {revision} committed after {self.revision}")
        if self._compaction is not None:
            self._compaction.oldest(self.revision)  # as it stood at moments that have passed since
        self.revision = revision

    def _own(self, previous: Entry | None, entry: Entry | None) -> None:
        for uid in previous.owners if previous else ():
            dependents = self._dependents.get(uid, {})
            dependents.pop(previous.uid if previous else "", None)
            if not dependents:
                self._dependents.pop(uid, None)
        for uid in entry.owners if entry else ():
            self._dependents.setdefault(uid, {})[entry.uid if entry else ""] = None

    def _publish(self, collection: Collection, change: Change) -> None:
        collection.log.append(change)
        for deliver in tuple(collection.subscribers):
            deliver(change)
        if self.on_change is not None:
            self.on_change(collection, change)
