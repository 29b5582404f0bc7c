"""The table of what is served: resources by group, version and plural; changed only by definitions."""

from collections.abc import Callable, Iterable

from harness.apiserver.messages import Object
from harness.apiserver.resources.resource import Resource
from harness.apiserver.store import Collection, Entry


class Registry:
    """Every served resource. ``version`` grows with each change, so that what is derived can be cached.

    ``converts`` tells whether there is any whose versions a webhook turns into each other.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = {(one.group, one.version, one.plural): one for one in resources}
        self._rank: dict[str, int] = {}
        for group, _, _ in self._resources:
            self._rank.setdefault(group, len(self._rank))
        self._groups: dict[str, tuple[str, ...]] = {}
        self._all: list[Resource] = []
        self._storage: dict[int, Resource] = {}
        self._hidden: dict[tuple[str, str], Resource] = {}
        self.converts = False
        self._kinds: dict[tuple[str, str], Resource] = {}
        self.version = 0
        self._changed()

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """Return a resource, or None."""
        return self._resources.get((group, version, plural))

    def built_in(self, group: str) -> bool:
        """Tell whether a group is the server's own, and not there by a definition."""
        return group in self._rank

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the versions of each group, in the order of discovery; the preferred version of a group is its first."""
        return self._groups

    def in_version(self, group: str, version: str) -> list[Resource]:
        """Return the resources of one group and version, by plural."""
        return [self._resources[key] for key in sorted(self._resources) if key[:2] == (group, version)]

    def all(self) -> list[Resource]:
        """Return every resource, by group, version and plural."""
        return self._all

    def of_collection(self, collection: Collection) -> Resource | None:
        """Return the resource whose version is the one that a collection stores, or None."""
        return self._storage.get(id(collection))

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """Return the resource of a kind, such as an owner reference names it, or None."""
        return self._kinds.get((api_version, kind))

    def define(self, group: str, plural: str, resources: Iterable[Resource]) -> None:
        """Serve these resources for a group and plural, instead of those that were served for them before.

        One that is not ``served`` is found by its collection alone, if that is what the collection stores.
        """
        self._resources = {key: one for key, one in self._resources.items() if (key[0], key[2]) != (group, plural)}
        self._hidden.pop((group, plural), None)
        for one in resources:
            if one.served:
                self._resources[one.group, one.version, one.plural] = one
            elif one.version == one.storage_version:
                self._hidden[group, plural] = one
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        self._all = [self._resources[key] for key in sorted(self._resources)]
        self._kinds = {(one.api_version, one.kind): one for one in reversed(self._all)}
        self._storage = {id(one.collection): one for one in (*self._all, *self._hidden.values()) if one.exact}
        self.converts = any(one.converter is not None for one in self._all)
        versions: dict[str, list[str]] = {}
        for group, version, _ in sorted(self._resources):
            if version not in versions.setdefault(group, []):
                versions[group].append(version)
        last = len(self._rank)  # the groups of definitions, which all have one priority, come after the server's own
        ordered = sorted(versions, key=lambda group: (self._rank.get(group, last), group))
        self._groups = {group: tuple(sorted(versions[group], key=_priority)) for group in ordered}


def _priority(version: str) -> tuple[int, int, int, str]:
    """Order versions as the server does: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name."""
    text = version.removeprefix("v")
    for rank, stage in enumerate(("", "beta", "alpha")):
        major, found, minor = text.partition(stage) if stage else (text, "", "")
        if major.isdigit() and (not stage or (found and minor.isdigit())) and version.startswith("v"):
            return (rank, -int(major), -int(minor or 0), "")
    return (9, 0, 0, version)


def index_fields(resources: Iterable[Resource], read: Callable[[Entry], Object] | None = None) -> None:
    """Tell the collections which fields to index: those that any served version can be selected by.

    ``read`` returns a stored object of theirs as it is read from now on, where that has changed.
    """
    wanted: dict[int, tuple[Collection, dict[str, tuple[str, ...]]]] = {}
    for one in resources:
        wanted.setdefault(id(one.collection), (one.collection, {}))[1].update(one.fields)
    for collection, paths in wanted.values():
        collection.index(paths, read)
