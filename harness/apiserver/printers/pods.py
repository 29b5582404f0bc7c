"""Rows of pods: how many containers are ready, what keeps the others, how often they were started again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age, human_duration, moment
from harness.apiserver.printers.reading import at, condition, count, items, name, text
from harness.apiserver.printers.words import NONE

_ENDED: Final = {
    "Succeeded": "The pod has completed successfully.",
    "Failed": "The pod failed.",
}


def pod_conditions(pod: Object) -> list[Json] | None:
    """Return what a row says of a pod that has ended: clients may leave it out."""
    phase = text(pod, "status", "phase")
    if phase not in _ENDED:
        return None
    return [{"type": "Completed", "status": "True", "reason": phase, "message": _ENDED[phase]}]


@dataclass(slots=True)
class _Restarts:
    """How often containers were started again, and when the last of them ended before."""

    number: int = 0
    last: datetime | None = None

    def add(self, container: Json) -> None:
        self.number += count(container, "restartCount")
        ended = moment(at(container, "lastState", "terminated", "finishedAt"))
        if ended is not None and (self.last is None or self.last < ended):
            self.last = ended

    def shown(self, now: datetime) -> str:
        if not self.number or self.last is None:
            return str(self.number)
        return f"{self.number} ({human_duration((now - self.last).total_seconds())} ago)"


def pod_cells(pod: Object, now: datetime) -> list[Json]:
    """Return the cells of a pod."""
    ready, total, reason, restarts = _containers(pod)
    ips = items(pod, "status", "podIPs")
    return [
        name(pod),
        f"{ready}/{total}",
        reason,
        restarts.shown(now),
        age(pod, now),
        (text(ips[0], "ip") if ips else "") or NONE,
        text(pod, "spec", "nodeName") or NONE,
        text(pod, "status", "nominatedNodeName") or NONE,
        _gates(pod),
    ]


def _containers(pod: Object) -> tuple[int, int, str, _Restarts]:
    """Return how many containers are ready, how many there are, the pod's state and the restarts."""
    status = at(pod, "status")
    reason = text(status, "reason") or text(status, "phase")
    if any(
        one.get("type") == "PodScheduled" and one.get("reason") == "SchedulingGated"
        for one in items(status, "conditions")
    ):
        reason = "SchedulingGated"
    sidecars = {one["name"]: one.get("restartPolicy") == "Always" for one in items(pod, "spec", "initContainers")}
    total = len(items(pod, "spec", "containers")) + sum(sidecars.values())
    restarts, of_sidecars, ready = _Restarts(), _Restarts(), 0
    stuck = ""
    for index, one in enumerate(items(status, "initContainerStatuses")):
        restarts.add(one)
        sidecar = sidecars.get(text(one, "name"), False)
        if sidecar:
            of_sidecars.add(one)
        ended = at(one, "state", "terminated")
        if ended is not None and not count(ended, "exitCode"):
            continue
        if sidecar and one.get("started"):
            ready += bool(one.get("ready"))
            continue
        stuck = _initializing(one, f"{index}/{len(items(pod, 'spec', 'initContainers'))}")
        break
    reason = stuck or reason
    initialized = condition(pod, "Initialized")
    if not stuck or (initialized is not None and initialized.get("status") == "True"):
        restarts = of_sidecars
        running, reason = _running(status, restarts, reason)
        ready += running
    return ready, total, _leaving(pod, reason), restarts


def _initializing(container: Json, progress: str) -> str:
    """Return why an init container keeps its pod from running."""
    ended = at(container, "state", "terminated")
    if ended is not None:
        return f"Init:{_end(ended)}"
    waiting = text(container, "state", "waiting", "reason")
    return f"Init:{waiting}" if waiting not in {"", "PodInitializing"} else f"Init:{progress}"


def _end(ended: Json) -> str:
    """Return how a container ended."""
    if reason := text(ended, "reason"):
        return reason
    signal = count(ended, "signal")
    return f"Signal:{signal}" if signal else f"ExitCode:{count(ended, 'exitCode')}"


def _running(status: Json, restarts: _Restarts, reason: str) -> tuple[int, str]:
    """Return how many of the containers are ready and the pod's state by them: the first one that has something to say."""
    ready, failure = 0, ""
    for one in reversed(items(status, "containerStatuses")):
        restarts.add(one)
        ended = at(one, "state", "terminated")
        if waiting := text(one, "state", "waiting", "reason"):
            reason = waiting
        elif ended is not None:
            reason = _end(ended)
            failure = reason if count(ended, "exitCode") else failure
        elif one.get("ready") and at(one, "state", "running") is not None:
            ready += 1
    if reason == "Completed":
        if ready and _is_ready(items(status, "conditions")):
            return ready, "Running"
        return ready, failure or ("NotReady" if ready else reason)
    return ready, reason


def _is_ready(conditions: Iterable[Json]) -> bool:
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def _leaving(pod: Object, reason: str) -> str:
    if "deletionTimestamp" not in pod["metadata"]:
        return reason
    if text(pod, "status", "reason") == "NodeLost":
        return "Unknown"
    return reason if text(pod, "status", "phase") in _ENDED else "Terminating"


def _gates(pod: Object) -> str:
    gates = items(pod, "spec", "readinessGates")
    if not gates:
        return NONE
    found = [condition(pod, one["conditionType"]) for one in gates]
    true = sum(one is not None and one.get("status") == "True" for one in found)
    return f"{true}/{len(gates)}"
