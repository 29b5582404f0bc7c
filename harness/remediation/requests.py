"""Remediations as steps of a scenario: submit one, let it fail or complete, meddle with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.clusters.client import Plural
from harness.history import Subject
from harness.remediation.fingerprints import fingerprint as fingerprint_of
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.scripts import AI_ANALYSIS_SCRIPT, SIGNAL_PROCESSING_SCRIPT, WORKFLOW_EXECUTION_SCRIPT
from operators.api.times import format_duration, parse_duration

if TYPE_CHECKING:
    from harness.clusters.cluster import Cluster
    from harness.history import Version, Watched
    from harness.scale import TimeScale

REQUESTS = Plural(REMEDIATION_REQUEST.group, REMEDIATION_REQUEST.version, REMEDIATION_REQUEST.plural)
WORDS = {"reason": "status.blockReason", "failure_phase": "status.failurePhase"}
_SCRIPTS = {
    "signal_processing": SIGNAL_PROCESSING_SCRIPT,
    "ai_analysis": AI_ANALYSIS_SCRIPT,
    "workflow_execution": WORKFLOW_EXECUTION_SCRIPT,
}


class Remediations:
    """The fixture ``remediation``: makes requests.

    ``await remediation(tenant, fingerprint=…).fails()`` · ``.completes()`` · ``.submit()``
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._count = 0

    def __call__(
        self, tenant: str, *, fingerprint: str | None = None, name: str | None = None, **scripts: str
    ) -> Draft:
        """Draft a request of a tenant.

        :param fingerprint: what makes two signals the same; by default one that no other request has.
        :param scripts: what the stand-ins do: ``signal_processing``, ``ai_analysis``, ``workflow_execution`` (the grammar
            is in `operators.api.scripts`).
        """
        self._count += 1
        name = name or f"remediation-{self._count}"
        return Draft(self._cluster, tenant, name, fingerprint or fingerprint_of(f"{tenant}/{name}"), scripts)


class Draft:
    """A request that is not submitted yet."""

    def __init__(self, cluster: Cluster, tenant: str, name: str, fingerprint: str, scripts: dict[str, str]) -> None:
        self._cluster, self._tenant, self._name, self._fingerprint, self._scripts = (
            cluster,
            tenant,
            name,
            fingerprint,
            scripts,
        )

    async def submit(self) -> Remediation:
        """Create the request."""
        subject = await self._cluster.create(self._manifest(), namespace=self._tenant)
        return Remediation(self._cluster, _told(subject, f"remediation/{self._name} (tenant {self._tenant})"))

    async def fails(self) -> Remediation:
        """Submit a request whose workflow fails, and wait until it has failed."""
        self._scripts.setdefault("workflow_execution", "fail")
        request = await self.submit()
        await request.reaches("Failed")
        return request

    async def completes(self) -> Remediation:
        """Submit a request, and wait until it has completed."""
        request = await self.submit()
        await request.reaches("Completed")
        return request

    def _manifest(self) -> dict[str, Any]:
        return {
            "apiVersion": REMEDIATION_REQUEST.api_version,
            "kind": REMEDIATION_REQUEST.kind,
            "metadata": {
                "name": self._name,
                "annotations": {
                    _SCRIPTS[step]: lasting(script, self._cluster.scale) for step, script in self._scripts.items()
                },
            },
            "spec": {
                "signalFingerprint": self._fingerprint,
                "signalName": "PodCrashLooping",
                "severity": "critical",
                "signalType": "prometheus-alert",
                "signalSource": "prometheus",
                "targetType": "kubernetes",
                "targetResource": {"kind": "Deployment", "name": "payments", "namespace": self._tenant},
                "firingTime": "2026-01-24T15:16:00Z",
                "receivedTime": "2026-01-24T15:16:20Z",
            },
        }


class Remediation:
    """A submitted request: what a scenario may expect of it and do to it.

    :ivar subject: what `History.of` takes.
    """

    def __init__(self, cluster: Cluster, subject: Subject) -> None:
        self._cluster, self.subject = cluster, subject

    @property
    def name(self) -> str:
        """Return the request's name."""
        return self.subject.name

    @property
    def history(self) -> Watched:
        """Everything that was seen of it."""
        return self._cluster.history.of(self.subject)

    async def reaches(self, phase: str, **fields: Any) -> Version:
        """Wait until it reaches a phase; see `history.Watched.reaches`."""
        return await self.history.reaches(phase, **fields)

    async def in_phase(self, phase: str) -> Remediation:
        """Wait until it is in a phase; for chaining."""
        await self.reaches(phase)
        return self

    async def status(self) -> dict[str, Any]:
        """Read its status from the API server."""
        body = await self._cluster.client.get(REQUESTS, self.subject.name, namespace=self.subject.namespace)
        return dict(body.get("status", {}))

    async def overwrite_status(self, **status: Any) -> None:
        """Write status fields as a third party with no manners: a merge patch without any guard."""
        patch = {"status": status}
        await self._cluster.client.patch(
            REQUESTS, self.subject.name, patch, namespace=self.subject.namespace, subresource="status"
        )

    async def label(self, **labels: str) -> None:
        """Set labels, as people and other tools do all the time."""
        patch = {"metadata": {"labels": labels}}
        await self._cluster.client.patch(REQUESTS, self.subject.name, patch, namespace=self.subject.namespace)

    async def delete(self) -> None:
        """Delete the request."""
        await self._cluster.client.delete(REQUESTS, self.subject.name, namespace=self.subject.namespace)


def lasting(script: str, scale: TimeScale) -> str:
    """Return a script whose steps take as long as durations last on a cluster: ``fail after=5m`` may become ``fail after=12s``.

    What is no duration is left to the stand-in to complain about.
    """

    def scaled(match: re.Match[str]) -> str:
        try:
            return f"after={format_duration(scale.span(parse_duration(match[1])))}"
        except ValueError:
            return match[0]

    return re.sub(r"\bafter=(\S+)", scaled, script)


def _told(subject: Subject, label: str) -> Subject:
    return Subject(
        plural=subject.plural,
        name=subject.name,
        namespace=subject.namespace,
        uid=subject.uid,
        label=label,
        phase_path="status.overallPhase",
        aliases=WORDS,
    )
