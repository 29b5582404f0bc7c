"""Rows of disruption budgets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.printer import Cells
from harness.apiserver.printers.reading import at, count, name


def _budget(value: Object, now: datetime) -> list[Json]:
    bounds = (at(value, "spec", one) for one in ("minAvailable", "maxUnavailable"))
    shown = ("N/A" if one is None else str(one) for one in bounds)
    return [name(value), *shown, count(value, "status", "disruptionsAllowed"), age(value, now)]


CELLS: Final[Mapping[str, Cells]] = {"poddisruptionbudgets": _budget}
