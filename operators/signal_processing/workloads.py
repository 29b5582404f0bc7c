"""What the status keeps of a Namespace and of each kind of target: one row per kind, from the object of the API to a
block of ``status.kubernetesContext``.

The blocks are small on purpose: they travel on to the analysis and stay in etcd. Maps of labels and annotations are
always there, empty if need be. Only built-in kinds that the schema has a block for are known here; a target of any
other kind is named in the spec, and its namespace is all that is read of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from operators.api.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Json = Mapping[str, Any]

# The whole object once more, as text.
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

NAMESPACE = Kind(group="", version="v1", plural="namespaces", kind="Namespace", phase_field="")
NODE = Kind(group="", version="v1", plural="nodes", kind="Node", phase_field="")
POD = Kind(group="", version="v1", plural="pods", kind="Pod", phase_field="")


@dataclass(frozen=True, slots=True)
class Target:
    """How to read one kind of target and what to keep.

    :ivar field: its block's name in ``status.kubernetesContext``.
    :ivar keep: from the object to the block.
    """

    kind: Kind
    field: str
    keep: Callable[[Json], dict[str, Any]]
    namespaced: bool = True


def namespace_block(found: Json) -> dict[str, Any]:
    """Name, labels and annotations."""
    return {"name": found["metadata"]["name"], **_marks(found)}


def _pod(found: Json) -> dict[str, Any]:
    status = found.get("status") or {}
    return _marks(found) | _present(
        phase=status.get("phase"),
        nodeName=(found.get("spec") or {}).get("nodeName"),
        containerStatuses=[_container(one) for one in status.get("containerStatuses") or []] or None,
    )


def _container(status: Json) -> dict[str, Any]:
    """State as one word; the reason is that of the last termination, for a crash loop is *waiting* when it is looked
    at.
    """
    state = next((word for word in ("running", "waiting", "terminated") if word in (status.get("state") or {})), None)
    ended = (status.get("state") or {}).get("terminated") or (status.get("lastState") or {}).get("terminated") or {}
    return {
        "name": status["name"],
        "ready": bool(status.get("ready", False)),
        "restartCount": int(status.get("restartCount", 0)),
    } | _present(state=state.capitalize() if state else None, lastTerminationReason=ended.get("reason"))


def _counted(*numbers: str, replicas: bool = True) -> Callable[[Json], dict[str, Any]]:
    """A workload controller: the wished replicas from spec and some numbers of its status under their own names."""

    def keep(found: Json) -> dict[str, Any]:
        status, wished = found.get("status") or {}, (found.get("spec") or {}).get("replicas")
        counts = {number: status.get(number) for number in numbers}
        return _marks(found) | (_present(replicas=wished) if replicas else {}) | _present(**counts)

    return keep


def _service(found: Json) -> dict[str, Any]:
    spec = found.get("spec") or {}
    return _marks(found) | _present(
        type=spec.get("type"),
        clusterIP=spec.get("clusterIP"),
        externalIPs=spec.get("externalIPs") or None,
        ports=[_port(port) for port in spec.get("ports") or []] or None,
    )


def _port(port: Json) -> dict[str, Any]:
    target = port.get("targetPort")  # a number or a name; the block has one type for both
    return {"port": port["port"]} | _present(
        name=port.get("name"), protocol=port.get("protocol"), targetPort=None if target is None else str(target)
    )


def node_block(found: Json) -> dict[str, Any]:
    """Labels, conditions and what can be scheduled there; a node's annotations are long and say nothing here."""
    status = found.get("status") or {}
    conditions = [
        {"type": one["type"], "status": one["status"]} | _present(reason=one.get("reason"))
        for one in status.get("conditions") or []
    ]
    return {"labels": dict((found.get("metadata") or {}).get("labels") or {})} | _present(
        conditions=conditions or None,
        allocatable={name: str(amount) for name, amount in (status.get("allocatable") or {}).items()} or None,
    )


def _marks(found: Json) -> dict[str, Any]:
    metadata = found.get("metadata") or {}
    annotations = {name: text for name, text in (metadata.get("annotations") or {}).items() if name != _LAST_APPLIED}
    return {"labels": dict(metadata.get("labels") or {}), "annotations": annotations}


def _present(**fields: Any) -> dict[str, Any]:
    """The fields that are known: a merge patch would take a null for a deletion."""
    return {name: value for name, value in fields.items() if value is not None}


def _apps(plural: str, kind: str) -> Kind:
    return Kind(group="apps", version="v1", plural=plural, kind=kind, phase_field="")


TARGETS: Mapping[str, Target] = {
    "Pod": Target(POD, "pod", _pod),
    "Deployment": Target(
        _apps("deployments", "Deployment"), "deployment", _counted("availableReplicas", "readyReplicas")
    ),
    "StatefulSet": Target(
        _apps("statefulsets", "StatefulSet"), "statefulSet", _counted("readyReplicas", "currentReplicas")
    ),
    "DaemonSet": Target(
        _apps("daemonsets", "DaemonSet"),
        "daemonSet",
        _counted("desiredNumberScheduled", "currentNumberScheduled", "numberReady", replicas=False),
    ),
    "ReplicaSet": Target(
        _apps("replicasets", "ReplicaSet"), "replicaSet", _counted("availableReplicas", "readyReplicas")
    ),
    "Service": Target(
        Kind(group="", version="v1", plural="services", kind="Service", phase_field=""), "service", _service
    ),
    "Node": Target(NODE, "node", node_block, namespaced=False),
}
