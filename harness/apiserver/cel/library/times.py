"""Moments and spans: reading them, and their parts."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from harness.apiserver.cel.values import NANOSECONDS, Duration, EvalError, Timestamp
from harness.apiserver.gotime import parse_duration

_MOMENT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ZONE: Final = re.compile(r"([+-]?)(\d\d?):(\d\d)")
_FAILED: Final = "type conversion error from 'string' to"
_HOUR_NS: Final = 3_600 * NANOSECONDS


def to_duration(value: Any) -> Duration:
    """``duration(x)``."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, int):
        return Duration(value)
    try:
        return Duration(parse_duration(value))
    except ValueError:
        raise EvalError(f"{_FAILED} 'google.protobuf.Duration'") from None


def to_timestamp(value: Any) -> Timestamp:
    """``timestamp(x)``."""
    if isinstance(value, Timestamp):
        return value
    if isinstance(value, int):
        return Timestamp(value * NANOSECONDS)
    match = _MOMENT.fullmatch(value)
    if match is None:
        raise EvalError(f"{_FAILED} 'google.protobuf.Timestamp'")
    *numbers, fraction, zone = match.groups()
    offset = 0 if zone in "Zz" else (int(zone[1:3]) * 60 + int(zone[4:])) * (-60 if zone[0] == "-" else 60)
    try:
        moment = dt.datetime(*map(int, numbers), tzinfo=dt.UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        raise EvalError(f"{_FAILED} 'google.protobuf.Timestamp'") from None
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    seconds = since.days * 86_400 + since.seconds - offset
    return Timestamp(seconds * NANOSECONDS + int(f"{fraction or '0':0<9}"[:9]))


def _zone(name: str) -> dt.tzinfo:
    match = _ZONE.fullmatch(name)
    if match:
        minutes = int(match[2]) * 60 + int(match[3])
        return dt.timezone(dt.timedelta(minutes=-minutes if match[1] == "-" else minutes))
    try:
        return dt.UTC if name in {"", "UTC"} else ZoneInfo(name)
    except (KeyError, ValueError):
        raise EvalError(f"unknown time zone {name}") from None


def _part(of_moment: Callable[[dt.datetime], int], span_ns: int = 0) -> Callable[..., int]:
    def part(value: Any, zone: str = "UTC") -> int:
        if isinstance(value, Duration):
            whole = abs(value.ns) // span_ns
            return -whole if value.ns < 0 else whole
        return of_moment(value.at(_zone(zone)))

    return part


FREE: Final[dict[str, Callable[..., Any]]] = {}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "getFullYear": _part(lambda at: at.year),
    "getMonth": _part(lambda at: at.month - 1),
    "getDayOfYear": _part(lambda at: at.timetuple().tm_yday - 1),
    "getDayOfMonth": _part(lambda at: at.day - 1),
    "getDate": _part(lambda at: at.day),
    "getDayOfWeek": _part(lambda at: at.isoweekday() % 7),
    "getHours": _part(lambda at: at.hour, _HOUR_NS),
    "getMinutes": _part(lambda at: at.minute, 60 * NANOSECONDS),
    "getSeconds": _part(lambda at: at.second, NANOSECONDS),
    "getMilliseconds": _part(lambda at: at.microsecond // 1000, 1_000_000),
}
