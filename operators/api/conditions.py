"""Conditions: what is known about an object, one entry per type, as ``metav1.Condition`` has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operators.api.times import micro

__all__ = ["Condition", "apply_conditions", "find_condition", "set_condition"]

_MESSAGE_LIMIT = 32_768  # metav1.Condition; a longer message would make the API server refuse the whole write


@dataclass(frozen=True, slots=True)
class Condition:
    """One statement about an object: what a writer wants a condition to say."""

    type: str
    status: str
    """``True``, ``False`` or ``Unknown``."""
    reason: str
    """CamelCase, 1 to 1024 characters."""
    message: str = ""


def set_condition(
    conditions: Iterable[Mapping[str, Any]],
    *,
    type: str,  # noqa: A002 - the field's own name
    status: str,
    reason: str,
    message: str,
    now: datetime,
) -> list[dict[str, Any]]:
    """A new list in which the condition ``type`` says this; the others and their order stay.

    ``lastTransitionTime`` moves only when ``status`` changes, so it tells since when the statement holds.
    """
    result: list[dict[str, Any]] = []
    entry: dict[str, Any] = {
        "type": type,
        "status": status,
        "reason": reason,
        "message": message[:_MESSAGE_LIMIT],
        "lastTransitionTime": micro(now),
    }
    placed = False
    for old in conditions:
        if old.get("type") != type:
            result.append(dict(old))
            continue
        if old.get("status") == status:
            entry["lastTransitionTime"] = old.get("lastTransitionTime", entry["lastTransitionTime"])
        result.append({**old, **entry})
        placed = True
    if not placed:
        result.append(entry)
    return result


def apply_conditions(
    conditions: Iterable[Mapping[str, Any]],
    changes: Iterable[Condition],
    *,
    now: datetime,
) -> list[dict[str, Any]]:
    """A new list in which each of ``changes`` is said, in their order."""
    result = [dict(condition) for condition in conditions]
    for change in changes:
        result = set_condition(
            result,
            type=change.type,
            status=change.status,
            reason=change.reason,
            message=change.message,
            now=now,
        )
    return result


def find_condition(conditions: Iterable[Mapping[str, Any]], type: str) -> Mapping[str, Any] | None:  # noqa: A002
    """The condition of this type, or None."""
    return next((condition for condition in conditions if condition.get("type") == type), None)
