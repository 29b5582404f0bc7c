"""A stage for the shell of SignalProcessing: the embedded API server, a sink for audit events, and trouble between them.

The API server is the real core of the harness, called in memory; what the operator's client would send over the network
goes through `Troubled`, which lets chosen writes fail in chosen ways. A crash is a new process: whatever the operator
remembered is gone.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import yaml

from harness.apiserver.messages import Request
from harness.apiserver.server import ApiServer
from operators.api.resource import Key
from operators.runtime import Done, Metrics, OperatorError, Parts, Receipt, Reply, Unavailable, make_runtime
from operators.runtime.logs import logger
from operators.signal_processing.audit import IDENTITY
from operators.signal_processing.reconcile import Reconciler
from operators.signal_processing.settings import Settings

KEY = Key("shop", "sp-rr-1")
COLLECTION = "/apis/kubernaut.ai/v1alpha1/namespaces/shop/signalprocessings"
SP = f"{COLLECTION}/sp-rr-1"

_CRD = yaml.safe_load((Path(__file__).parents[3] / "crds" / "kubernaut.ai_signalprocessings.yaml").read_text())
_MERGE_PATCH = "application/merge-patch+json"


class Crash(BaseException):
    """The process dies here: nothing of the operator gets to see it, as with SIGKILL."""


class Cluster:
    """The embedded API server with the CRD of SignalProcessing, the namespace ``shop`` and a Pod in it.

    ``requests`` holds what the operator asked, ``versions`` every version of every SignalProcessing that was stored.
    """

    def __init__(self, *, environment: str) -> None:
        uids = count(1)
        self._server = ApiServer(clock=lambda: datetime.now(UTC), new_uid=lambda: str(UUID(int=next(uids))))
        self.requests: list[str] = []
        self.versions: list[dict[str, Any]] = []
        self.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", _CRD)
        labels = {"kubernaut.ai/environment": environment}
        self.create("/api/v1/namespaces", {"metadata": {"name": "shop", "labels": labels}})
        self.create(
            "/api/v1/namespaces/shop/pods",
            {"metadata": {"name": "checkout-0"}, "spec": {"containers": [{"name": "web", "image": "shop/web:1"}]}},
        )
        watch = self._server.handle(Request("GET", COLLECTION, {"watch": "1"}))
        watch.attach(lambda line: self.versions.append(orjson.loads(line)["object"]), lambda: None)  # type: ignore[union-attr]

    def create(self, collection: str, body: Mapping[str, Any]) -> None:
        """Somebody creates an object."""
        self._as_somebody("POST", collection, body, "application/json")

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        """Somebody merge-patches an object, or its status."""
        self._as_somebody("PATCH", path, body, _MERGE_PATCH)

    def delete(self, path: str) -> None:
        """Somebody deletes an object."""
        self._as_somebody("DELETE", path, {}, "application/json")

    def status(self) -> dict[str, Any]:
        """Status of the SignalProcessing as it is stored."""
        found: dict[str, Any] = self._as_somebody("GET", SP, None, "application/json")
        return dict(found.get("status") or {})

    def events(self) -> list[dict[str, Any]]:
        """Kubernetes Events of the namespace."""
        found: dict[str, Any] = self._as_somebody("GET", "/api/v1/namespaces/shop/events", None, "application/json")
        return list(found["items"])

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        """Carry one request of the operator to the server."""
        path = target.partition("?")[0]
        self.requests.append(f"{method} {path}")
        lowered = {name.lower(): value for name, value in headers.items()}
        content = b"" if body is None else orjson.dumps(body)
        reply = self._server.handle(Request(method, path, {"fieldManager": "signal-processing"}, lowered, content))
        return Reply(reply.status, reply.headers, reply.body)  # type: ignore[union-attr]

    async def close(self) -> None:
        """Nothing is held."""

    def _as_somebody(self, method: str, path: str, body: Any, content_type: str) -> Any:
        content = b"" if body is None else orjson.dumps(body)
        headers = {"content-type": content_type, "user-agent": "somebody"}
        reply = self._server.handle(Request(method, path, {}, headers, content))
        answer = orjson.loads(reply.body)  # type: ignore[union-attr]
        assert reply.status < 300, answer
        return answer


class Troubled:
    """A way to the cluster on which the n-th status write meets trouble; counts through restarts of the operator."""

    def __init__(self, cluster: Cluster, trouble: Mapping[int, str]) -> None:
        self._cluster = cluster
        self._trouble = dict(trouble)
        self._writes = 0

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        """Carry a request, or fail to."""
        if method != "PATCH":
            return await self._cluster.exchange(method, target, headers=headers, body=body)
        self._writes += 1
        trouble = self._trouble.get(self._writes, "")
        if trouble == "crash before":
            raise Crash
        if trouble == "label edited first":
            self._cluster.patch(SP, {"metadata": {"labels": {"edit": str(self._writes)}}})
        reply = await self._cluster.exchange(method, target, headers=headers, body=body)
        if trouble == "crash after":
            raise Crash
        if trouble == "reply lost":
            raise Unavailable(status=0, reason="Unreachable", message="the connection broke")
        return reply

    async def close(self) -> None:
        """Nothing is held."""


class Sink:
    """DataStorage as far as the operator sees it: keeps each id once and takes no other body under it.

    The n-th post may find it unreachable, or be the last thing that the process does.
    """

    def __init__(self, trouble: Mapping[int, str]) -> None:
        self._trouble = dict(trouble)
        self.posts = 0
        self.received = 0
        self.stored: dict[str, Mapping[str, Any]] = {}

    async def post(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        """Take a batch."""
        self.posts += 1
        trouble = self._trouble.get(self.posts, "")
        if trouble == "unreachable":
            return Receipt(unreachable="no reply")
        if trouble == "crash before":
            raise Crash
        for event in events:
            self.received += 1
            assert self.stored.setdefault(event["event_id"], event) == event, "the same id with another body"
        if trouble == "crash after":
            raise Crash
        return Receipt(delivered=tuple(event["event_id"] for event in events))

    async def close(self) -> None:
        """Nothing is held."""

    def told(self) -> list[str]:
        """What is stored, in order of arrival; transitions with their edge."""
        return [_said(event) for event in self.stored.values()]


def _said(event: Mapping[str, Any]) -> str:
    kind, data = event["event_type"].removeprefix("signalprocessing."), event["event_data"]
    return f"{kind} {data['from_phase']}/{data['to_phase']}" if kind == "phase.transition" else kind


class Stage:
    """An operator's reconcile of one SignalProcessing, started again after each crash."""

    def __init__(
        self,
        resource: Mapping[str, Any],
        policies: Any,
        *,
        writes: Mapping[int, str] | None = None,
        posts: Mapping[int, str] | None = None,
    ) -> None:
        self.cluster, self.sink = Cluster(environment="production"), Sink(posts or {})
        self.cluster.create(COLLECTION, {**resource, "metadata": {"name": KEY.name, "namespace": KEY.namespace}})
        self.way: Any = Troubled(self.cluster, writes or {})
        self.restarts = -1
        self._policies = policies
        self.start()

    def start(self) -> None:
        """A new process: nothing is remembered."""
        self.restarts += 1
        runtime = make_runtime(
            name="signal-processing",
            transport=self.way,
            settings=Settings(conflict_base=timedelta(0), conflict_cap=timedelta(0)),
            identity=IDENTITY,
            parts=Parts(),
            metrics=Metrics("signal-processing"),
            log=logger("signal-processing"),
        )
        runtime.outbox.audit = self.sink  # type: ignore[assignment]
        self._reconciler = Reconciler(runtime, self._policies)

    async def once(self) -> Any:
        """One reconcile."""
        return await self._reconciler.reconcile(KEY)

    async def until_done(self) -> None:
        """As the queue would: again after an error, and in a new process after a crash."""
        while True:
            try:
                result = await self.once()
            except Crash:
                self.start()
            except OperatorError:
                continue
            else:
                if result == Done():
                    return

    def phases(self) -> list[str]:
        """Phases in the order in which they were stored; one that stays is named once."""
        walked: list[str] = []
        for version in self.cluster.versions:
            phase = version.get("status", {}).get("phase", "")
            if not walked or phase != walked[-1]:
                walked.append(phase)
        return walked
