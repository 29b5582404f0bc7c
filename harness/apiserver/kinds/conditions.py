"""Conditions of the standard shape (``metav1.Condition``), as statuses of many kinds carry them."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required, too_long
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name

_STATUSES = ("False", "True", "Unknown")
_LONGEST_REASON: Final = 1024
_LONGEST_MESSAGE: Final = 32 * 1024
_REASON: Final = re.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")
_REASON_TEXT: Final = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters "
    "or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or "
    f"'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{_REASON.pattern}')"
)


def condition_errors(conditions: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a list of conditions: each of its own type, and whole."""
    seen: list[str] = []
    for index, one in enumerate(conditions):
        here, kind = f"{path}[{index}]", one.get("type") or ""
        if kind in seen:
            yield duplicate(f"{here}.type", kind)
        seen.append(kind)
        yield from _errors(one, here)


def _errors(condition: Object, path: str) -> Iterator[FieldError]:
    kind, status, reason = (condition.get(name) or "" for name in ("type", "status", "reason"))
    yield from (invalid(f"{path}.type", kind, wrong) for wrong in qualified_name(kind))
    if status not in _STATUSES:
        yield not_supported(f"{path}.status", status, _STATUSES)
    if (generation := condition.get("observedGeneration") or 0) < 0:
        yield invalid(f"{path}.observedGeneration", generation, "must be greater than or equal to zero")
    if not condition.get("lastTransitionTime"):
        yield required(f"{path}.lastTransitionTime")
    if not reason:
        yield required(f"{path}.reason")
    else:
        if not _REASON.fullmatch(reason):
            yield invalid(f"{path}.reason", reason, _REASON_TEXT)
        if len(reason.encode()) > _LONGEST_REASON:
            yield too_long(f"{path}.reason", _LONGEST_REASON)
    if len((condition.get("message") or "").encode()) > _LONGEST_MESSAGE:
        yield too_long(f"{path}.message", _LONGEST_MESSAGE)
