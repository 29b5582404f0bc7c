"""What the runtime's tests stand on: a virtual clock, the embedded API server's core, a sink that can be told to fail."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
import yaml

from harness.apiserver import ApiServer, Request, Subscription
from harness.simulation.clock import VirtualLoop
from operators.api import REMEDIATION_REQUEST, WORKFLOW_EXECUTION, Resource
from operators.runtime import AuditIdentity, Parts, Receipt, Reply, Runtime, RuntimeSettings, make_runtime
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics

ORIGINAL = Parts()


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Run these tests in virtual time: an hour of backoff costs nothing and no test sleeps for real."""
    return {"virtual": lambda: VirtualLoop(seed=7)}


FOLDER = Path(__file__).parents[3] / "crds"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
REQUEST_SPEC = {
    "signalFingerprint": "f" * 64,
    "signalName": "HighMemory",
    "severity": "critical",
    "signalType": "prometheus-alert",
    "targetType": "kubernetes",
    "targetResource": {"kind": "Deployment", "name": "web", "namespace": "a"},
    "firingTime": "2026-01-24T15:00:00Z",
    "receivedTime": "2026-01-24T15:00:01Z",
}


@cache
def definitions() -> list[bytes]:
    """The two CRDs that these tests use, as JSON."""
    files = [FOLDER / f"kubernaut.ai_{kind.plural}.yaml" for kind in (REMEDIATION_REQUEST, WORKFLOW_EXECUTION)]
    return [orjson.dumps(yaml.safe_load(file.read_text("utf-8"))) for file in files]


class Api:
    """The embedded API server's core as a transport, with a hand of its own on the server.

    :ivar requests: what the operator asked, as method and path.
    :ivar before: called ahead of each request of the operator: where a test lets somebody else write first.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.before: Callable[[str, str], object] = lambda _method, _path: None
        self._server = ApiServer(clock=lambda: datetime.now(UTC), new_uid=lambda: str(uuid.uuid4()))
        for definition in definitions():
            self._hand("POST", DEFINITIONS, definition)
        self._hand("POST", "/api/v1/namespaces", b'{"metadata": {"name": "a"}}')

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        path, _, query = target.partition("?")
        self.before(method, path)
        self.requests.append(f"{method} {path}")
        return self._ask(method, path, orjson.dumps(body) if body is not None else b"", headers, dict(parse_qsl(query)))

    async def close(self) -> None:
        self.requests.append("close")

    def stored(self, path: str) -> Resource:
        """The object as the server has it."""
        return self._hand("GET", path)

    def touch(self, path: str, **status: Any) -> None:
        """Somebody else writes these status fields, unguarded."""
        self._hand("PATCH", f"{path}/status", orjson.dumps({"status": status}))

    def delete(self, path: str) -> None:
        """Somebody else deletes the object."""
        self._hand("DELETE", path)

    def _hand(self, method: str, path: str, body: bytes = b"") -> Resource:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        reply = self._ask(method, path, body, {"Content-Type": kind, "User-Agent": "somebody-else"}, {})
        assert reply.status < 300, reply.body
        answer: Resource = orjson.loads(reply.body)
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        query: Mapping[str, str],
    ) -> Reply:
        lowered = {name.lower(): value for name, value in headers.items()}
        answer = self._server.handle(Request(method, path, query, lowered, body))
        assert not isinstance(answer, Subscription)
        return Reply(answer.status, answer.headers, answer.body)


class FakeSink:
    """An audit client whose other end does what a test says; keeps one of each event, as the real sink does."""

    def __init__(self) -> None:
        self.stored: dict[str, Mapping[str, Any]] = {}
        self.posts: list[list[str]] = []
        self.down = ""
        self.refuses: set[str] = set()
        """Types of events that are refused for good."""

    async def post(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        self.posts.append([event["event_type"] for event in events])
        if self.down:
            return Receipt(unreachable=self.down)
        taken = [event for event in events if event["event_type"] not in self.refuses]
        for event in taken:
            assert self.stored.setdefault(event["event_id"], event) == event
        return Receipt(
            delivered=tuple(event["event_id"] for event in taken),
            refused={event["event_id"]: "400: no" for event in events if event["event_type"] in self.refuses},
        )

    async def close(self) -> None:
        self.down = "closed"

    @property
    def types(self) -> list[str]:
        return [str(event["event_type"]) for event in self.stored.values()]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def sink() -> FakeSink:
    return FakeSink()


@pytest.fixture
def settings() -> RuntimeSettings:
    return RuntimeSettings(conflict_attempts=3, resync=timedelta(minutes=10))


@pytest.fixture
def runtime(api: Api, sink: FakeSink, settings: RuntimeSettings) -> Runtime[RuntimeSettings]:
    return runtime_on(api, sink, settings)


def runtime_on(
    api: Api,
    sink: FakeSink,
    settings: RuntimeSettings,
    parts: Parts = ORIGINAL,
) -> Runtime[RuntimeSettings]:
    """A runtime whose two ways out lead to the doubles; made anew it is a restarted operator."""
    made = make_runtime(
        name="tester",
        transport=api,
        settings=settings,
        identity=AuditIdentity(category="orchestration", actor="tester-controller"),
        parts=parts,
        metrics=Metrics("tester"),
        log=logger("tester"),
    )
    made.outbox.audit = sink  # type: ignore[assignment]
    return made


@pytest.fixture
async def request_(runtime: Runtime[RuntimeSettings]) -> Resource:
    """A fresh RemediationRequest a/web."""
    return await runtime.kube.create(REMEDIATION_REQUEST, "a", {"metadata": {"name": "web"}, "spec": REQUEST_SPEC})


@pytest.fixture
def start_again(api: Api, sink: FakeSink, settings: RuntimeSettings) -> Callable[..., Runtime[RuntimeSettings]]:
    """A new runtime on the same API server and sink: an operator after a crash, or one made of other parts."""
    return lambda parts=ORIGINAL: runtime_on(api, sink, settings, parts)


@pytest.fixture
def request_spec() -> Resource:
    """The spec of a RemediationRequest that its schema lets in."""
    return dict(REQUEST_SPEC)


@pytest.fixture
async def turns() -> Callable[[], Awaitable[None]]:
    """Let everything run that is ready now, without letting time pass."""

    async def run() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    return run
