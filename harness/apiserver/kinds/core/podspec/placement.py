"""What is wrong with where a pod may run: tolerations, and how pods are spread."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required
from harness.apiserver.kinds.core.podspec.affinity import label_key, label_keys_errors
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value

EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_INCLUSION: Final = ("Honor", "Ignore")
_UNSATISFIABLE: Final = ("DoNotSchedule", "ScheduleAnyway")


def toleration_errors(tolerations: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with tolerations."""
    for index, one in enumerate(tolerations):
        here = f"{path}[{index}]"
        key, operator, value = one.get("key", ""), one.get("operator", ""), one.get("value", "")
        if key:
            yield from label_key(key, f"{here}.key")
        elif operator != "Exists":
            detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            yield invalid(f"{here}.operator", operator, detail)
        if one.get("tolerationSeconds") is not None and one.get("effect") != "NoExecute":
            detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            yield invalid(f"{here}.effect", one.get("effect", ""), detail)
        if operator in {"", "Equal"}:
            if wrong := label_value(value):
                yield invalid(f"{here}.operator", value, ";".join(wrong))
        elif operator == "Exists":
            if value:
                yield invalid(f"{here}.operator", value, "value must be empty when `operator` is 'Exists'")
        else:
            supported = ("Equal", "Exists", "Lt", "Gt") if operator in {"Gt", "Lt"} else ("Equal", "Exists")
            yield not_supported(f"{here}.operator", operator, supported)
        if one.get("effect"):
            yield from effect_errors(one["effect"], f"{here}.effect")


def effect_errors(effect: str, path: str) -> Iterator[FieldError]:
    """Yield an error for an effect that taints do not have."""
    if effect not in EFFECTS:
        yield not_supported(path, effect, EFFECTS)


def spread_errors(constraints: list[Object], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with topology spread constraints."""
    for index, one in enumerate(constraints):
        here = f"{path}[{index}]"
        key, action = one.get("topologyKey", ""), one.get("whenUnsatisfiable", "")
        if one.get("maxSkew", 0) <= 0:
            yield invalid(f"{here}.maxSkew", one.get("maxSkew", 0), "must be greater than zero")
        if not key:
            yield required(f"{here}.topologyKey", "can not be empty")
        if action not in _UNSATISFIABLE:
            yield not_supported(f"{here}.whenUnsatisfiable", action, _UNSATISFIABLE)
        yield from _domain_errors(one, action, here)
        yield from label_keys_errors(one, here)
        yield from selector_errors(one.get("labelSelector"), f"{here}.labelSelector")
        later = [
            (other.get("topologyKey", ""), other.get("whenUnsatisfiable", "")) for other in constraints[index + 1 :]
        ]
        if (key, action) in later:
            yield duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}")


def _domain_errors(constraint: Object, action: str, path: str) -> Iterator[FieldError]:
    least = constraint.get("minDomains")
    if least is not None and least <= 0:
        yield invalid(f"{path}.minDomains", least, "must be greater than zero")
    if least is not None and action != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        yield invalid(f"{path}.minDomains", least, detail)
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(name)
        if policy is not None and policy not in _INCLUSION:
            yield not_supported(f"{path}.{name}", policy, _INCLUSION)
