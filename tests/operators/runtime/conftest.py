"""What the runtime's tests stand on: a virtual clock, a double of the API server, a sink that can be told to fail.

The double keeps objects under their paths and does exactly what a guarded write depends on: one growing resourceVersion, 409
for another version or another uid, 404, merge patches of ``/status`` that touch nothing else, no new version for a patch that
changes nothing. It knows no schema, no selectors and no watches. ``test_verified_double.py`` holds it to the embedded server.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest

from harness.simulation.clock import VirtualLoop
from operators.api import REMEDIATION_REQUEST, Resource
from operators.runtime import AuditIdentity, Parts, Receipt, Reply, Runtime, RuntimeSettings, make_runtime
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics

PATH = "/apis/kubernaut.ai/v1alpha1/namespaces/a/remediationrequests"


ORIGINAL = Parts()


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Run these tests in virtual time: an hour of backoff costs nothing and no test sleeps for real."""
    return {"virtual": lambda: VirtualLoop(seed=7)}


NOW = "2026-01-24T15:00:00Z"


class FakeApi:
    """A transport whose server is a dict."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.before: Callable[[str, str], None] = lambda _method, _path: None
        """Called ahead of each request, with method and path: where a test lets somebody else write first."""
        self._version = 0

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        path = target.partition("?")[0]
        self.before(method, path)
        self.requests.append(f"{method} {path}")
        answer = self.answer(method, path, orjson.loads(orjson.dumps(body)) if body is not None else None)
        return Reply(answer.get("code", 200), {}, orjson.dumps(answer))

    async def close(self) -> None:
        self.requests.append("close")

    def answer(self, method: str, path: str, body: Any) -> dict[str, Any]:
        if method == "POST":
            return self._create(path, body)
        found = self.objects.get(path.removesuffix("/status"))
        if found is None:
            return _failure(404, "NotFound", f"{path} not found")
        if method == "GET":
            return found
        if method == "DELETE":
            wanted = body.get("preconditions") or {}
            if any(found["metadata"][field] != value for field, value in wanted.items()):
                return _failure(409, "Conflict", "the precondition does not hold")
            del self.objects[path]
            return {"kind": "Status", "status": "Success"}
        wanted = body.get("metadata") or {}
        if any(
            wanted.get(field, found["metadata"][field]) != found["metadata"][field]
            for field in ("resourceVersion", "uid")
        ):
            return _failure(409, "Conflict", "the object has been modified")
        if method == "PUT":
            return self._store(path, {**body, "metadata": {**found["metadata"], **body["metadata"]}})
        status = merge(found.get("status") or {}, body.get("status") or {})
        if status == (found.get("status") or {}):
            return found
        return self._store(path.removesuffix("/status"), {**found, "status": status})

    def touch(self, path: str, **status: Any) -> None:
        """Somebody else writes these status fields, unguarded."""
        self._store(path, {**self.objects[path], "status": merge(self.objects[path].get("status") or {}, status)})

    def _create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        place = f"{path}/{body['metadata']['name']}"
        if place in self.objects:
            return _failure(409, "AlreadyExists", f"{place} already exists")
        namespace = path.split("/namespaces/")[1].split("/", maxsplit=1)[0]
        given = {"namespace": namespace, "uid": str(uuid.uuid4()), "creationTimestamp": NOW, "generation": 1}
        return self._store(place, {**body, "metadata": {**body["metadata"], **given}})

    def _store(self, path: str, obj: dict[str, Any]) -> dict[str, Any]:
        self._version += 1
        self.objects[path] = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self._version)}}
        return self.objects[path]


def merge(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396."""
    result = dict(target)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            result[name] = merge(target.get(name) or {}, value)
        else:
            result[name] = value
    return result


def _failure(code: int, reason: str, message: str) -> dict[str, Any]:
    return {"kind": "Status", "status": "Failure", "reason": reason, "message": message, "code": code}


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
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def sink() -> FakeSink:
    return FakeSink()


@pytest.fixture
def settings() -> RuntimeSettings:
    return RuntimeSettings(conflict_attempts=3, resync=timedelta(minutes=10))


@pytest.fixture
def runtime(api: FakeApi, sink: FakeSink, settings: RuntimeSettings) -> Runtime[RuntimeSettings]:
    return runtime_on(api, sink, settings)


def runtime_on(
    api: FakeApi,
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
    spec = {"signalFingerprint": "f" * 64, "severity": "critical"}
    return await runtime.kube.create(REMEDIATION_REQUEST, "a", {"metadata": {"name": "web"}, "spec": spec})


@pytest.fixture
def start_again(api: FakeApi, sink: FakeSink, settings: RuntimeSettings) -> Callable[..., Runtime[RuntimeSettings]]:
    """A new runtime on the same API server and sink: an operator after a crash, or one made of other parts."""
    return lambda parts=ORIGINAL: runtime_on(api, sink, settings, parts)


@pytest.fixture
async def turns() -> Callable[[], Awaitable[None]]:
    """Let everything run that is ready now, without letting time pass."""

    async def run() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    return run
