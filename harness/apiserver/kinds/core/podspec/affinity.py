"""What is wrong with a pod's affinities, to nodes and to other pods; and selectors that follow a pod's own labels."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, required
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, label_value, qualified_name

_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def label_key(key: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the key of a label."""
    yield from (invalid(path, key, text) for text in qualified_name(key))


def affinity_errors(affinity: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the affinities of a pod."""
    nodes = affinity.get("nodeAffinity") or {}
    here = f"{path}.nodeAffinity"
    if nodes.get(_REQUIRED) is not None:
        yield from node_selector_errors(nodes[_REQUIRED], f"{here}.{_REQUIRED}")
    for index, one in enumerate(nodes.get(_PREFERRED) or []):
        there = f"{here}.{_PREFERRED}[{index}]"
        yield from _weight(one, f"{there}.weight")
        yield from _node_term(one.get("preference") or {}, f"{there}.preference", strict=False)
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


def _node_term(term: Object, path: str, *, strict: bool = True) -> Iterator[FieldError]:
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
        for position, value in enumerate(values if strict else ()):
            yield from (invalid(f"{here}.values[{position}]", value, text) for text in label_value(value))
    for index, one in enumerate(term.get("matchFields") or []):
        yield from _node_field(one, f"{path}.matchFields[{index}]")


def _node_field(requirement: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a requirement on a field of a node; the name is the only one."""
    values, key = requirement.get("values") or [], requirement.get("key", "")
    if requirement.get("operator") not in {"In", "NotIn"}:
        yield invalid(f"{path}.operator", requirement.get("operator", ""), "not a valid selector operator")
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        yield required(f"{path}.values", detail)
    if key != "metadata.name":
        yield invalid(f"{path}.key", key, "not a valid field selector key")
        return
    for index, value in enumerate(values):
        yield from (invalid(f"{path}.values[{index}]", value, text) for text in dns_subdomain(value))


def _pod_term(term: Object, path: str) -> Iterator[FieldError]:
    for name in ("labelSelector", "namespaceSelector"):
        yield from selector_errors(term.get(name), f"{path}.{name}")
    for name in term.get("namespaces") or []:
        yield from (invalid(f"{path}.namespace", name, text) for text in dns_label(name))
    yield from label_keys_errors(term, path)
    key = term.get("topologyKey", "")
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from label_key(key, f"{path}.topologyKey")


def label_keys_errors(term: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with keys of labels whose values a pod is given at birth (KEP-3633)."""
    selector, match = term.get("labelSelector"), term.get("matchLabelKeys") or []
    mismatch = term.get("mismatchLabelKeys") or []
    for name, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            yield forbidden(f"{path}.{name}", "must not be specified when labelSelector is not set")
            continue
        for index, key in enumerate(keys):
            yield from label_key(key, f"{path}.{name}[{index}]")
    seen = set((selector or {}).get("matchLabels") or ())
    for one in (selector or {}).get("matchExpressions") or ():
        key = one.get("key") or ""
        if key in match and key in seen:
            place = len(match) - 1 - match[::-1].index(key)
            yield invalid(f"{path}[{place}]", key, "exists in both matchLabelKeys and labelSelector")
        seen.add(key)
    for index, key in enumerate(match):
        if key in mismatch:
            yield invalid(f"{path}.matchLabelKeys[{index}]", key, "exists in both matchLabelKeys and mismatchLabelKeys")


def with_label_keys(spec: Object, labels: Object) -> Object:
    """Return the spec of a new pod whose selectors have the values that its own labels have for these keys."""
    if not spec.get("topologySpreadConstraints") and not spec.get("affinity"):
        return spec
    out = {**spec}
    if spec.get("topologySpreadConstraints"):
        out["topologySpreadConstraints"] = [_merged(one, labels) for one in spec["topologySpreadConstraints"]]
    if spec.get("affinity"):
        out["affinity"] = {**spec["affinity"]}
        for kind in ("podAffinity", "podAntiAffinity"):
            if spec["affinity"].get(kind):
                out["affinity"][kind] = _merged_affinity(spec["affinity"][kind], labels)
    return out


def _merged_affinity(affinity: Object, labels: Object) -> Object:
    out = {**affinity}
    if affinity.get(_REQUIRED):
        out[_REQUIRED] = [_merged(one, labels) for one in affinity[_REQUIRED]]
    if affinity.get(_PREFERRED):
        out[_PREFERRED] = [
            {**one, "podAffinityTerm": _merged(one.get("podAffinityTerm") or {}, labels)}
            for one in affinity[_PREFERRED]
        ]
    return out


def _merged(term: Object, labels: Object) -> Object:
    selector = term.get("labelSelector")
    if selector is None:
        return term
    added = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for name, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in term.get(name) or ()
        if key in labels
    ]
    if not added:
        return term
    expressions = [*(selector.get("matchExpressions") or []), *added]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}
