"""Indexes of pods as a job writes them down: ``1,3-5,7``, each larger than the one before."""

import re
from contextlib import suppress
from typing import Final

from harness.apiserver.fields import quote

_NUMBER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LARGEST: Final = 2**63


class IndexesError(ValueError):
    """A text that names no indexes of a job; the message is that of the real server's parser."""


def read_indexes(text: str, completions: int) -> list[tuple[int, int]]:
    """Return the ranges that a text names, their ends included.

    :param completions: how many indexes there are.
    :raises IndexesError: it is malformed, in another order, or names what there is not.
    """
    found: list[tuple[int, int]] = []
    for part in text.split(",") if text else ():
        first, last = _interval(part, completions)
        if found and found[-1][1] >= first:
            raise IndexesError(f"non-increasing order, previous: {found[-1][1]}, current: {first}")
        found.append((first, last))
    return found


def count(ranges: list[tuple[int, int]]) -> int:
    """Return how many indexes there are in ranges."""
    return sum(last - first + 1 for first, last in ranges)


def overlap(text: str, other: str, completions: int) -> int | None:
    """Return the first index that two texts share, None where there is none; fragments that cannot be read are passed over."""
    mine, theirs = (_readable(one, completions) for one in (text, other))
    while mine and theirs:
        (first, last), (start, end) = mine[0], theirs[0]
        if first <= end and start <= last:
            return max(first, start)
        (mine if first <= start else theirs).pop(0)
    return None


def _readable(text: str, completions: int) -> list[tuple[int, int]]:
    found = []
    for part in text.split(",") if text else ():
        with suppress(IndexesError):
            found.append(_interval(part, completions))
    return found


def _interval(text: str, completions: int) -> tuple[int, int]:
    limits = text.split("-")
    if len(limits) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {quote(text)} {rule}")
    first = _index(limits[0], completions)
    if len(limits) == 1:
        return first, first
    last = _index(limits[1], completions)
    if first >= last:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {last}")
    return first, last


def _index(text: str, completions: int) -> int:
    if not _NUMBER.fullmatch(text) or abs(int(text)) >= _LARGEST:
        raise IndexesError(f"cannot convert string to integer for index: {quote(text)}")
    if int(text) >= completions:
        raise IndexesError(f"too large index: {quote(text)}")
    return int(text)
