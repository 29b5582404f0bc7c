"""Points in time and spans, as the API writes them.

Our own times carry microseconds (two transitions within one second must stay ordered); what the API server itself writes
(``creationTimestamp``) has whole seconds. Spans are Go duration text, as ``metav1.Duration`` and the upstream schemas have
it: ``1h0m0s``, ``5m0s``, ``1.5s``.
"""

import re
from datetime import UTC, datetime, timedelta

__all__ = ["format_duration", "micro", "parse", "parse_duration"]

_UNITS = {  # in microseconds; nanoseconds are below what we can hold and are rounded
    "ns": 0.001,
    "us": 1.0,
    "µs": 1.0,
    "μs": 1.0,
    "ms": 1_000.0,
    "s": 1_000_000.0,
    "m": 60_000_000.0,
    "h": 3_600_000_000.0,
}
_TERM = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(rf"[+-]?(?:{_TERM.pattern})+")


def micro(moment: datetime) -> str:
    """``moment`` as RFC 3339 in UTC with six digits: ``2026-01-24T15:00:00.000000Z``.

    :raises ValueError: ``moment`` carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone ({moment.isoformat()}) cannot be written: pass an aware datetime")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The aware datetime that an RFC 3339 text means, in UTC.

    :raises ValueError: not a time, or one without zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone: expected one such as 2026-01-24T15:00:00Z")
    return moment.astimezone(UTC)


def parse_duration(text: str) -> timedelta:
    """The span that a Go duration text means; ``0`` is allowed without a unit, a sign is allowed in front.

    :raises ValueError: not a duration.
    """
    stripped = text.strip()
    if stripped in {"0", "+0", "-0"}:
        return timedelta(0)
    if not _WHOLE.fullmatch(stripped):
        raise ValueError(f"duration {text!r} is not Go duration text: expected one such as 1h0m0s, 90s, 250ms")
    microseconds = sum(float(number) * _UNITS[unit] for number, unit in _TERM.findall(stripped))
    return timedelta(microseconds=-microseconds if stripped.startswith("-") else microseconds)


def format_duration(span: timedelta) -> str:
    """``span`` as Go's ``time.Duration`` prints it: ``1h0m0s``, ``5m0s``, ``1.5s``, ``250ms``, ``0s``."""
    microseconds = span // timedelta(microseconds=1)
    sign, rest = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    if rest == 0:
        return "0s"
    if rest < 1_000:
        return f"{sign}{rest}µs"
    if rest < 1_000_000:
        return f"{sign}{_decimal(rest, 3)}ms"
    minutes, within = divmod(rest, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_decimal(within, 6)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(value: int, digits: int) -> str:
    whole, fraction = divmod(value, 10**digits)
    return f"{whole}.{fraction:0{digits}d}".rstrip("0").rstrip(".")
