"""What is wrong with where a pod may run: tolerations, affinities, spreading."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, label_value, qualified_name

EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_INCLUSION: Final = ("Honor", "Ignore")
_UNSATISFIABLE: Final = ("DoNotSchedule", "ScheduleAnyway")
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def label_key(key: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the key of a label."""
    yield from (invalid(path, key, text) for text in qualified_name(key))


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
            supported = ("Equal", "Exists", "Gt", "Lt") if operator in {"Gt", "Lt"} else ("Equal", "Exists")
            yield not_supported(f"{here}.operator", operator, supported)
        if one.get("effect"):
            yield from effect_errors(one["effect"], f"{here}.effect")


def effect_errors(effect: str, path: str) -> Iterator[FieldError]:
    """Yield an error for an effect that taints do not have."""
    if effect not in EFFECTS:
        yield not_supported(path, effect, EFFECTS)


def affinity_errors(affinity: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the affinities of a pod."""
    nodes = affinity.get("nodeAffinity") or {}
    here = f"{path}.nodeAffinity"
    if nodes.get(_REQUIRED) is not None:
        yield from node_selector_errors(nodes[_REQUIRED], f"{here}.{_REQUIRED}")
    for index, one in enumerate(nodes.get(_PREFERRED) or []):
        there = f"{here}.{_PREFERRED}[{index}]"
        yield from _weight(one, f"{there}.weight")
        yield from _node_term(one.get("preference") or {}, f"{there}.preference")
    for kind in ("podAffinity", "podAntiAffinity"):
        pods = affinity.get(kind) or {}
        for index, one in enumerate(pods.get(_REQUIRED) or []):
            yield from _pod_term(one, f"{path}.{kind}.{_REQUIRED}[{index}]")
        for index, one in enumerate(pods.get(_PREFERRED) or []):
            there = f"{path}.{kind}.{_PREFERRED}[{index}]"
            yield from _weight(one, f"{there}.weight")
            yield from _pod_term(one.get("podAffinityTerm") or {}, f"{there}.podAffinityTerm")


def node_selector_errors(selector: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a selector of nodes."""
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        yield required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")
    for index, term in enumerate(terms):
        yield from _node_term(term, f"{path}.nodeSelectorTerms[{index}]")


def _weight(preference: Object, path: str) -> Iterator[FieldError]:
    if not 1 <= preference.get("weight", 0) <= 100:
        yield invalid(path, preference.get("weight", 0), "must be in the range 1-100")


def _node_term(term: Object, path: str) -> Iterator[FieldError]:
    for index, one in enumerate(term.get("matchExpressions") or []):
        here = f"{path}.matchExpressions[{index}]"
        operator, values = one.get("operator", ""), one.get("values") or []
        if operator in {"In", "NotIn"}:
            if not values:
                yield required(f"{here}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif operator in {"Exists", "DoesNotExist"}:
            if values:
                detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                yield forbidden(f"{here}.values", detail)
        elif operator in {"Gt", "Lt"}:
            if len(values) != 1:
                yield required(f"{here}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
        else:
            yield invalid(f"{here}.operator", operator, "not a valid selector operator")
        yield from label_key(one.get("key", ""), f"{here}.key")
        for position, value in enumerate(values):
            yield from (invalid(f"{here}.values[{position}]", value, text) for text in label_value(value))


def _pod_term(term: Object, path: str) -> Iterator[FieldError]:
    for name in term.get("namespaces") or []:
        yield from (invalid(f"{path}.namespace", name, text) for text in dns_label(name))
    key = term.get("topologyKey", "")
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from label_key(key, f"{path}.topologyKey")


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
