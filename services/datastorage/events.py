"""What an audit event is: its envelope, its limits and its defaults.

The envelope is the platform's (DD-AUDIT-003, ADR-034), with one deliberate difference: ``event_id`` is made by the client and
required, so that a request repeated after a lost reply stores nothing twice. It is the dataclass that the HTTP API validates and that the
API documentation is generated from; what a table holds is *not* built from it, because a tampered row may hold anything.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field

from services.datastorage.jsonvalues import Json, storable, storable_text

CORRELATION_ID_LENGTH = 317
"""A namespace (63), a slash and a name (253): the key of a chain is ``namespace/name`` of the RemediationRequest."""


class EventCategory(StrEnum):
    """The service whose doing the event tells of. Unknown ones are refused."""

    GATEWAY = "gateway"
    NOTIFICATION = "notification"
    ANALYSIS = "analysis"
    SIGNAL_PROCESSING = "signalprocessing"
    WORKFLOW = "workflow"
    WORKFLOW_EXECUTION = "workflowexecution"
    ORCHESTRATION = "orchestration"
    WEBHOOK = "webhook"


class EventOutcome(StrEnum):
    """How the action ended; ``pending`` when it has only begun."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _written_as_rfc3339(value: object) -> object:
    if isinstance(value, str) and _RFC3339.fullmatch(value):
        return value
    raise ValueError("expected an RFC 3339 time with its offset, as 2026-01-24T15:00:00.123456Z")


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside of the years 1 to 9999 once it is in UTC") from None


def _storable_object(value: dict[str, Json]) -> dict[str, Json]:
    stored: dict[str, Json] = storable(value)
    return stored


Timestamp = Annotated[AwareDatetime, BeforeValidator(_written_as_rfc3339), AfterValidator(_in_utc)]
"""A moment in UTC, to the microsecond: digits beyond are cut off here, before anything is hashed or compared."""


Text = Annotated[str, AfterValidator(storable_text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that a service did, to be kept for seven years."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # a misspelt field would otherwise be lost without a word

    event_id: Annotated[UUID, Field(description="made by the client; the same event sent again keeps it")]
    version: Annotated[Text, Field(min_length=1, max_length=20, description="version of the envelope, now 1.0")]
    event_type: Annotated[Text, Field(min_length=1, max_length=100, examples=["orchestrator.lifecycle.transitioned"])]
    event_timestamp: Annotated[Timestamp, Field(description="when it happened; stored in UTC to the microsecond")]
    event_category: EventCategory
    event_action: Annotated[Text, Field(min_length=1, max_length=50)]
    event_outcome: EventOutcome
    correlation_id: Annotated[
        Text,
        Field(
            min_length=1, max_length=CORRELATION_ID_LENGTH, description="the chain that the event joins: namespace/name"
        ),
    ]
    event_data: Annotated[dict[str, Json], AfterValidator(_storable_object)]
    actor_type: Annotated[Text, Field(max_length=50, description='"" stands for service')] = ""
    actor_id: Annotated[Text, Field(max_length=255, description='"" stands for <event_category>-service')] = ""
    resource_type: Annotated[Text, Field(max_length=100, description='"" stands for the event_category')] = ""
    resource_id: Annotated[
        Text, Field(max_length=CORRELATION_ID_LENGTH, description='"" stands for the correlation_id')
    ] = ""
    severity: Annotated[Text, Field(max_length=20, description='"" stands for info')] = ""
    namespace: Annotated[Text, Field(max_length=253)] | None = None
    cluster_name: Annotated[Text, Field(max_length=255)] | None = None
    duration_ms: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] | None = None
    parent_event_id: UUID | None = None


def with_defaults(event: AuditEvent) -> AuditEvent:
    """Fill in what the sender left open, before anything is hashed."""
    return replace(
        event,
        actor_type=event.actor_type or "service",
        actor_id=event.actor_id or f"{event.event_category}-service",
        resource_type=event.resource_type or event.event_category.value,
        resource_id=event.resource_id or event.correlation_id,
        severity=event.severity or "info",
    )


def fields_of(event: AuditEvent) -> dict[str, Json]:
    """Return the event as the JSON object that is stored, hashed and answered: each field by its name, absent ones as ``null``."""
    return {
        "event_id": str(event.event_id),
        "version": event.version,
        "event_type": event.event_type,
        "event_timestamp": micro(event.event_timestamp),
        "event_category": event.event_category.value,
        "event_action": event.event_action,
        "event_outcome": event.event_outcome.value,
        "correlation_id": event.correlation_id,
        "actor_type": event.actor_type,
        "actor_id": event.actor_id,
        "resource_type": event.resource_type,
        "resource_id": event.resource_id,
        "namespace": event.namespace,
        "cluster_name": event.cluster_name,
        "severity": event.severity,
        "duration_ms": event.duration_ms,
        "parent_event_id": None if event.parent_event_id is None else str(event.parent_event_id),
        "event_data": event.event_data,
    }


def micro(moment: datetime) -> str:
    """Write a moment in UTC with six digits of a second, always: ``2026-01-24T15:00:00.120000Z``."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def outside_window(event: AuditEvent, *, now: datetime, ahead: timedelta, behind: timedelta) -> str | None:
    """Say why the event's time is not believable at ``now``, or ``None``.

    A clock that is wrong by hours puts an event where nobody will look for it. The limits are the platform's: 60 minutes ahead, 7 days
    behind, both belonging to the window.
    """
    if event.event_timestamp > now + ahead:
        return f"{micro(event.event_timestamp)} is more than {ahead} ahead of this service's clock, {micro(now)}"
    if event.event_timestamp < now - behind:
        return f"{micro(event.event_timestamp)} is more than {behind} behind this service's clock, {micro(now)}"
    return None
