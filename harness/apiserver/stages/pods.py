"""What happens to a pod: placed, run, ended; told in its status as a kubelet would tell it."""

from typing import Any, Final

from harness.apiserver.messages import Object

READY_CONDITIONS: Final = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def is_ready(pod: Object) -> bool:
    """Tell whether a pod takes requests."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def is_active(pod: Object) -> bool:
    """Tell whether a pod counts for its controller: neither ended nor going."""
    phase = (pod.get("status") or {}).get("phase")
    return phase not in {"Succeeded", "Failed"} and "deletionTimestamp" not in pod["metadata"]


def running(pod: Object, *, now: str, number: int) -> Object:
    """Return the status of a pod that has started and is ready; ``number`` tells its address from others'."""
    status = pod.get("status") or {}
    address = f"10.244.{number // 250 % 250}.{number % 250 + 1}"
    return {
        **status,
        "phase": "Running",
        "startTime": status.get("startTime") or now,
        "hostIP": "10.1.0.1",
        "hostIPs": [{"ip": "10.1.0.1"}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": _conditions(status, now, dict.fromkeys(READY_CONDITIONS, "True")),
        "containerStatuses": _containers(pod, "containers", {"running": {"startedAt": now}}, ready=True),
        **_initialised(pod, now),
    }


def ended(pod: Object, *, now: str, well: bool) -> Object:
    """Return the status of a pod whose containers have ended, well or badly."""
    status = pod.get("status") or {}
    result: Object = {"exitCode": 0, "reason": "Completed"} if well else {"exitCode": 1, "reason": "Error"}
    state = {"terminated": {**result, "startedAt": status.get("startTime") or now, "finishedAt": now}}
    over = dict.fromkeys(("PodReadyToStartContainers", "Ready", "ContainersReady"), "False")
    reason = "PodCompleted" if well else "PodFailed"
    return {
        **status,
        "phase": "Succeeded" if well else "Failed",
        "startTime": status.get("startTime") or now,
        "conditions": _conditions(status, now, {"Initialized": "True", **over}, reason=reason),
        "containerStatuses": _containers(pod, "containers", state, ready=False),
    }


def _conditions(status: Object, now: str, wanted: dict[str, str], *, reason: str = "") -> list[Object]:
    """Return the conditions of a pod with the wanted ones in place; a time moves only with its status."""
    before = {one["type"]: one for one in status.get("conditions") or ()}
    found = dict(before)
    for kind, state in wanted.items():
        old = before.get(kind) or {}
        since = old.get("lastTransitionTime") if old.get("status") == state else None
        condition: Object = {"type": kind, "status": state, "lastProbeTime": None, "lastTransitionTime": since or now}
        if reason and state == "False":
            condition["reason"] = reason
        found[kind] = condition
    return [found[kind] for kind in dict.fromkeys((*READY_CONDITIONS, *found)) if kind in found]


def _containers(pod: Object, name: str, state: Object, *, ready: bool) -> list[Object]:
    return [
        {
            "name": one["name"],
            "image": one.get("image", ""),
            "imageID": "",
            "containerID": f"stage://{pod['metadata']['uid']}/{one['name']}",
            "ready": ready,
            "started": ready,
            "restartCount": 0,
            "state": state,
            "lastState": {},
        }
        for one in pod["spec"].get(name) or ()
    ]


def _initialised(pod: Object, now: str) -> dict[str, Any]:
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}
    statuses = _containers(pod, "initContainers", done, ready=True)
    return {"initContainerStatuses": statuses} if statuses else {}


def fits(pod: Object, node: Object) -> bool:
    """Tell whether a pod may go onto a node: ready, schedulable, with the labels that the pod asks for."""
    labels = node["metadata"].get("labels") or {}
    conditions = (node.get("status") or {}).get("conditions") or ()
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
    wanted = pod["spec"].get("nodeSelector") or {}
    open_ = ready and not (node.get("spec") or {}).get("unschedulable")
    return open_ and all(labels.get(key) == value for key, value in wanted.items())


def ready_node(node: Object, now: str) -> Object:
    """Return the status of a node that is ready, and stays so without heartbeats."""
    status = node.get("status") or {}
    room = {"cpu": "32", "memory": "256Gi", "pods": "110", "ephemeral-storage": "1Ti"}
    healthy = {"MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False", "Ready": "True"}
    conditions = [
        {"type": kind, "status": state, "lastHeartbeatTime": now, "lastTransitionTime": now, "reason": "StageReady"}
        for kind, state in healthy.items()
    ]
    return {
        **status,
        "capacity": status.get("capacity") or room,
        "allocatable": status.get("allocatable") or room,
        "addresses": status.get("addresses") or [{"type": "Hostname", "address": node["metadata"]["name"]}],
        "conditions": conditions,
    }
