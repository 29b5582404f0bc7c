"""Signals for SignalProcessing alone: the object that RemediationOrchestrator would create, without the orchestrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.clusters.client import Plural
from harness.history import Subject
from harness.remediation.fingerprints import fingerprint
from operators.api.kinds import SIGNAL_PROCESSING

if TYPE_CHECKING:
    from harness.clusters.cluster import Cluster
    from harness.history import Version, Watched

SIGNALS = Plural(SIGNAL_PROCESSING.group, SIGNAL_PROCESSING.version, SIGNAL_PROCESSING.plural)
PODS = Plural("", "v1", "pods")


class Signals:
    """The fixture ``signals``: ``signal = await signals(tenant, severity="critical")``."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._count = 0

    async def __call__(self, tenant: str, *, severity: str = "critical", request: str | None = None) -> Signal:
        """Create a pod and the SignalProcessing of an alert about it.

        :param request: the name of the remediation that it would belong to; part of the audit trail's key.
        """
        self._count += 1
        name = request or f"request-{self._count}"
        await self._cluster.client.create(PODS, _pod(f"pod-{self._count}"), namespace=tenant)
        manifest = self._manifest(tenant, name, severity, f"pod-{self._count}")
        subject = await self._cluster.create(manifest, namespace=tenant)
        told = Subject(
            plural=subject.plural,
            name=subject.name,
            namespace=subject.namespace,
            uid=subject.uid,
            label=f"signal/{subject.name} (tenant {tenant})",
            aliases={"error": "status.error"},
        )
        return Signal(self._cluster, told, request=name)

    def _manifest(self, tenant: str, request: str, severity: str, pod: str) -> dict[str, Any]:
        return {
            "apiVersion": SIGNAL_PROCESSING.api_version,
            "kind": SIGNAL_PROCESSING.kind,
            "metadata": {"name": f"sp-{request}"},
            "spec": {
                "remediationRequestRef": {"name": request, "namespace": tenant},
                "signal": {
                    "fingerprint": fingerprint(f"{tenant}/{request}"),
                    "name": "PodCrashLooping",
                    "severity": severity,
                    "type": "prometheus-alert",
                    "source": "prometheus",
                    "targetType": "kubernetes",
                    "targetResource": {"kind": "Pod", "name": pod, "namespace": tenant},
                    "receivedTime": "2026-01-24T15:16:20Z",
                },
            },
        }


class Signal:
    """A signal under processing.

    :ivar correlation: the key of its audit trail.
    """

    def __init__(self, cluster: Cluster, subject: Subject, *, request: str) -> None:
        self._cluster, self.subject = cluster, subject
        self.correlation = f"{subject.namespace}/{request}"

    @property
    def history(self) -> Watched:
        """Everything that was seen of it."""
        return self._cluster.history.of(self.subject)

    async def reaches(self, phase: str, **fields: Any) -> Version:
        """Wait until it reaches a phase; see `history.Watched.reaches`."""
        return await self.history.reaches(phase, **fields)

    async def label(self, **labels: str) -> None:
        """Set labels, as people and other tools do all the time."""
        patch = {"metadata": {"labels": labels}}
        await self._cluster.client.patch(SIGNALS, self.subject.name, patch, namespace=self.subject.namespace)


def _pod(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "payments"}},
        "spec": {"containers": [{"name": "main", "image": "payments:1"}]},
    }
