"""Remediations as steps of a scenario: submit one, let it fail or complete, meddle with it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from harness.clusters.client import ApiError, Plural
from harness.history import Subject
from harness.remediation.fingerprints import fingerprint as fingerprint_of
from harness.scale import AS_IT_SAYS
from operators.api.kinds import AI_ANALYSIS, REMEDIATION_REQUEST, SIGNAL_PROCESSING, WORKFLOW_EXECUTION, Kind
from operators.api.names import ai_analysis_name, signal_processing_name, workflow_execution_name
from operators.api.scripts import (
    AI_ANALYSIS_SCRIPT,
    DEFAULT_SCRIPT,
    SIGNAL_PROCESSING_SCRIPT,
    WORKFLOW_EXECUTION_SCRIPT,
    Action,
)
from operators.api.times import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.clusters.cluster import Cluster
    from harness.history import Version, Watched
    from harness.scale import TimeScale


def _plural(kind: Kind) -> Plural:
    return Plural(kind.group, kind.version, kind.plural)


REQUESTS = _plural(REMEDIATION_REQUEST)
WORDS = {"reason": "status.blockReason", "failure_phase": "status.failurePhase"}
_SCRIPTS = {
    "signal_processing": SIGNAL_PROCESSING_SCRIPT,
    "ai_analysis": AI_ANALYSIS_SCRIPT,
    "workflow_execution": WORKFLOW_EXECUTION_SCRIPT,
}
_CHILDREN = {
    "signal_processing": (_plural(SIGNAL_PROCESSING), signal_processing_name),
    "ai_analysis": (_plural(AI_ANALYSIS), ai_analysis_name),
    "workflow_execution": (_plural(WORKFLOW_EXECUTION), workflow_execution_name),
}
_PLAYED = "rehearsal.kubernaut.ai/played"
"""Annotation of a child whose script was changed."""

_ENDING = (Action.SUCCEED.value, Action.FAIL.value)
"""How a script begins that takes time."""


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
                "annotations": scripted(self._scripts, self._cluster.scale),
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

    async def plays(self, **scripts: str) -> None:
        """Change what the stand-ins do for it, from now on: ``await request.plays(workflow_execution="fail")``.

        A step that hangs goes on at once. So a scenario decides when a step ends, on every cluster and machine, where a
        length would have to be long enough for the slowest.
        """
        annotations = {_SCRIPTS[step]: lasting(script, self._cluster.scale) for step, script in scripts.items()}
        await self._annotate(REQUESTS, self.subject.name, annotations)
        for step, script in scripts.items():
            kind, name_of = _CHILDREN[step]
            # A stand-in looks at its script when its object changes; one that is not there yet will begin with this script.
            try:
                await self._annotate(kind, name_of(self.subject.name), {_PLAYED: script})
            except ApiError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise

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

    async def _annotate(self, kind: Plural, name: str, annotations: dict[str, str]) -> None:
        patch = {"metadata": {"annotations": annotations}}
        await self._cluster.client.patch(kind, name, patch, namespace=self.subject.namespace)

    async def delete(self) -> None:
        """Delete the request."""
        await self._cluster.client.delete(REQUESTS, self.subject.name, namespace=self.subject.namespace)


def scripted(scripts: Mapping[str, str], scale: TimeScale) -> dict[str, str]:
    """Return the annotations that tell the stand-ins what to do, and how long it takes on a cluster.

    Where time is scaled, steps without a script have one, too: by default each would take a second of waiting.
    """
    told = {step: "succeed" for step in _SCRIPTS if scale != AS_IT_SAYS} | dict(scripts)
    return {_SCRIPTS[step]: lasting(script, scale) for step, script in told.items()}


def lasting(script: str, scale: TimeScale) -> str:
    """Return a script whose steps take as long as durations last on a cluster: ``fail after=5m`` may become ``fail after=12s``.

    A step that says nothing of its length takes a moment. What is no duration is left to the stand-in to complain about.
    """
    if scale != AS_IT_SAYS and "after=" not in script and script.startswith(_ENDING):
        return f"{script} after={format_duration(scale.moment(DEFAULT_SCRIPT.after))}"

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
