"""A cluster for operators' tests: the embedded API server's core behind the operators' own client, without a network.

What is left out is Kopf: tests call reconciles themselves, in the order that matters to them. What is not left out is
everything a reconcile can see of an API server: versions, conflicts, schemas, selectors, preconditions.
"""

import asyncio
import functools
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
import pytest
import yaml

from harness.apiserver import ApiServer, Request
from operators.api.kinds import REMEDIATION_REQUEST, Kind
from operators.api.resource import Resource
from operators.runtime import AuditIdentity, Receipt, Reply, Runtime, Unavailable, make_runtime
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics
from operators.runtime.parts import current_parts

CRDS = Path(__file__).parents[2] / "crds"
NAMESPACES = ("tenant-a", "tenant-b")


class Wire:
    """A transport of one actor into the embedded server; a request may be held up, lost, or its reply may be.

    :ivar requests: ``VERB path`` of each request that reached the server.
    :ivar latency: draws the time that a request and a reply take each, in virtual seconds; 0 keeps the order of calls.
    :ivar break_before: number of the write (from 1) that never arrives; from then on the wire is dead.
    :ivar break_after: number of the write whose reply never arrives; from then on the wire is dead.
    """

    def __init__(self, server: ApiServer, latency: Callable[[], float] = lambda: 0.0) -> None:
        self.server = server
        self.latency = latency
        self.requests: list[str] = []
        self.break_before = self.break_after = 0
        self.meanwhile: Callable[[str], None] = lambda _request: None
        """Called before each request is handled: where a test lets somebody else be faster."""
        self._writes = 0
        self._dead = False

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        await asyncio.sleep(self.latency())
        if method != "GET":
            self._writes += 1
            self._dead |= self._writes == self.break_before
        if self._dead:
            raise Unavailable(status=0, reason="Unreachable", message="the wire is cut")
        path, _, query = target.partition("?")
        self.meanwhile(f"{method} {unquote(path)}")
        self.requests.append(f"{method} {unquote(path)}")
        reply = self.ask(method, unquote(path), dict(parse_qsl(query)), headers, body)
        if method != "GET" and self._writes == self.break_after:
            self._dead = True
            raise Unavailable(status=0, reason="Unreachable", message="the reply was lost")
        await asyncio.sleep(self.latency())
        return reply

    def ask(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: Any) -> Reply:
        due = self.server.next_deadline
        if due is not None and due <= datetime.now(UTC):
            self.server.step()
        content = b"" if body is None else orjson.dumps(body)
        named = {name.lower(): value for name, value in headers.items()}
        answer = self.server.handle(Request(method, path, query, named, content))
        return Reply(answer.status, answer.headers, answer.body)

    async def close(self) -> None:
        self._dead = True


class Sink:
    """An audit client whose other end keeps one of each event, as DataStorage does, and refuses another under its id."""

    def __init__(self) -> None:
        self.stored: dict[str, Mapping[str, Any]] = {}
        self.batches: list[list[str]] = []
        self.down = ""

    async def post(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        self.batches.append([event["event_type"] for event in events])
        if self.down:
            return Receipt(unreachable=self.down)
        for event in events:
            assert self.stored.setdefault(event["event_id"], event) == event
        return Receipt(delivered=tuple(event["event_id"] for event in events))

    async def close(self) -> None:
        self.down = "closed"

    def edges(self, name: str) -> list[tuple[str, str]]:
        """The edges of a request that were told, in the order of arrival, each once for all events of it."""
        seen = {
            (event["event_data"]["ordinal"], event["event_data"]["from_phase"], event["event_data"]["to_phase"]): None
            for event in self.stored.values()
            if event["event_data"]["rr_name"] == name
        }
        return [(leaving, entering) for _, leaving, entering in seen]


@functools.cache
def definitions() -> tuple[Resource, ...]:
    """The six CRDs; reading their YAML takes longer than most tests."""
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CRDS.glob("*.yaml")))


class Cluster:
    """The embedded server with our six kinds and two tenants, and the way of a person and of operators to it."""

    def __init__(self, seed: int = 0, server: ApiServer | None = None) -> None:
        self.random = random.Random(seed)
        self.server = server or ApiServer(clock=lambda: datetime.now(UTC), new_uid=self._uid)
        self.sink = Sink()
        self._person = Wire(self.server)
        for definition in definitions():
            self._ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        for name in NAMESPACES:
            self._ask("POST", "/api/v1/namespaces", {"metadata": {"name": name}})

    def wire(self, *, latency: float = 0.0) -> Wire:
        """A new operator's wire; with latency each way takes up to that many seconds."""
        return Wire(self.server, lambda: self.random.uniform(0, latency) if latency else 0.0)

    def submit(
        self, name: str, *, namespace: str = "tenant-a", fingerprint: str = "9f2c" * 16, **scripts: str
    ) -> Resource:
        """Create a request; ``scripts`` are annotations of the stand-ins, by the names of their kinds."""
        annotations = {f"rehearsal.kubernaut.ai/{kind.replace('_', '-')}": text for kind, text in scripts.items()}
        spec = {
            "signalFingerprint": fingerprint,
            "signalName": "KubePodCrashLooping",
            "severity": "Sev1",
            "signalType": "prometheus",
            "targetType": "kubernetes",
            "targetResource": {"kind": "Deployment", "name": "checkout", "namespace": "shop"},
            "firingTime": "2026-01-24T14:58:00Z",
            "receivedTime": "2026-01-24T14:59:00Z",
        }
        body = {"metadata": {"name": name, "annotations": annotations}, "spec": spec}
        return self._ask("POST", _path(REMEDIATION_REQUEST, namespace), body, kind=REMEDIATION_REQUEST)

    def get(self, kind: Kind, name: str, namespace: str = "tenant-a") -> Resource | None:
        """An object, or None."""
        found = self._person.ask("GET", _path(kind, namespace, name), {}, _HEADERS, None)
        return None if found.status == 404 else orjson.loads(found.body)

    def names(self, kind: Kind, namespace: str = "tenant-a") -> list[str]:
        """Names of the objects of a kind."""
        found = self._ask("GET", _path(kind, namespace), None)
        return [item["metadata"]["name"] for item in found["items"]]

    def write_status(self, kind: Kind, name: str, namespace: str = "tenant-a", **status: Any) -> Resource:
        """Somebody writes these status fields, unguarded."""
        return self._ask("PATCH", f"{_path(kind, namespace, name)}/status", {"status": status})

    def label(self, kind: Kind, name: str, namespace: str = "tenant-a", **labels: str) -> Resource:
        """Somebody edits labels."""
        return self._ask("PATCH", _path(kind, namespace, name), {"metadata": {"labels": labels}})

    def delete(self, kind: Kind, name: str, namespace: str = "tenant-a") -> None:
        """Somebody deletes an object."""
        self._ask("DELETE", _path(kind, namespace, name), None)

    def create(self, kind: Kind, body: Resource, namespace: str = "tenant-a") -> Resource:
        """Somebody creates an object."""
        return self._ask("POST", _path(kind, namespace), body, kind=kind)

    def _ask(self, method: str, path: str, body: Any, *, kind: Kind | None = None) -> Any:
        if kind is not None:
            body = {"apiVersion": kind.api_version, "kind": kind.kind, **body}
        elif body is not None and method == "POST":
            named = {"apiVersion": "v1", "kind": "Namespace"} if path.endswith("namespaces") else {}
            body = {**named, **body}
        headers = {**_HEADERS, "Content-Type": "application/merge-patch+json"} if method == "PATCH" else _HEADERS
        reply = self._person.ask(method, path, {}, headers, body)
        assert reply.status < 300, reply.body
        return orjson.loads(reply.body)

    def _uid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))


_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "person"}


def _path(kind: Kind, namespace: str, name: str = "") -> str:
    last = f"/{name}" if name else ""
    return f"/apis/{kind.group}/{kind.version}/namespaces/{namespace}/{kind.plural}{last}"


def runtime_on(cluster: Cluster, wire: Wire, *, name: str, settings: Any, identity: AuditIdentity) -> Runtime[Any]:
    """A runtime of an operator that was just started on this wire; its memory is empty."""
    runtime = make_runtime(
        name=name,
        transport=wire,
        settings=settings,
        identity=identity,
        parts=current_parts(),
        metrics=Metrics(name),
        log=logger(name),
    )
    runtime.outbox.audit = cluster.sink  # type: ignore[assignment]
    return runtime


@pytest.fixture
def clusters() -> Callable[..., Cluster]:
    """A factory of clusters; the argument seeds uids and latencies."""
    return Cluster


@pytest.fixture
def cluster(clusters: Callable[..., Cluster]) -> Cluster:
    """One cluster."""
    return clusters()


@pytest.fixture
def a_runtime() -> Callable[..., Runtime[Any]]:
    """A factory of runtimes on a cluster; see `runtime_on`."""
    return runtime_on
