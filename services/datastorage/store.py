"""The contract of a store of audit events, and the pure half of keeping it.

A store is synchronous: each call is one whole transaction, which a caller in an event loop hands to ``asyncio.to_thread``, so that nothing
holds a lock or a connection across an ``await``. It may be called from several threads at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.datastorage.chain import ChainRecord, Head, SealedEvent, digest, link
from services.datastorage.errors import EventIdConflict
from services.datastorage.events import AuditEvent, fields_of, with_defaults
from services.datastorage.jsonvalues import Json, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events to return: those that match every filter that is given, from ``offset`` on, at most ``limit``.

    ``since`` and ``until`` both belong to the span.
    """

    event_type: str | None = None
    event_category: str | None = None
    event_outcome: str | None = None
    severity: str | None = None
    correlation_id: str | None = None
    namespace: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the events that match, the latest first, and how many match in all."""

    events: Sequence[SealedEvent]
    total: int


class AuditStore(Protocol):
    """Keeps events in chains. Every method raises ``StoreUnavailable`` when the store cannot work now."""

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Store all of the events or none, each at the end of its chain, in the order given.

        An event that is stored already, with the same body, is passed over: sending it again changes nothing.

        :raises EventIdConflict: an id is taken by another body, in the store or in the same call.
        """

    def find(self, query: EventQuery) -> Page:
        """Return a page of events: by time, the latest first; at one instant by chain, in each chain the last first."""

    def chain(self, correlation_id: str) -> ChainRecord | None:
        """Return all there is of one chain, as of one instant; ``None`` when nothing is."""

    def ping(self) -> None:
        """Return when the store can be asked."""

    def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An event made ready outside of any transaction: its object, its canonical JSON and its digest."""

    fields: Mapping[str, Json]
    canonical: bytes
    digest: str

    @property
    def event_id(self) -> str:
        """The event's id as text."""
        return str(self.fields["event_id"])

    @property
    def correlation_id(self) -> str:
        """The key of the chain that the event joins."""
        return str(self.fields["correlation_id"])


def submissions(events: Iterable[AuditEvent]) -> list[Submission]:
    """Make events ready for storing; the same event given twice counts once.

    :raises EventIdConflict: two bodies under one id.
    """
    ready: dict[str, Submission] = {}
    for event in events:
        fields = fields_of(with_defaults(event))
        body = canonical(fields)
        submission = Submission(fields, body, digest(body))
        if ready.setdefault(submission.event_id, submission).digest != submission.digest:
            raise EventIdConflict(submission.event_id)
    return list(ready.values())


def not_yet_stored(ready: Iterable[Submission], known: Mapping[str, str]) -> list[Submission]:
    """Return the submissions that are new, given the digests of stored events by id.

    :raises EventIdConflict: a stored event has the id and another digest.
    """
    new = []
    for submission in ready:
        stored = known.get(submission.event_id)
        if stored is None:
            new.append(submission)
        elif stored != submission.digest:
            raise EventIdConflict(submission.event_id)
    return new


def seal(new: Iterable[Submission], heads: Mapping[str, Head]) -> tuple[list[SealedEvent], dict[str, Head]]:
    """Give new events their places behind the heads of their chains.

    :returns: the sealed events, in the order given, and the heads that moved.
    """
    sealed: list[SealedEvent] = []
    moved: dict[str, Head] = {}
    for submission in new:
        key = submission.correlation_id
        head = moved.get(key) or heads.get(key) or Head()
        sequence = head.sequence + 1
        event_hash = link(submission.canonical, sequence=sequence, previous_hash=head.event_hash)
        sealed.append(SealedEvent(submission.fields, sequence, head.event_hash, event_hash))
        moved[key] = replace(head, sequence=sequence, event_hash=event_hash, count=head.count + 1)
    return sealed, moved
