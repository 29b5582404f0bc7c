"""Every version of every object of the recorded kinds, in the order of the store.

On the embedded cluster the versions come from a watch that ends in the store itself, so none is missed or late. On real
clusters they come from watches that are resumed where they broke; a gap there is noted, and nothing that rests on what lies
in it can be claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import orjson

from harness.history.errors import IncompleteHistoryError
from harness.history.expectations import PATIENCE, Watched
from harness.history.versions import Version
from harness.simulation.clocks import EPOCH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime, timedelta

    from harness.clusters.client import Plural
    from harness.history.subject import Subject
    from harness.simulation.tape import Mark, Message


class Record(Protocol):
    """Where a story finds what was read, and what happened to actors."""

    @property
    def messages(self) -> Sequence[Message]:
        """What was said, as far as somebody listened."""
        ...

    @property
    def marks(self) -> Sequence[Mark]:
        """What happened to actors."""
        ...


class History:
    """Records versions and hands out what is known of one object.

    :param now: the run's clock.
    :param settled: waits for a quiescence point, see `clusters.cluster.Cluster.settled`.
    :param caught_up: waits until everything is recorded that was written; not needed where nothing is ever late.
    :param tape: where a story finds what was read; ``None`` where there is none.
    :param start: when the run began.
    :param patience: how long something expected may take when nobody says otherwise.
    :param lasts: how long a duration takes here that a scenario names.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        settled: Callable[..., Awaitable[None]],
        caught_up: Callable[[], Awaitable[None]] | None = None,
        tape: Record | None = None,
        start: datetime = EPOCH,
        patience: timedelta = PATIENCE,
        lasts: Callable[[timedelta], timedelta] = lambda duration: duration,
    ) -> None:
        self.now, self.settled, self.tape = now, settled, tape
        self._caught_up = caught_up
        self.start, self.patience, self.lasts = start, patience, lasts
        self._lines: dict[Plural, list[tuple[datetime, bytes]]] = {}
        self._versions: dict[Plural, list[Version]] = {}
        self._gaps: dict[Plural, str] = {}
        self.listeners: dict[Plural, list[Callable[[], None]]] = {}

    def taker(self, plural: Plural) -> Callable[[bytes], None]:
        """Begin to record a kind; returns what takes each line of its watch: ``{"type": …, "object": …}``."""
        self._lines.setdefault(plural, [])
        self.listeners.setdefault(plural, [])
        return lambda line: self._take(plural, line)

    async def caught_up(self) -> None:
        """Wait until everything is recorded that was written before."""
        if self._caught_up is not None:
            await self._caught_up()

    def gap(self, plural: Plural, why: str) -> None:
        """Note that versions of a kind are missing.

        :param why: the API server's words.
        """
        self._gaps.setdefault(
            plural, f"versions of {plural.plural} from before {self.now():%H:%M:%S} are missing: {why}"
        )

    def whole(self, subject: Subject) -> None:
        """Make sure that every version of an object is known.

        :raises IncompleteHistoryError: some are missing; nothing can be said about what an object never did.
        """
        if (why := self._gaps.get(subject.plural)) is not None:
            raise IncompleteHistoryError(f"nothing can be claimed of {subject}: {why}")

    def of(self, subject: Subject | Any) -> Watched:
        """Speak about one object: a `Subject`, or anything that has one as its ``subject``."""
        found: Subject = getattr(subject, "subject", subject)
        return Watched(self, found)

    def versions(self, subject: Subject) -> list[Version]:
        """Return what is recorded of an object, oldest first."""
        return [one for one in self._of_kind(subject.plural) if _is(one, subject)]

    @property
    def kinds(self) -> list[Plural]:
        """The kinds that are recorded."""
        return list(self._lines)

    @property
    def gaps(self) -> list[str]:
        """What is missing, a line for each kind that lacks versions; empty when every version is known."""
        return list(self._gaps.values())

    def objects(self, plural: Plural) -> dict[str, list[Version]]:
        """Return what is recorded of every object of a kind, by uid, in the order in which they came up."""
        found: dict[str, list[Version]] = {}
        for version in self._of_kind(plural):
            found.setdefault(str(version.object["metadata"]["uid"]), []).append(version)
        return found

    def _take(self, plural: Plural, line: bytes) -> None:
        self._lines[plural].append((self.now(), line))
        for listener in tuple(self.listeners[plural]):
            listener()

    def _of_kind(self, plural: Plural) -> list[Version]:
        """Parse what has come in since the last question: most runs ask about few objects."""
        known = self._versions.setdefault(plural, [])
        for at, line in self._lines.get(plural, [])[len(known) :]:
            event = orjson.loads(line)
            known.append(Version(at, event["type"], event["object"]))
        return known


def _is(version: Version, subject: Subject) -> bool:
    metadata = version.object["metadata"]
    return (
        metadata.get("name") == subject.name
        and metadata.get("namespace", "") == subject.namespace
        and subject.uid in {"", metadata.get("uid")}
    )
