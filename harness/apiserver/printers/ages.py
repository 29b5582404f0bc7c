"""Ages and other spans of time as tables show them."""

from datetime import UTC, datetime
from typing import Final

from harness.apiserver.messages import Json

UNKNOWN: Final = "<unknown>"
INVALID: Final = "<invalid>"
_LONGEST_S: Final = 2**63 // 10**9
"""Go counts nanoseconds in 64 bits: no span is longer than 292 years."""

_STEPS: Final = (
    # below so many seconds: unit, and the finer unit that is shown beside it (duration.HumanDuration)
    (120, 1, "s", 0, ""),
    (600, 60, "m", 1, "s"),
    (3 * 3600, 60, "m", 0, ""),
    (8 * 3600, 3600, "h", 60, "m"),
    (48 * 3600, 3600, "h", 0, ""),
    (8 * 86400, 86400, "d", 3600, "h"),
    (2 * 365 * 86400, 86400, "d", 0, ""),
    (8 * 365 * 86400, 365 * 86400, "y", 86400, "d"),
)


def human_duration(seconds: float) -> str:
    """Return a span as kubectl prints ages: ``5s``, ``2m10s``, ``3h``, ``4d``."""
    whole = int(min(seconds, _LONGEST_S))
    if whole < -1:
        return INVALID
    whole = max(whole, 0)
    for limit, size, unit, fine_size, fine_unit in _STEPS:
        if whole < limit:
            rest = whole % size // fine_size if fine_size else 0
            return f"{whole // size}{unit}{rest}{fine_unit}" if rest else f"{whole // size}{unit}"
    return f"{whole // (365 * 86400)}y"


def moment(text: Json) -> datetime | None:
    """Return the moment that a stored time names; None where there is none, which Go's zero time stands for, too."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return None if found == datetime(1, 1, 1, tzinfo=UTC) else found


def since(text: Json, now: datetime) -> str:
    """Return how long ago a stored time was."""
    found = moment(text)
    return UNKNOWN if found is None else human_duration((now - found).total_seconds())


def age(value: Json, now: datetime) -> str:
    """Return how old an object is."""
    return since(value["metadata"].get("creationTimestamp"), now)
