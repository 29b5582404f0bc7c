"""Rows of autoscalers and of scales."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, count, items, name, text
from harness.apiserver.printers.words import NONE, UNSET, quantity

_UNKNOWN: Final = "<unknown>"
_SHOWN: Final = 2  # metrics
_SOURCES: Final = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def _autoscaler(value: Object, now: datetime) -> list[Json]:
    target, least = at(value, "spec", "scaleTargetRef"), at(value, "spec", "minReplicas")
    return [
        name(value),
        f"{text(target, 'kind')}/{text(target, 'name')}",
        _metrics(items(value, "spec", "metrics"), items(value, "status", "currentMetrics")),
        UNSET if least is None else str(least),
        count(value, "spec", "maxReplicas"),
        count(value, "status", "currentReplicas"),
        age(value, now),
    ]


def _metrics(wanted: list[Json], found: list[Json]) -> str:
    if not wanted:
        return NONE
    shown = [_metric(one, found[index] if index < len(found) else None) for index, one in enumerate(wanted)]
    text = ", ".join(shown[:_SHOWN])
    return f"{text} + {len(shown) - _SHOWN} more..." if len(shown) > _SHOWN else text


def _metric(wanted: Json, found: Json) -> str:
    kind = text(wanted, "type")
    source = _SOURCES.get(kind)
    if source is None:
        return "<unknown type>"
    target, current = at(wanted, source, "target"), at(found, source, "current")
    average = at(target, "averageValue")
    if kind in {"Resource", "ContainerResource"}:
        resource = text(wanted, source, "name")
        if average is not None:
            return f"{resource}: {_amount(current, 'averageValue')}/{_amount(target, 'averageValue')}"
        used, asked = at(current, "averageUtilization"), at(target, "averageUtilization")
        shown = "<auto>" if asked is None else f"{asked}%"
        return f"{resource}: {_UNKNOWN if used is None else f'{used}%'}/{shown}"
    if kind == "Pods":
        return f"{_amount(current, 'averageValue')}/{_amount(target, 'averageValue')}"
    if average is not None:
        found = _UNKNOWN if at(current, "averageValue") is None else _amount(current, "averageValue")
        return f"{found}/{_amount(target, 'averageValue')} (avg)"
    return f"{_amount(current, 'value')}/{_amount(target, 'value')}"


def _amount(measured: Json, part: str) -> str:
    """Return an amount of what was measured, or asked for; one that is missing there is Go's nil."""
    if measured is None:
        return _UNKNOWN
    found = at(measured, part)
    return "<nil>" if found is None else quantity(found)


def scale_cells(value: Object, now: datetime) -> list[Json]:
    """Return the cells of a built-in kind's scale."""
    return [name(value), count(value, "spec", "replicas"), count(value, "status", "replicas"), age(value, now)]


CELLS: Final[Mapping[str, Cells]] = {"horizontalpodautoscalers": _autoscaler}
