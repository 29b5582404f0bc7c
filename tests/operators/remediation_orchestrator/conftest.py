"""Builders of what the orchestrator reads: stored objects in the shape the API server returns them, and views of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest

from harness.simulation.clock import VirtualLoop
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.times import micro
from operators.remediation_orchestrator import NAME, audit
from operators.remediation_orchestrator.claims import Claims
from operators.remediation_orchestrator.reconciler import Reconciler
from operators.remediation_orchestrator.routing_reads import current_reads
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.snapshot import Child, Claim, Request
from operators.runtime.runtime import Runtime

START = datetime(2026, 1, 24, 15, tzinfo=UTC)
FINGERPRINT = "9f2c" * 16


@pytest.fixture(scope="session")
def start() -> datetime:
    """When the requests of these tests were created."""
    return START


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults."""
    return Settings()


@pytest.fixture(scope="session")
def stored() -> Callable[..., dict[str, Any]]:
    """A factory of RemediationRequests as the API server stores them."""

    def build(
        name: str = "rr",
        phase: str = "",
        *,
        namespace: str = "tenant-a",
        fingerprint: str = FINGERPRINT,
        created: datetime = START,
        annotations: dict[str, str] | None = None,
        target: dict[str, Any] | None = None,
        **status: Any,
    ) -> dict[str, Any]:
        limits = {"global": "1h0m0s", "processing": "5m0s", "analyzing": "10m0s", "executing": "30m0s"}
        told = {name_: micro(v) if isinstance(v, datetime) else v for name_, v in status.items()}
        if phase:
            told = {"overallPhase": phase, "startTime": micro(created), "timeoutConfig": limits, **told}
        return {
            "apiVersion": REMEDIATION_REQUEST.api_version,
            "kind": REMEDIATION_REQUEST.kind,
            "metadata": {
                "name": name,
                "namespace": namespace,
                "uid": str(uuid5(NAMESPACE_OID, f"{namespace}/{name}")),
                "resourceVersion": "7",
                "generation": 1,
                "creationTimestamp": created.isoformat(timespec="seconds").replace("+00:00", "Z"),
                "annotations": annotations or {},
            },
            "spec": {
                "signalFingerprint": fingerprint,
                "signalName": "KubePodCrashLooping",
                "severity": "Sev1",
                "signalType": "prometheus",
                "signalSource": "alertmanager",
                "targetType": "kubernetes",
                "targetResource": target or {"kind": "Deployment", "name": "checkout", "namespace": "shop"},
                "signalLabels": {"team": "payments"},
                "firingTime": "2026-01-24T14:58:00Z",
                "receivedTime": "2026-01-24T14:59:00Z",
            },
            "status": told,
        }

    return build


@pytest.fixture(scope="session")
def a_request(stored: Callable[..., dict[str, Any]]) -> Callable[..., Request]:
    """A factory of views; the arguments are those of `stored`."""

    def build(*args: Any, **kwargs: Any) -> Request:
        return Request.of(stored(*args, **kwargs))

    return build


@pytest.fixture(scope="session")
def a_child() -> Callable[..., Child]:
    """A factory of children: by default one that the request itself controls."""

    def build(request: Request, phase: str, *, name: str = "child", owner: str | None = None, **status: Any) -> Child:
        return Child(name=name, owner=request.uid if owner is None else owner, phase=phase, status=status)

    return build


@pytest.fixture(scope="session")
def a_claim() -> Callable[..., Claim]:
    """A factory of claims held by a request (or a uid, or nobody)."""

    def build(holder: Request | str, *, fresh: bool = False) -> Claim:
        uid = holder if isinstance(holder, str) else holder.uid
        return Claim(holder=uid, fresh=fresh, lease={"metadata": {"resourceVersion": "3"}})

    return build


@pytest.fixture(scope="session")
def seconds() -> Callable[[float], timedelta]:
    """Spans, for short."""
    return lambda value: timedelta(seconds=value)


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Run these tests in virtual time: a cooldown costs nothing, and latencies of a seed come in the same order."""
    return {"virtual": lambda: VirtualLoop(seed=7)}


@pytest.fixture
def orchestrator(a_runtime: Callable[..., Runtime[Any]]) -> Callable[..., Reconciler]:
    """A factory of orchestrators that were just started on a cluster: each has an empty memory and a wire of its own."""

    def start(cluster: Any, wire: Any = None, settings: Settings | None = None) -> Reconciler:
        runtime = a_runtime(
            cluster, wire or cluster.wire(), name=NAME, settings=settings or Settings(), identity=audit.IDENTITY
        )
        return Reconciler(runtime, current_reads()(runtime.kube), Claims(runtime.kube))

    return start
