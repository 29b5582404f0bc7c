"""A measured figure, with its spread and what was promised."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


MORE_IS_BETTER = frozenset({"/s", "x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    :ivar name: ``subject/what/how``; the key in the baseline, so it stays.
    :ivar unit: ``ms``, ``µs``, ``s``, ``MB``; or ``/s`` for a rate and ``x`` for times faster, where more is better.
    :ivar best: the smallest value of all repeats (of a rate, the largest): what the code needs.
    :ivar median: the middle one: what one gets.
    :ivar cpu: median of the CPU time of all processes that take part, in the same unit; ``None`` where it means nothing.
    :ivar repeats: how often it was measured.
    :ivar target: the bound promised for `best` on an idle machine (of a ratio, for `median`), in the same unit; ``None`` where nothing is
        promised.
    """

    name: str
    unit: str
    best: float
    median: float
    cpu: float | None
    repeats: int
    target: float | None = None

    @property
    def rate(self) -> bool:
        """Whether more is better."""
        return self.unit in MORE_IS_BETTER

    @property
    def missed(self) -> bool:
        """Whether it promised more than it kept: in its best moment, or, of a ratio, whose two sides share their moments, by the median."""
        if self.target is None:
            return False
        if self.unit == "x":
            return self.median < self.target
        return self.best < self.target if self.rate else self.best > self.target

    def json(self) -> dict[str, Any]:
        """Return what the baseline keeps, to four digits."""
        found: dict[str, Any] = {"unit": self.unit, "best": _short(self.best), "median": _short(self.median)}
        if self.cpu is not None:
            found["cpu"] = _short(self.cpu)
        found["repeats"] = self.repeats
        if self.target is not None:
            found["target"] = self.target
        return found


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: wall and CPU seconds."""

    wall: float
    cpu: float


_PER_SECOND = {"s": 1.0, "ms": 1e3, "µs": 1e6}


def of_times(
    name: str, unit: str, samples: Sequence[Sample], *, operations: int = 1, target: float | None = None
) -> Figure:
    """Make a figure of measured times, per operation where several were done in each sample."""
    scale = _PER_SECOND[unit] / operations
    return Figure(
        name=name,
        unit=unit,
        best=min(one.wall for one in samples) * scale,
        median=statistics.median(one.wall for one in samples) * scale,
        cpu=statistics.median(one.cpu for one in samples) * scale,
        repeats=len(samples),
        target=target,
    )


def of_ratios(name: str, ours: Sequence[Sample], theirs: Sequence[Sample], *, target: float | None = None) -> Figure:
    """Make a figure of how many times faster we are: the middle one of the rounds' own ratios, as both were measured in each.

    ``best`` is the ratio of the best rounds of either side.
    """
    pairs = list(zip(ours, theirs, strict=True))
    return Figure(
        name=name,
        unit="x",
        best=min(one.wall for one in theirs) / min(one.wall for one in ours),
        median=statistics.median(other.wall / one.wall for one, other in pairs),
        cpu=statistics.median(other.cpu / one.cpu for one, other in pairs) if all(one.cpu for one in ours) else None,
        repeats=len(pairs),
        target=target,
    )


def of_values(name: str, unit: str, values: Sequence[float], *, target: float | None = None) -> Figure:
    """Make a figure of values that are no times: sizes, percentiles."""
    return Figure(
        name=name,
        unit=unit,
        best=min(values),
        median=statistics.median(values),
        cpu=None,
        repeats=len(values),
        target=target,
    )


def _short(value: float) -> float:
    return float(f"{value:.4g}")
