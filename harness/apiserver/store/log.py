"""The event log of a collection: what changed, in order, as far back as it reaches."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.apiserver.store.collection import Entry


@dataclass(slots=True, eq=False)
class Change:
    """One committed write of one object.

    ``entry`` is the state after it; for a deletion the last state, at the deletion's revision. ``previous`` is None for a
    creation. ``lines`` keeps the serialised watch events, so that all subscribers share one.
    """

    entry: "Entry"
    previous: "Entry | None"
    deleted: bool = False
    lines: dict[object, bytes] = field(default_factory=dict)

    @property
    def revision(self) -> int:
        """The store's revision that this write made."""
        return self.entry.revision


class EventLog:
    """The newest ``size`` changes of a collection.

    ``floor`` is the newest revision that was dropped; ``begun`` the one from which on changes may be watched, though lists may reach
    further back.
    """

    __slots__ = ("_changes", "_size", "begun", "floor")

    def __init__(self, size: int) -> None:
        self._changes: deque[Change] = deque()
        self._size = size
        self.floor = self.begun = 0

    @property
    def watchable(self) -> int:
        """The oldest revision that a watch can resume from."""
        return max(self.floor, self.begun)

    def append(self, change: Change) -> None:
        """Add the newest change and forget the oldest beyond the size."""
        self._changes.append(change)
        if len(self._changes) > self._size:
            self.floor = self._changes.popleft().revision

    def after(self, revision: int) -> Iterator[Change]:
        """Yield the changes newer than ``revision``, oldest first. Only meaningful for revisions from ``floor`` on."""
        newer: list[Change] = []
        for change in reversed(self._changes):
            if change.revision <= revision:
                break
            newer.append(change)
        return reversed(newer)

    def compact(self, revision: int) -> None:
        """Forget every change up to ``revision``, as etcd's compaction does."""
        while self._changes and self._changes[0].revision <= revision:
            self._changes.popleft()
        self.floor = max(self.floor, revision)
