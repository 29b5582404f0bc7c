"""What admission gives to a new pod: tolerations of troubled nodes, a priority, what its runtime class costs and where that runs."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.errors import Forbidden, PlainError, Unreasoned
from harness.apiserver.messages import Object
from harness.apiserver.names import path_segment
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

_SECONDS: Final = 300
_OTHER_OVERHEAD: Final = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_TROUBLES: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_SYSTEM: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def apply_tolerations(spec: Object) -> Object:
    """Let the pod stay for five minutes on a node that is not ready or not reachable (DefaultTolerationSeconds)."""
    tolerations = spec.get("tolerations") or []
    added = [
        {"effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": _SECONDS}
        for key in _TROUBLES
        if not any(_tolerates(one, key) for one in tolerations)
    ]
    return {**spec, "tolerations": [*tolerations, *added]} if added else spec


def _tolerates(toleration: Object, key: str) -> bool:
    return toleration.get("key", "") in {key, ""} and toleration.get("effect", "") in {"NoExecute", ""}


def apply_priority(cluster: Cluster, resource: Resource, metadata: Object, spec: Object) -> Object:
    """Give the pod the priority of its class, or of the default class (Priority).

    :raises Forbidden: there is no such class, or the pod claims another priority than its class has.
    """
    name = spec.get("priorityClassName") or ""
    found = _class(cluster, name) if name else _default_class(cluster)
    if name and found is None:
        if name not in _SYSTEM:
            raise Forbidden(resource, metadata.get("name", ""), f"no PriorityClass with name {name} was found")
        found = {"value": _SYSTEM[name]}
    value = found["value"] if found else 0
    policy = (found or {}).get("preemptionPolicy") or "PreemptLowerPriority"
    if spec.get("priority") not in {None, value}:
        why = (
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission "
            f"controller computed {value} from the given PriorityClass name"
        )
        raise Forbidden(resource, metadata.get("name", ""), why)
    if spec.get("preemptionPolicy") not in {None, policy}:
        why = (
            f"the string value of PreemptionPolicy ({spec['preemptionPolicy']}) must not be provided in pod spec; priority "
            f"admission controller computed {policy} from the given PriorityClass name"
        )
        raise Forbidden(resource, metadata.get("name", ""), why)
    out = {**spec, "priority": value, "preemptionPolicy": policy}
    if found and not name:
        out["priorityClassName"] = found["metadata"]["name"]
    return out


def apply_runtime(cluster: Cluster, resource: Resource, metadata: Object, spec: Object) -> Object:
    """Give the pod the overhead, the selector and the tolerations of its runtime class (RuntimeClass).

    :raises Forbidden: there is no such class, or the pod says otherwise.
    """
    name = spec.get("runtimeClassName")
    if name is None:
        return spec
    if not name:
        raise Unreasoned("resource name may not be empty")
    if wrong := path_segment(name):
        raise PlainError(f'invalid resource name "{name}": [{", ".join(wrong)}]')
    found = _runtime(cluster, name)
    refused = metadata.get("name", "")
    if found is None:
        raise Forbidden(resource, refused, f'pod rejected: RuntimeClass "{name}" not found')
    out = {**spec}
    if (overhead := (found.get("overhead") or {}).get("podFixed")) is not None:
        if spec.get("overhead") and not same_json(spec["overhead"], overhead):
            raise Forbidden(resource, refused, _OTHER_OVERHEAD)
        out["overhead"] = overhead
    scheduling = found.get("scheduling") or {}
    given = spec.get("nodeSelector") or {}
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if given.get(key, value) != value:
            why = f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {given[key]}"
            raise Forbidden(resource, refused, why)
    if scheduling.get("nodeSelector"):
        out["nodeSelector"] = {**given, **scheduling["nodeSelector"]}
    tolerations = out.get("tolerations") or []
    added = [one for one in scheduling.get("tolerations") or () if one not in tolerations]
    return {**out, "tolerations": [*tolerations, *added]} if added else out


def check_overhead(cluster: Cluster, resource: Resource, metadata: Object, spec: Object) -> None:
    """Check that the pod claims no overhead but that of its runtime class.

    :raises Forbidden: it does.
    """
    name = spec.get("runtimeClassName")
    found = None if name is None else _runtime(cluster, name)
    overhead = ((found or {}).get("overhead") or {}).get("podFixed")
    if overhead is None and spec.get("overhead") is not None:
        why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
        raise Forbidden(resource, metadata.get("name", ""), why)


def _runtime(cluster: Cluster, name: str) -> Object | None:
    classes = cluster.registry.find("node.k8s.io", "v1", "runtimeclasses")
    entry = classes.collection.get(Key("", name)) if classes else None
    return classes.load(entry) if classes and entry else None


def _class(cluster: Cluster, name: str) -> Object | None:
    classes = cluster.registry.find("scheduling.k8s.io", "v1", "priorityclasses")
    entry = classes.collection.get(Key("", name)) if classes else None
    return classes.load(entry) if classes and entry else None


def _default_class(cluster: Cluster) -> Object | None:
    """Return the class of pods that name none: of several defaults the one with the lowest value."""
    classes = cluster.registry.find("scheduling.k8s.io", "v1", "priorityclasses")
    if classes is None:
        return None
    loaded = (classes.load(entry) for entry in classes.collection.scan(""))
    return min((one for one in loaded if one.get("globalDefault")), key=lambda one: one["value"], default=None)
