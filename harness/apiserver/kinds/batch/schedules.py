"""Cron schedules: read as the cron library of Kubernetes reads them, refused in its words.

Five fields (minute, hour, day of month, month, day of week) of numbers, names, ranges, lists and steps, or a descriptor
such as ``@daily`` and ``@every 1h30m``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.apiserver.fields import quote

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_DAYS = "sun mon tue wed thu fri sat"


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)


_FIELDS: Final = (
    _Bounds(0, 59),
    _Bounds(0, 23),
    _Bounds(1, 31),
    _Bounds(1, 12, {name: number for number, name in enumerate(_MONTHS.split(), 1)}),
    _Bounds(0, 6, {name: number for number, name in enumerate(_DAYS.split())}),
)
_DESCRIPTORS: Final = frozenset(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"])
_DURATION: Final = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[-+]?0")


class ScheduleError(ValueError):
    """A schedule that cannot be read; the text says why."""


def check_schedule(text: str) -> None:
    """Read a schedule.

    :raises ScheduleError: it is none.
    """
    if text.startswith(("TZ=", "CRON_TZ=")):
        zone, _, text = text.partition("=")[2].partition(" ")
        try:
            ZoneInfo(zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            raise ScheduleError(f"provided bad location {zone}: unknown time zone {zone}") from None
        text = text.strip()
    if text.startswith("@"):
        _check_descriptor(text)
        return
    found = text.split()
    if len(found) != len(_FIELDS):
        raise ScheduleError(f"expected exactly {len(_FIELDS)} fields, found {len(found)}: [{' '.join(found)}]")
    for one, bounds in zip(found, _FIELDS, strict=True):
        for part in filter(None, one.split(",")):
            _check_range(part, bounds)


def _check_descriptor(text: str) -> None:
    if text in _DESCRIPTORS:
        return
    if not text.startswith("@every "):
        raise ScheduleError(f"unrecognized descriptor: {text}")
    span = text.removeprefix("@every ")
    if not _DURATION.fullmatch(span):
        raise ScheduleError(f"failed to parse duration {text}: time: invalid duration {quote(span)}")


def _check_range(text: str, bounds: _Bounds) -> None:
    span, *steps = text.split("/")
    first, *others = span.split("-")
    if first in {"*", "?"}:
        start, end = bounds.low, bounds.high
    else:
        start = _number(first, bounds.names)
        if len(others) > 1:
            raise ScheduleError(f"too many hyphens: {text}")
        end = _number(others[0], bounds.names) if others else start
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    step = _number(steps[0], {}) if steps else 1
    if steps and not others:
        end = bounds.high
    if start < bounds.low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({bounds.low}): {text}")
    if end > bounds.high:
        raise ScheduleError(f"end of range ({end}) above maximum ({bounds.high}): {text}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")


def _number(text: str, names: Mapping[str, int]) -> int:
    if (named := names.get(text.lower())) is not None:
        return named
    if not re.fullmatch(r"[-+]?[0-9]+", text):
        raise ScheduleError(f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: invalid syntax")
    number = int(text)
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {text}")
    return number
