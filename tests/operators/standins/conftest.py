"""Stand-ins on the embedded server, started without Kopf: tests call their reconciles and let virtual time pass."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from harness.simulation.clock import VirtualLoop
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.resource import Key, Resource
from operators.runtime import AuditIdentity, RuntimeSettings
from operators.standins import ai_analysis, signal_processing, workflow_execution
from operators.standins.part import Part
from operators.standins.player import Player

PARTS = {part.PART.kind.kind: part.PART for part in (ai_analysis, signal_processing, workflow_execution)}
TARGET = {"kind": "Deployment", "name": "checkout", "namespace": "shop"}
SPECS: Mapping[str, dict[str, Any]] = {
    "SignalProcessing": {
        "signal": {
            "fingerprint": "9f2c" * 16,
            "name": "KubePodCrashLooping",
            "severity": "Sev1",
            "type": "prometheus",
            "targetType": "kubernetes",
            "targetResource": TARGET,
            "receivedTime": "2026-01-24T14:59:00Z",
        },
    },
    "AIAnalysis": {
        "remediationId": "rr",
        "analysisRequest": {
            "analysisTypes": ["investigation"],
            "signalContext": {
                "fingerprint": "9f2c" * 16,
                "severity": "critical",
                "signalType": "prometheus",
                "environment": "staging",
                "businessPriority": "P1",
                "targetResource": TARGET,
                "enrichmentResults": {},
            },
        },
    },
    "WorkflowExecution": {
        "targetResource": "shop/Deployment/checkout",
        "workflowRef": {"workflowId": "w", "version": "1", "containerImage": "registry.example/w:1"},
    },
}


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Run these tests in virtual time."""
    return {"virtual": lambda: VirtualLoop(seed=7)}


@pytest.fixture(params=sorted(PARTS))
def part(request: pytest.FixtureRequest) -> Part:
    """Each of the three parts."""
    return PARTS[request.param]


class Stage:
    """One stand-in, and the children it plays."""

    def __init__(self, cluster: Any, part: Part, a_runtime: Callable[..., Any]) -> None:
        self.cluster, self.part = cluster, part
        self._a_runtime = a_runtime
        self.wire = cluster.wire()
        self.player = self.start(self.wire)

    def start(self, wire: Any) -> Player:
        """A stand-in that was just started."""
        identity = AuditIdentity(category="", actor=self.part.name)
        runtime = self._a_runtime(
            self.cluster, wire, name=self.part.name, settings=RuntimeSettings(), identity=identity
        )
        return Player(self.part, runtime)

    def cast(self, script: str | None = None, *, name: str = "rr", namespace: str = "tenant-a") -> Resource:
        """Create a request with this script, and its child; the request."""
        scripts = {} if script is None else {self.part.annotation.partition("/")[2]: script}
        owner = self.cluster.submit(name, namespace=namespace, **scripts)
        reference = {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": name,
            "uid": owner["metadata"]["uid"],
            "controller": True,
        }
        self.make(name=name, namespace=namespace, ownerReferences=[reference])
        return owner

    def make(self, *, name: str = "rr", namespace: str = "tenant-a", **metadata: Any) -> None:
        """Create a child."""
        spec = {"remediationRequestRef": {"name": name}, **SPECS[self.part.kind.kind]}
        body = {"metadata": {"name": f"child-{name}", **metadata}, "spec": spec}
        self.cluster.create(self.part.kind, body, namespace)

    def child(self, name: str = "rr", namespace: str = "tenant-a") -> Resource:
        """The child's status."""
        return self.cluster.get(self.part.kind, f"child-{name}", namespace).get("status", {})

    async def reconcile(self, name: str = "rr", namespace: str = "tenant-a") -> Any:
        """One reconcile."""
        return await self.player.reconcile(Key(namespace, f"child-{name}"))

    async def play(self, name: str = "rr", namespace: str = "tenant-a") -> Resource:
        """Reconcile, wait as told, reconcile; the child's status in the end."""
        result = await self.reconcile(name, namespace)
        if getattr(result, "at", None) is not None:
            await asyncio.sleep((result.at - datetime.now(UTC)).total_seconds())
            await self.reconcile(name, namespace)
        return self.child(name, namespace)

    def fail_request(self, name: str, **status: str) -> None:
        """What the orchestrator would write."""
        told = {"overallPhase": "Failed", "failurePhase": self.part.failure_phase.value, **status}
        self.cluster.write_status(REMEDIATION_REQUEST, name, **told)


@pytest.fixture
def stage(cluster: Any, part: Part, a_runtime: Callable[..., Any]) -> Stage:
    """A stage for each of the parts."""
    return Stage(cluster, part, a_runtime)


@pytest.fixture
def stage_for(cluster: Any, a_runtime: Callable[..., Any]) -> Callable[[str], Stage]:
    """A stage for the part of one kind."""
    return lambda kind: Stage(cluster, PARTS[kind], a_runtime)
