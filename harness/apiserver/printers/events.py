"""Rows of events."""

from datetime import datetime

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import moment, since
from harness.apiserver.printers.reading import at, count, name, text


def event_cells(event: Object, now: datetime) -> list[Json]:
    """Return the cells of an event, which may be of the old form (first and last time) or of the new one (a series)."""
    first = since(at(event, "firstTimestamp") if moment(at(event, "firstTimestamp")) else at(event, "eventTime"), now)
    last = since(at(event, "lastTimestamp"), now) if moment(at(event, "lastTimestamp")) else first
    number = count(event, "count") or 1
    series = at(event, "series")
    if series is not None:
        last, number = since(at(series, "lastObservedTime"), now), count(series, "count")
    return [
        last,
        text(event, "type"),
        text(event, "reason"),
        _target(event),
        text(event, "involvedObject", "fieldPath"),
        _source(event),
        text(event, "message").strip(),
        first,
        number,
        name(event),
    ]


def _target(event: Object) -> str:
    kind, who = text(event, "involvedObject", "kind").lower(), text(event, "involvedObject", "name")
    return f"{kind}/{who}" if who else kind


def _source(event: Object) -> str:
    component = text(event, "source", "component") or text(event, "reportingComponent")
    instance = text(event, "source", "host") or text(event, "reportingInstance")
    return f"{component}, {instance}" if instance else component
