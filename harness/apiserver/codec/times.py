"""Times as Go reads and prints them: ``metav1.Time`` (whole seconds) and ``metav1.MicroTime`` (microseconds).

``parse`` follows Go's ``time.Parse`` far enough to refuse the same texts with the same words.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

SECONDS: Final = "2006-01-02T15:04:05Z07:00"
MICROSECONDS: Final = "2006-01-02T15:04:05.000000Z07:00"

_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_ELEMENT: Final = re.compile(r"2006|01|02|15|04|05|\.000000|Z07:00|[-T:]")
_WIDTH: Final = {"2006": 4, "01": 2, "02": 2, "04": 2, "05": 2}
_RANGES: Final = {"01": ("month", 1, 12), "15": ("hour", 0, 23), "04": ("minute", 0, 59), "05": ("second", 0, 59)}


class TimeError(ValueError):
    """A text that is no time; the message is that of Go's parser."""


@lru_cache(maxsize=4096)
def canonical(text: str, layout: str) -> str | None:
    """Return ``text`` in UTC as the server prints it; None for Go's zero time, which prints as null.

    :raises TimeError: it does not follow ``layout``.
    """
    moment = parse(text, layout)
    if moment == datetime(1, 1, 1, tzinfo=UTC):
        return None
    printed = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{printed}.{moment.microsecond:06}Z" if layout == MICROSECONDS else f"{printed}Z"


def parse(text: str, layout: str) -> datetime:
    """Return the time that ``text`` says, cut to microseconds.

    :raises TimeError: it does not follow ``layout``.
    """
    usual = _USUAL.fullmatch(text)
    if usual is None or (layout == MICROSECONDS and len(usual[1] or "") != 6):
        raise TimeError(_complaint(text, layout))
    try:
        moment = datetime.fromisoformat(text[:19])
    except ValueError:
        raise TimeError(_complaint(text, layout)) from None
    microseconds = int((usual[1] or "0").ljust(6, "0")[:6])
    hours, minutes = int(usual[3] or 0), int(usual[4] or 0)
    if hours > 24 or minutes > 59:
        raise TimeError(
            f"parsing time {_quoted(text)}: time zone offset {'hour' if hours > 24 else 'minute'} out of range"
        )
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if usual[2] == "-" else 1)
    try:
        return moment.replace(microsecond=microseconds, tzinfo=UTC) - ahead
    except OverflowError:
        raise TimeError(f"parsing time {_quoted(text)}: year out of range") from None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _complaint(text: str, layout: str) -> str:
    """Say where ``text`` leaves ``layout``, in the words of Go's ``time.ParseError``."""
    rest = text
    elements = _ELEMENT.findall(layout)
    for index, element in enumerate(elements):
        taken = _taken(rest, element)
        if taken is None:
            return (
                f"parsing time {_quoted(text)} as {_quoted(layout)}: cannot parse {_quoted(rest)} as {_quoted(element)}"
            )
        bounds = _RANGES.get(element)
        if bounds is not None and not bounds[1] <= int(taken) <= bounds[2]:
            return f"parsing time {_quoted(text)}: {bounds[0]} out of range"
        rest = rest[len(taken) :]
        if element == "05" and elements[index + 1] != ".000000" and (fraction := re.match(r"[.,]\d+", rest)):
            rest = rest[fraction.end() :]  # Go takes a fraction wherever there may be seconds
    if rest:
        return f"parsing time {_quoted(text)}: extra text: {_quoted(rest)}"
    return f"parsing time {_quoted(text)}: day out of range"


def _taken(rest: str, element: str) -> str | None:
    """Return what of ``rest`` is the element, or None when it does not begin with one."""
    if element in {"-", "T", ":"}:
        return element if rest.startswith(element) else None
    if element == "Z07:00":
        found = re.match(r"Z|[+-]\d\d:\d\d", rest, re.ASCII)
    elif element == ".000000":
        found = re.match(r"[.,]\d{6}", rest, re.ASCII)
    elif element == "15":
        found = re.match(r"\d\d?", rest, re.ASCII)
    else:
        found = re.match(rf"\d{{{_WIDTH[element]}}}", rest, re.ASCII)
    return found[0] if found else None
