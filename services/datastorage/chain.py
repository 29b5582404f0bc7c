"""The hash chain: how an event is sealed, and how a chain is verified. Pure functions; no database, no clock.

**What is hashed.** SHA-256, in lower-case hex, of the RFC 8785 canonical JSON of::

    {"event": {<every field of the envelope>}, "previous_event_hash": "<hash of the event before>", "sequence": <place in the chain>}

``event`` is the object that the API returns: all of :data:`HASHED_FIELDS`, absent ones as ``null``, the time in UTC with six digits
of a second. The first event has sequence 1 and the previous hash ``""``. Nothing that is stored of an event is left out of its hash.
:func:`link` is the one function that computes it, for writing and for verifying.

**Order** is the order of arrival, given as the sequence while the chain's head is locked. Times play no part: clients' clocks differ
and deliveries are late.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.datastorage.errors import UnstorableValue
from services.datastorage.jsonvalues import Json, canonical

HASHED_FIELDS = (
    "event_id",
    "version",
    "event_type",
    "event_timestamp",
    "event_category",
    "event_action",
    "event_outcome",
    "correlation_id",
    "actor_type",
    "actor_id",
    "resource_type",
    "resource_id",
    "namespace",
    "cluster_name",
    "severity",
    "duration_ms",
    "parent_event_id",
    "event_data",
)
"""All fields of the envelope, in the order in which they are documented (their order plays no part in the hash)."""

GENESIS = ""
"""The previous hash of the first event."""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event in its place in a chain; ``fields`` is the object that is hashed."""

    fields: Mapping[str, Json]
    sequence: int
    previous_hash: str
    event_hash: str

    @property
    def event_id(self) -> str:
        """The event's id as text."""
        return str(self.fields["event_id"])


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the anchor against a cut tail, and what the next event is linked to."""

    sequence: int = 0
    event_hash: str = GENESIS
    count: int = 0


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """All that the store knows of one chain.

    :ivar events: by sequence.
    :ivar ledger: sequence → id of the event that was given it.
    :ivar head: ``None`` when the chain has none, which only tampering can bring about.
    """

    correlation_id: str
    events: Sequence[SealedEvent]
    ledger: Mapping[int, str]
    head: Head | None


def link(event: bytes, *, sequence: int, previous_hash: str) -> str:
    """Return the hash of an event, given as canonical JSON, at its place in a chain.

    The three parts are joined by hand: the result is, byte for byte, the canonical JSON of the whole object, whose keys are already in
    order. So the event is made canonical once, before the chain's head is locked.
    """
    return hashlib.sha256(
        b'{"event":%b,"previous_event_hash":%b,"sequence":%d}' % (event, canonical(previous_hash), sequence)
    ).hexdigest()


def digest(event: bytes) -> str:
    """Return the hash of an event by itself: two requests with the same digest are the same event sent twice."""
    return hashlib.sha256(event).hexdigest()


def recomputed(event: SealedEvent, *, at: int | None = None) -> str | None:
    """Return the hash that the event should have (at another place, when one is given), or ``None`` if it cannot have any."""
    try:
        return link(
            canonical(event.fields), sequence=event.sequence if at is None else at, previous_hash=event.previous_hash
        )
    except UnstorableValue:
        return None
