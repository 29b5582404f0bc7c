"""What there is to know about the pods of one Deployment: how far they are, what they say, what became of their containers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.clusters.client import ApiError
from harness.deployment.manifests import PODS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from harness.clusters.client import Client

LABEL = "app.kubernetes.io/name"
"""Whose value is the name of the workload; the manifests select by it."""

_TAIL = "60"
"""Lines of a log that are shown."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod of one container.

    :ivar restarts: how often its container was started again.
    :ivar running: whether its container runs.
    :ivar trouble: why it is not ready, as far as the kubelet says.
    :ivar ended: how its container ended the last time; empty when it never did.
    """

    name: str
    workload: str
    ready: bool
    going: bool
    restarts: int
    running: bool
    trouble: str
    ended: str

    @property
    def state(self) -> str:
        """Say how it is, for people."""
        now = "ready" if self.ready else self.trouble or "not ready"
        times = "once" if self.restarts == 1 else f"{self.restarts} times"
        return f"{now}, restarted {times} ({self.ended})" if self.restarts else now

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Pod:
        """Read the object."""
        metadata, status = body["metadata"], body.get("status") or {}
        conditions = {one["type"]: one for one in status.get("conditions") or ()}
        container: Mapping[str, Any] = next(iter(status.get("containerStatuses") or ()), {})
        state = container.get("state") or {}
        waiting = state.get("waiting") or state.get("terminated") or {}
        unready = conditions.get("PodScheduled", {}) if not container else waiting
        last = (container.get("lastState") or {}).get("terminated") or state.get("terminated") or {}
        return cls(
            name=metadata["name"],
            workload=(metadata.get("labels") or {}).get(LABEL, ""),
            ready=conditions.get("Ready", {}).get("status") == "True",
            going="deletionTimestamp" in metadata,
            restarts=int(container.get("restartCount", 0)),
            running="running" in state,
            trouble=": ".join(str(unready[key]) for key in ("reason", "message") if unready.get(key)),
            ended=f"{last.get('reason', 'ended')}, exit status {last.get('exitCode')}" if last else "",
        )


async def pods(client: Client, namespace: str, workload: str = "") -> list[Pod]:
    """Return the pods of a workload, or of all that bear the label, by name."""
    found = await client.list(PODS, namespace=namespace, labelSelector=f"{LABEL}={workload}" if workload else LABEL)
    return sorted((Pod.of(one) for one in found), key=lambda pod: pod.name)


async def log(
    client: Client, namespace: str, pod: Pod, *, previous: bool = False, since: datetime | None = None
) -> str:
    """Return the last lines of a container's log; of the one before it, if ``previous``; in words why there is none."""
    query = {"tailLines": _TAIL} | ({"previous": "true"} if previous else {})
    query |= {"sinceTime": since.isoformat(timespec="seconds").replace("+00:00", "Z")} if since else {}
    try:
        found = await client.text(PODS.path(namespace, pod.name, "log"), query=query)
    except ApiError as error:
        return f"(no log: {error})"
    return found.rstrip()
