"""A printer: how the objects of one kind are shown as rows of a Table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.apiserver.messages import Json, Object

Cells = Callable[[Object, datetime], list[Json]]
"""Makes the cells of a row of an object in its stored version; ages are as of the given moment."""


@dataclass(frozen=True, slots=True)
class Printer:
    """``cells`` in the order of ``columns``; ``conditions`` gives those of a row, ``order`` the key that lists are sorted by."""

    columns: Sequence[Object]
    cells: Cells
    conditions: Callable[[Object], list[Json] | None] | None = None
    order: Callable[[Object], tuple[Json, ...]] | None = None
