"""The filters of ``GET /api/v1/audit/events``, as they stand in the query string."""

import re
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.datastorage.events import CORRELATION_ID_LENGTH, EventCategory, EventOutcome, Text, Timestamp
from services.datastorage.store import EventQuery

DEFAULT_PAGE = 50
"""Events in a page when no limit is named; the reply says so. The platform's description says 50 as well."""

MAX_PAGE = 1000

_AGO = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIMESTAMP: TypeAdapter[datetime] = TypeAdapter(Timestamp)


def _moment_or_ago(text: str) -> str:
    if not _AGO.fullmatch(text):
        _moment(text)
    return text


def _moment(text: str) -> datetime:
    try:
        return _TIMESTAMP.validate_python(text.replace(" ", "+"))  # a "+" that was not escaped arrives as a space
    except ValidationError:
        raise ValueError("expected a time as 2026-01-24T15:00:00Z, or a span before now as 90s, 30m, 24h, 7d") from None


When = Annotated[str, AfterValidator(_moment_or_ago)]


class EventFilters(BaseModel):
    """All filters that are given have to match. A name that is not known is refused: a misspelt filter would match everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_type: Text | None = None
    event_category: EventCategory | None = None
    event_outcome: EventOutcome | None = None
    severity: Text | None = None
    correlation_id: Annotated[Text, Field(max_length=CORRELATION_ID_LENGTH)] | None = None
    namespace: Text | None = None
    since: Annotated[When, Field(description="the earliest time, or a span before now: 24h, 7d")] | None = None
    until: Annotated[When, Field(description="the latest time, or a span before now")] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    offset: Annotated[int, Field(ge=0, le=2**31)] = 0

    def query(self, *, now: datetime) -> EventQuery:
        """Return the query for the store, spans before ``now`` turned into times."""
        return EventQuery(
            event_type=self.event_type,
            event_category=self.event_category,
            event_outcome=self.event_outcome,
            severity=self.severity,
            correlation_id=self.correlation_id,
            namespace=self.namespace,
            since=_resolved(self.since, now=now),
            until=_resolved(self.until, now=now),
            limit=self.limit,
            offset=self.offset,
        )


def _resolved(text: str | None, *, now: datetime) -> datetime | None:
    if text is None:
        return None
    ago = _AGO.fullmatch(text)
    return now - int(ago[1]) * _UNITS[ago[2]] if ago else _moment(text)
