"""Events, in both groups: what happened to what. They are stored in the form of the core group."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, invalid, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_subdomain, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_NEW_NAMES: Final = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_LONGEST: Final = {"reportingInstance": 128, "action": 128, "reason": 128}
_LONGEST_NOTE: Final = 1024
# "reason" is looked at twice by the real server, too.
_FIXED: Final = (
    "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "reason", "type",
    "eventTime", "action", "related", "reportingComponent", "reportingInstance",
)  # fmt: skip
_SHAPES: Final = {
    "involvedObject": "core.ObjectReference",
    "related": "*core.ObjectReference",
    "source": "core.EventSource",
}
"""The types in the server's code of what it shows by the names there."""

_ABSENT: Final = {"count": 0, "reason": "", "message": "", "type": "", "action": ""} | dict.fromkeys(
    ("reportingComponent", "reportingInstance"), ""
)
"""What the server shows of fields that are not there."""


class _Modern:
    """events.k8s.io leaves out what the core group always names."""

    def from_stored(self, value: Object) -> Object:
        """Drop the empty reporter."""
        names = ("reportingController", "reportingInstance")
        return {name: item for name, item in value.items() if item != "" or name not in names}

    def to_stored(self, value: Object) -> Object:
        """Name the reporter in any case."""
        return {"reportingController": "", "reportingInstance": "", **value}


class EventStrategy(Strategy):
    """Rules of events; ``modern`` is events.k8s.io, which asks for more (KEP-383)."""

    def __init__(self, *, modern: bool) -> None:
        self._modern = modern
        if modern:
            self.conversions = {"v1": _Modern()}

    def default(self, value: Object) -> Object:
        """Fill in what an answer never leaves out."""
        times = (
            ("deprecatedFirstTimestamp", "deprecatedLastTimestamp")
            if self._modern
            else ("firstTimestamp", "lastTimestamp")
        )
        out = {**dict.fromkeys(("eventTime", *times)), **value}
        if self._modern:
            return {"deprecatedSource": {}, "regarding": {}, **out}
        return {"source": {}, "involvedObject": {}, "reportingComponent": "", "reportingInstance": "", **out}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with it."""
        del cluster, resource, subresource
        event = self._core(value)
        found = list(self._always(event))
        if not self._modern:
            return found
        if current is None:
            return found + list(_strict(event))
        before = self._core(current)
        if not same_json(event.get("series"), before.get("series")):
            found += _series_errors(event)
        for name in _FIXED:
            if not same_json(event.get(name), before.get(name)):
                path = "reportingController" if name == "reportingComponent" else name
                found.append(invalid(path, _shown(event, name), "field is immutable"))
        return found

    def _core(self, value: Object) -> Object:
        if not self._modern:
            return value
        return {**value, **{old: value.get(new) for old, new in _NEW_NAMES.items()}}

    def _always(self, event: Object) -> Iterator[FieldError]:
        namespace = event["metadata"].get("namespace", "")
        involved = (event.get("involvedObject") or {}).get("namespace", "")
        mismatch = invalid("involvedObject.namespace", involved, "does not match event.namespace")
        if not event.get("eventTime"):
            if namespace not in ({involved} if involved else {"", "default"}):
                yield mismatch
        else:
            if not involved and namespace not in {"default", "kube-system"}:
                yield mismatch
            yield from self._reporter(event)
            for name in ("reportingInstance", "action", "reason"):
                text = event.get(name) or ""
                if not text:
                    yield required(name)
                if len(text.encode()) > _LONGEST[name]:
                    yield invalid(name, "", f"can have at most {_LONGEST[name]} characters")
            if len((event.get("message") or "").encode()) > _LONGEST_NOTE:
                yield invalid("message", "", f"can have at most {_LONGEST_NOTE} characters")
        yield from (invalid("namespace", namespace, text) for text in dns_subdomain(namespace))

    def _reporter(self, event: Object) -> Iterator[FieldError]:
        name = "reportingController" if self._modern else "reportingComponent"
        reporter = event.get("reportingComponent") or ""
        if not reporter:
            yield required(name)
        yield from (invalid(name, reporter, text) for text in qualified_name(reporter))


def _shown(event: Object, name: str) -> Json:
    if shape := _SHAPES.get(name):
        return Printed(json_text(event.get(name), shape))
    return event.get(name) or _ABSENT.get(name)


def _strict(event: Object) -> Iterator[FieldError]:
    yield from _series_errors(event)
    if not event.get("eventTime"):
        yield required("eventTime")
    if event.get("type") not in {"Normal", "Warning"}:
        yield invalid("type", "", f"has invalid value: {event.get('type') or ''}")
    for name in ("firstTimestamp", "lastTimestamp", "count"):
        if event.get(name):
            yield invalid(name, "", "needs to be unset")
    if any((event.get("source") or {}).values()):
        yield invalid("source", "", "needs to be unset")


def _series_errors(event: Object) -> Iterator[FieldError]:
    series = event.get("series")
    if series is None:
        return
    if series.get("count", 0) < 2:
        yield invalid("series.count", "", "should be at least 2")
    if not series.get("lastObservedTime"):
        yield required("series.lastObservedTime")
