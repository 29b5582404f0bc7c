"""Limit ranges: what they give to new pods, and what they refuse (LimitRanger)."""

from collections.abc import Callable, Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.messages import Object
from harness.apiserver.quantity import Quantity, parse_quantity
from harness.apiserver.quota.totals import Amounts, amounts, pod_total
from harness.apiserver.resources import Resource

_NOTE: Final = "kubernetes.io/limit-ranger"
_PARTS: Final = (("containers", "container"), ("initContainers", "init container"))


def limit_ranges(cluster: Cluster, namespace: str) -> list[Object]:
    """Return the limit ranges of a namespace, by name."""
    found = cluster.registry.find("", "v1", "limitranges")
    return [found.load(entry) for entry in found.collection.scan(namespace)] if found else []


def apply_limits(cluster: Cluster, value: Object) -> Object:
    """Return a new pod with the default requests and limits of its namespace, and a note of them."""
    metadata, spec = value["metadata"], value["spec"]
    notes: list[str] = []
    for one in limit_ranges(cluster, metadata["namespace"]):
        limits: Object = {}
        requests: Object = {}
        for item in (one.get("spec") or {}).get("limits") or []:
            if item.get("type") == "Container":
                limits |= item.get("default") or {}
                requests |= item.get("defaultRequest") or {}
        spec = {**spec}
        notes = []
        for part, word in _PARTS:
            if spec.get(part):
                spec[part] = [_merged(container, limits, requests, word, notes) for container in spec[part]]
    if notes:
        annotations = {**(metadata.get("annotations") or {}), _NOTE: "LimitRanger plugin set: " + "; ".join(notes)}
        metadata = {**metadata, "annotations": annotations}
    return {**value, "metadata": metadata, "spec": spec}


def _merged(container: Object, limits: Object, requests: Object, word: str, notes: list[str]) -> Object:
    resources = {**container["resources"]}
    for part, kind, defaults in (("requests", "request", requests), ("limits", "limit", limits)):
        given = resources.get(part) or {}
        added = {name: item for name, item in defaults.items() if name not in given}
        if added:
            resources[part] = {**given, **added}
            notes.append(f"{', '.join(sorted(added))} {kind} for {word} {container.get('name', '')}")
    return {**container, "resources": resources}


def check_limits(cluster: Cluster, resource: Resource, metadata: Object, spec: Object) -> None:
    """Hold a new pod or claim against the limit ranges of its namespace.

    :raises Forbidden: it asks for too much, or too little.
    """
    for one in limit_ranges(cluster, metadata["namespace"]):
        found = [
            text
            for item in (one.get("spec") or {}).get("limits") or []
            for text in (_claim(item, spec) if resource.plural == "persistentvolumeclaims" else _pod(item, spec))
        ]
        texts = list(dict.fromkeys(found))
        if texts:
            why = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
            raise Forbidden(resource, metadata.get("name", ""), why)


def _claim(item: Object, spec: Object) -> Iterator[str]:
    if item.get("type") != "PersistentVolumeClaim":
        return
    requests = amounts((spec.get("resources") or {}).get("requests"))
    for name, bound in _bounds(item, "min"):
        yield from _below("PersistentVolumeClaim", name, bound, requests, {})
    for name, bound in _bounds(item, "max"):
        if name not in requests:
            yield f"maximum {name} usage per PersistentVolumeClaim is {bound}.  No request is specified"
        elif bound < requests[name]:
            yield f"maximum {name} usage per PersistentVolumeClaim is {bound}, but request is {requests[name]}"


def _pod(item: Object, spec: Object) -> Iterator[str]:
    kind = item.get("type", "")
    measured: list[tuple[Amounts, Amounts]] = []
    if kind == "Container":
        for part, _ in _PARTS:
            for container in spec.get(part) or []:
                resources = container.get("resources") or {}
                measured.append((amounts(resources.get("requests")), amounts(resources.get("limits"))))
    elif kind == "Pod":
        measured.append((pod_total(spec, "requests"), pod_total(spec, "limits")))
    for requests, limits in measured:
        for field, check in _CHECKS.items():
            for name, bound in _bounds(item, field):
                yield from check(kind, name, bound, requests, limits)


def _bounds(item: Object, field: str) -> Iterator[tuple[str, Quantity]]:
    for name, value in sorted((item.get(field) or {}).items()):
        yield name, parse_quantity(str(value))


def _below(kind: str, name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"minimum {name} usage per {kind} is {bound}"
    if name not in requests:
        yield f"{start}.  No request is specified"
    elif requests[name] < bound:
        yield f"{start}, but request is {requests[name]}"
    elif name in limits and limits[name] < bound:
        yield f"{start}, but limit is {limits[name]}"


def _above(kind: str, name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"maximum {name} usage per {kind} is {bound}"
    if name not in limits:
        yield f"{start}.  No limit is specified"
    elif bound < limits[name]:
        yield f"{start}, but limit is {limits[name]}"
    elif name in requests and bound < requests[name]:
        yield f"{start}, but request is {requests[name]}"


def _ratio(kind: str, name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> Iterator[str]:
    start = f"{name} max limit to request ratio per {kind} is {bound}, but "
    request, limit = requests.get(name), limits.get(name)
    if request is None or not request.value:
        yield f"{start}no request is specified or request is 0"
    elif limit is None or not limit.value:
        yield f"{start}no limit is specified or limit is 0"
    elif (ratio := limit.value / request.value) > bound.value:
        yield f"{start}provided ratio is {float(ratio):f}"


_CHECKS: Final[dict[str, Callable[[str, str, Quantity, Amounts, Amounts], Iterator[str]]]] = {
    "min": _below,
    "max": _above,
    "maxLimitRequestRatio": _ratio,
}
