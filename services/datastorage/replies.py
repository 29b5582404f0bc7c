"""What the API answers when all is well: the shapes, for the code that fills them and for the API documentation."""

from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Response

from services.datastorage.chain import SealedEvent
from services.datastorage.events import AuditEvent
from services.datastorage.jsonvalues import Json
from services.datastorage.verification import Finding


class JsonResponse(Response):
    """JSON by orjson, which writes dataclasses as they are."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the content as JSON."""
        return orjson.dumps(content)


@dataclass(frozen=True, slots=True)
class Created:
    """One event is stored; sent again, it is answered alike."""

    event_id: str
    event_timestamp: str
    message: str = "Audit event created successfully"


@dataclass(frozen=True, slots=True)
class BatchCreated:
    """All events are stored; ``event_ids`` in the order of the request."""

    event_ids: list[str]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent(AuditEvent):
    """An event with its place in its chain and its hashes."""

    sequence: int
    previous_event_hash: str
    event_hash: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """Which part of what matches this is; ``limit`` is the one that was used, asked for or not."""

    limit: int
    offset: int
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events, the latest first."""

    data: list[StoredEvent]
    pagination: Pagination


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """What verification found. ``is_valid`` means: no findings."""

    correlation_id: str
    is_valid: bool
    total_events: int
    verified_events: int
    findings: tuple[Finding, ...]
    verification_time: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error (RFC 7807), as ``application/problem+json``."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    field_errors: dict[str, str] | None = None


def returned(event: SealedEvent) -> dict[str, Json]:
    """Return a stored event in the shape of :class:`StoredEvent`, without checking it: a tampered row is shown as it is."""
    return {
        **event.fields,
        "sequence": event.sequence,
        "previous_event_hash": event.previous_hash,
        "event_hash": event.event_hash,
    }
