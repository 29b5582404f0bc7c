"""Rows of priority and fairness. Flow schemas are listed in the order in which they are tried."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, condition, count, name, text
from harness.apiserver.printers.words import NONE


def _flow_schema(value: Object, now: datetime) -> list[Json]:
    method, dangling = at(value, "spec", "distinguisherMethod"), condition(value, "Dangling")
    return [
        name(value),
        text(value, "spec", "priorityLevelConfiguration", "name"),
        count(value, "spec", "matchingPrecedence"),
        NONE if method is None else text(method, "type"),
        age(value, now),
        "?" if dangling is None else text(dangling, "status"),
    ]


def by_precedence(value: Object) -> tuple[Json, ...]:
    """Return the key that flow schemas are sorted by."""
    return count(value, "spec", "matchingPrecedence"), name(value)


def _priority_level(value: Object, now: datetime) -> list[Json]:
    limited = at(value, "spec", "limited")
    queues = at(limited, "limitResponse", "queuing")
    return [
        name(value),
        text(value, "spec", "type"),
        NONE if limited is None else count(limited, "nominalConcurrencyShares"),
        *(NONE if queues is None else count(queues, one) for one in ("queues", "handSize", "queueLengthLimit")),
        age(value, now),
    ]


CELLS: Final[Mapping[str, Cells]] = {
    "flowschemas": _flow_schema,
    "prioritylevelconfigurations": _priority_level,
}
