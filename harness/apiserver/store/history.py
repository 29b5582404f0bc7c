"""The past of a collection: what it held at a revision, found by undoing the changes since, newest first.

Nothing is kept for it: the log has each change with the version before it, and versions are immutable. So a page of an old list
costs as much as has changed since, and nothing when nothing has.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from harness.apiserver.store.collection import Collection, Entry, Key


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects of a scope (one namespace, or all: None) at one revision, in etcd's order, by their paths in it."""

    entries: Sequence[Entry]
    paths: Sequence[str]

    def after(self, start: str) -> Sequence[Entry]:
        """Return what lies at ``start`` or behind it."""
        return self.entries[bisect_left(self.paths, start) :]


def path_in(scope: str | None, key: Key) -> str:
    """Return the path of an object within a scope: its name, with its namespace where the scope is all of them."""
    return f"{key.namespace}/{key.name}" if scope is None else key.name


def as_of(collection: Collection, revision: int, scope: str | None) -> Snapshot | None:
    """Return what a collection held at ``revision``, or None where that is what it holds now.

    Only meaningful for revisions from the log's ``floor`` on.
    """
    before: dict[Key, Entry | None] = {}
    for change in reversed(list(collection.log.after(revision))):
        if scope is None or change.entry.key.namespace == scope:
            before[change.entry.key] = change.previous
    if not before:
        return None
    found = [entry for entry in collection.scan(scope) if entry.key not in before]
    found += [entry for entry in before.values() if entry is not None]
    placed = sorted(((path_in(scope, entry.key), entry) for entry in found), key=lambda one: one[0])
    return Snapshot([entry for _, entry in placed], [path for path, _ in placed])
