"""Taints of devices, and what requests tolerate."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.resource.names import label_key_errors, label_value_errors
from harness.apiserver.messages import Object

_EFFECTS: Final = ("NoExecute", "NoSchedule", "None")
_OPERATORS: Final = ("Equal", "Exists")


def taint_errors(taint: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a taint."""
    yield from label_key_errors(taint.get("key") or "", f"{path}.key")
    if value := taint.get("value"):
        yield from label_value_errors(value, f"{path}.value")
    effect = taint.get("effect") or ""
    if not effect:
        yield required(f"{path}.effect")
    elif effect not in _EFFECTS:
        yield not_supported(f"{path}.effect", effect, _EFFECTS)


def toleration_errors(toleration: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a toleration."""
    operator, value, effect = (toleration.get(name) or "" for name in ("operator", "value", "effect"))
    if key := toleration.get("key"):
        yield from label_key_errors(key, f"{path}.key")
    if operator == "Exists":
        if value:
            yield invalid(f"{path}.value", value, "must be empty for operator `Exists`")
    elif operator == "Equal":
        yield from label_value_errors(value, f"{path}.value")
    elif not operator:
        yield required(f"{path}.operator")
    else:
        yield not_supported(f"{path}.operator", operator, _OPERATORS)
    if effect and effect not in _EFFECTS:
        yield not_supported(f"{path}.effect", effect, _EFFECTS)
