"""Spans of time as Go writes and reads them (``1h30m``, ``1.5s``), in nanoseconds."""

import re
from decimal import Decimal
from typing import Final

_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # the micro sign and the Greek letter mean the same
    "\u03bcs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)")
_LONGEST_NS: Final = 2**63


def parse_duration(text: str) -> int:
    """Return the span that ``text`` spells, as Go's ``time.ParseDuration`` reads it.

    :raises ValueError: it is none, or longer than 292 years.
    """
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    total, position = Decimal(0), 0
    while position < len(rest):
        match = _PART.match(rest, position)
        if match is None:
            break
        total += int(Decimal(match[1]) * _UNITS[match[2]])
        position = match.end()
    if not rest or position < len(rest):
        raise ValueError(f'time: invalid duration "{text}"')
    value = -int(total) if text[0] == "-" else int(total)
    if not -_LONGEST_NS <= value < _LONGEST_NS:
        raise ValueError(f'time: invalid duration "{text}"')
    return value


def format_duration(value_ns: int) -> str:
    """Return a span as Go prints it: ``1h30m0s``, ``1.5s``, ``2ms``."""
    if value_ns == 0:
        return "0s"
    sign, left = ("-", -value_ns) if value_ns < 0 else ("", value_ns)
    for unit, size in (("ns", 1), ("\u00b5s", 1_000), ("ms", 1_000_000)):
        if left < size * 1000:
            return f"{sign}{_decimal(left, size)}{unit}"
    seconds = left % _UNITS["m"]
    minutes = left // _UNITS["m"]
    text = f"{_decimal(seconds, _UNITS['s'])}s"
    if minutes:
        text = f"{minutes % 60}m{text}"
    return f"{sign}{minutes // 60}h{text}" if minutes >= 60 else f"{sign}{text}"


def _decimal(value: int, unit: int) -> str:
    whole, part = divmod(value, unit)
    if not part:
        return str(whole)
    return f"{whole}.{str(part).zfill(len(str(unit)) - 1).rstrip('0')}"
