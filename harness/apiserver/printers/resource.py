"""Rows of dynamic resource allocation (KEP-4381)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.core import named
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, items, name, text


def _claim(value: Object, now: datetime) -> list[Json]:
    return [name(value), ",".join(_states(value)), age(value, now)]


def _states(claim: Object) -> list[str]:
    deleted = "deletionTimestamp" in claim["metadata"]
    words = ["deleted"] if deleted else []
    if at(claim, "status", "allocation") is None:
        return words or ["pending"]
    reserved = ["reserved"] if items(claim, "status", "reservedFor") else []
    return [*words, "allocated", *reserved]


def _slice(value: Object, now: datetime) -> list[Json]:
    return [
        name(value),
        text(value, "spec", "nodeName"),
        text(value, "spec", "driver"),
        text(value, "spec", "pool", "name"),
        age(value, now),
    ]


CELLS: Final[Mapping[str, Cells]] = {
    "deviceclasses": named,
    "resourceclaims": _claim,
    "resourceclaimtemplates": named,
    "resourceslices": _slice,
}
