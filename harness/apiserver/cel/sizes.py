"""Ranges of sizes and costs, with arithmetic that stops at 2⁶⁴-1 as cel-go's does."""

import math
from dataclasses import dataclass
from typing import Final

MOST: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that something may be: elements, or units of cost."""

    least: int
    most: int

    def __add__(self, other: "Range") -> "Range":
        return Range(min(self.least + other.least, MOST), min(self.most + other.most, MOST))

    def __mul__(self, other: "Range") -> "Range":
        return Range(min(self.least * other.least, MOST), min(self.most * other.most, MOST))

    def __or__(self, other: "Range") -> "Range":
        return Range(min(self.least, other.least), max(self.most, other.most))

    def times(self, factor: float) -> "Range":
        """Return the range multiplied by a factor, rounded up."""
        return Range(_scaled(self.least, factor), _scaled(self.most, factor))


def exactly(value: int) -> Range:
    """Return the range of one value."""
    return Range(value, value)


UNKNOWN: Final = Range(0, MOST)
NOTHING: Final = exactly(0)
ONE: Final = exactly(1)


def _scaled(value: int, factor: float) -> int:
    product = float(value) * factor
    return MOST if product >= float(2**64) else math.ceil(product)
