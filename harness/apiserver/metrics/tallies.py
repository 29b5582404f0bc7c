"""Distributions: how many values were at most so large."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

SECONDS: Final = (
    *(
        0.005,
        0.025,
        0.05,
        0.1,
        0.2,
        0.4,
        0.6,
        0.8,
        1.0,
        1.25,
        1.5,
        2.0,
        3.0,
        4.0,
        5.0,
        6.0,
        8.0,
        10.0,
        15.0,
        20.0,
        30.0,
    ),
    *(45.0, 60.0),
)
WEBHOOK_SECONDS: Final = (0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 25.0)
SIZES: Final = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)


class Tally:
    """One distribution over ``bounds``."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds, self.counts = bounds, [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.total += value
        self.counts[bisect_left(self._bounds, value)] += 1

    def add_small(self, count: int, total: float) -> None:
        """Count values that are below the first bound."""
        self.counts[0] += count
        self.total += total

    def merge(self, other: "Tally") -> None:
        """Count what another one has counted, over the same bounds."""
        self.total += other.total
        self.counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)

    def buckets(self) -> list[tuple[str, float]]:
        """Return each bound, as a text, with how many values were at most so large."""
        found, so_far = [], 0
        for bound, count in zip((*map(_text, self._bounds), "+Inf"), self.counts, strict=True):
            so_far += count
            found.append((bound, float(so_far)))
        return found


def _text(bound: float) -> str:
    """Return a bound as Go writes it: ``0.005``, ``1``, ``1e+06``."""
    text = f"{bound:g}"
    return str(int(bound)) if "e" in text and bound < 1e6 else text
