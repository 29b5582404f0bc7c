"""The shell: what it asks, what it writes, and that nothing but time is lost when writes fail, replies vanish or the
process dies.
"""

import copy
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest

from operators.api.resource import Key
from operators.runtime import (
    Done,
    Metrics,
    OperatorError,
    Parts,
    Receipt,
    Reply,
    Requeue,
    Throttled,
    Unavailable,
    make_runtime,
)
from operators.runtime.logs import logger
from operators.signal_processing.audit import IDENTITY
from operators.signal_processing.reconcile import Reconciler
from operators.signal_processing.settings import Settings

KEY = Key("shop", "sp-rr-1")
SP = "/apis/kubernaut.ai/v1alpha1/namespaces/shop/signalprocessings/sp-rr-1"
PHASES = ["", "Pending", "Enriching", "Classifying", "Categorizing", "Completed"]
NINE = [
    "phase.transition /Pending",
    "phase.transition Pending/Enriching",
    "enrichment.completed",
    "phase.transition Enriching/Classifying",
    "classification.decision",
    "phase.transition Classifying/Categorizing",
    "phase.transition Categorizing/Completed",
    "signal.processed",
    "business.classified",
]


class Crash(BaseException):
    """The process dies here: nothing of the operator gets to see it, as with SIGKILL."""


class Cluster:
    """A Kubernetes API of objects by path: GET, and merge patches of ``/status`` that are guarded as the real ones are.

    Its limits: no schema, no watch, no other verbs. Versions are one counter, a stale one or another uid is a 409, and
    every stored version stays in ``history``.
    """

    def __init__(self, *objects: tuple[str, dict[str, Any]]) -> None:
        self._objects = dict(copy.deepcopy(objects))
        self._version = 100
        self.requests: list[str] = []
        self.history: list[dict[str, Any]] = []

    def __getitem__(self, path: str) -> dict[str, Any]:
        return self._objects[path]

    def touch(self, path: str, change: Any) -> None:
        """A third party edits an object."""
        changed = copy.deepcopy(self._objects[path])
        change(changed)
        self._store(path, changed)

    def delete(self, path: str) -> None:
        del self._objects[path]

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        path = target.partition("?")[0]
        self.requests.append(f"{method} {path}")
        path, status = path.removesuffix("/status"), path.endswith("/status")
        if path not in self._objects:
            return _refusal(404, "NotFound")
        if method == "GET":
            return Reply(200, {}, orjson.dumps(self._objects[path]))
        assert (method, status, headers["Content-Type"]) == ("PATCH", True, "application/merge-patch+json")
        stored = self._objects[path]
        if any(body["metadata"][name] != stored["metadata"][name] for name in ("resourceVersion", "uid")):
            return _refusal(409, "Conflict")
        self._store(
            path, {**stored, "status": _merge(stored.get("status", {}), orjson.loads(orjson.dumps(body["status"])))}
        )
        return Reply(200, {}, orjson.dumps(self._objects[path]))

    async def close(self) -> None:
        """Nothing is held."""

    def _store(self, path: str, changed: dict[str, Any]) -> None:
        self._version += 1
        self._objects[path] = {**changed, "metadata": {**changed["metadata"], "resourceVersion": str(self._version)}}
        self.history.append(self._objects[path])


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


def _refusal(status: int, reason: str) -> Reply:
    return Reply(status, {}, orjson.dumps({"kind": "Status", "reason": reason, "message": reason, "code": status}))


class Troubled:
    """A way to the cluster on which the n-th status write meets trouble; counts through restarts of the operator."""

    def __init__(self, cluster: Cluster, trouble: Mapping[int, str]) -> None:
        self._cluster = cluster
        self._trouble = dict(trouble)
        self.writes = 0

    async def exchange(self, method: str, target: str, *, headers: Mapping[str, str], body: Any) -> Reply:
        if method != "PATCH":
            return await self._cluster.exchange(method, target, headers=headers, body=body)
        self.writes += 1
        trouble = self._trouble.get(self.writes, "")
        if trouble == "crash before":
            raise Crash
        if trouble == "label edited first":
            self._cluster.touch(
                SP, lambda found: found["metadata"].setdefault("labels", {}).update(edit=str(self.writes))
            )
        reply = await self._cluster.exchange(method, target, headers=headers, body=body)
        if trouble == "crash after":
            raise Crash
        if trouble == "reply lost":
            raise Unavailable(status=0, reason="Unreachable", message="the connection broke")
        return reply

    async def close(self) -> None:
        """Nothing is held."""


class Sink:
    """DataStorage as far as the operator sees it: stores each id once, refuses an id with another body, can be
    unreachable or die with the process.
    """

    def __init__(self, trouble: Mapping[int, str] | None = None) -> None:
        self._trouble = dict(trouble or {})
        self.posts = 0
        self.stored: dict[str, Mapping[str, Any]] = {}
        self.received = 0

    async def post(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
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
        """What was stored, in order of arrival."""
        return [_said(event) for event in self.stored.values()]


def _said(event: Mapping[str, Any]) -> str:
    kind, data = event["event_type"].removeprefix("signalprocessing."), event["event_data"]
    return f"{kind} {data['from_phase']}/{data['to_phase']}" if kind == "phase.transition" else kind


class Stage:
    """An operator's reconcile on a cluster with a sink, started again after each crash."""

    def __init__(
        self,
        policies: Any,
        cluster: Cluster,
        *,
        writes: Mapping[int, str] | None = None,
        posts: Mapping[int, str] | None = None,
    ) -> None:
        self.cluster, self.sink = cluster, Sink(posts)
        self._policies = policies
        self._way = Troubled(cluster, writes or {})
        self.restarts = -1
        self.start()

    def start(self) -> None:
        """A new process: nothing is remembered."""
        self.restarts += 1
        metrics, settings = (
            Metrics("signal-processing"),
            Settings(conflict_base=timedelta(0), conflict_cap=timedelta(0)),
        )
        runtime = make_runtime(
            name="signal-processing",
            transport=self._way,
            settings=settings,
            identity=IDENTITY,
            parts=Parts(),
            metrics=metrics,
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
        """Phases in the order in which they were stored, without repeats of one that stays."""
        walked = [""]
        for version in self.cluster.history:
            phase = version.get("status", {}).get("phase", "")
            if phase != walked[-1]:
                walked.append(phase)
        return walked


@pytest.fixture
def stage(make, policies):
    """``stage(writes={2: "crash after"}, posts=…, **signal)``: a fresh SignalProcessing about a Pod of a production
    namespace.
    """

    def build(
        *,
        writes: Mapping[int, str] | None = None,
        posts: Mapping[int, str] | None = None,
        with_policies: Any = policies,
        **signal: Any,
    ) -> Stage:
        labels = {"kubernaut.ai/environment": "production"}
        cluster = Cluster(
            (SP, make(**signal)),
            ("/api/v1/namespaces/shop", {"metadata": {"name": "shop", "labels": labels}}),
            ("/api/v1/namespaces/shop/pods/checkout-0", {"metadata": {"name": "checkout-0", "namespace": "shop"}}),
        )
        return Stage(with_policies, cluster, writes=writes, posts=posts)

    return build


async def test_a_processing_costs_six_writes_and_what_it_reads(stage):
    """The budget that the docs state: one read of the object, one write per edge, one that empties the outbox."""
    scene = stage()

    assert await scene.once() == Done()
    assert scene.cluster.requests == [
        f"GET {SP}",
        f"PATCH {SP}/status",
        f"PATCH {SP}/status",
        "GET /api/v1/namespaces/shop",
        "GET /api/v1/namespaces/shop/pods/checkout-0",
        *[f"PATCH {SP}/status"] * 4,
    ]
    assert (scene.sink.posts, scene.sink.received) == (5, 9)


async def test_a_success_tells_exactly_nine_events_in_order(stage):
    """Each edge once, each piece of work once; the outbox is empty afterwards."""
    scene = stage()
    await scene.once()

    assert scene.sink.told() == NINE
    assert scene.phases() == PHASES
    assert "outbox" not in scene.cluster[SP]["status"]
    assert {event["correlation_id"] for event in scene.sink.stored.values()} == {"shop/rr-1"}
    assert {
        (event["event_category"], event["actor_id"], event["resource_id"]) for event in scene.sink.stored.values()
    } == {
        ("signalprocessing", "signalprocessing-controller", "sp-rr-1"),
    }


async def test_a_doubled_wake_up_changes_nothing(stage):
    """Our own writes wake the key again; at rest that is one read."""
    scene = stage()
    await scene.once()
    before = (len(scene.cluster.requests), len(scene.cluster.history), scene.sink.received)
    await scene.once()

    assert (len(scene.cluster.requests), len(scene.cluster.history), scene.sink.received) == (
        before[0] + 1,
        *before[1:],
    )


@pytest.mark.parametrize("moment", ["crash before", "crash after", "reply lost", "label edited first"])
@pytest.mark.parametrize("write", range(1, 7))
async def test_trouble_at_a_write_loses_and_doubles_nothing(stage, write, moment):
    """The plan that upstream fails: an event written after the status is lost by a crash between, one written before is
    doubled.
    """
    scene = stage(writes={write: moment})
    await scene.until_done()

    assert scene.sink.told() == NINE
    assert scene.phases() == PHASES
    assert scene.restarts == moment.count("crash")


async def test_every_write_may_meet_a_conflict_first(stage):
    """Somebody edits labels all the time: each edge takes one more read and one more write, and nothing else."""
    scene = stage(writes=dict.fromkeys(range(1, 12, 2), "label edited first"))
    await scene.once()

    assert scene.sink.told() == NINE
    assert scene.cluster.requests.count(f"PATCH {SP}/status") == 2 * 6
    assert scene.cluster.requests.count(f"GET {SP}") == 1 + 6


@pytest.mark.parametrize("moment", ["crash before", "crash after"])
@pytest.mark.parametrize("post", range(1, 6))
async def test_trouble_at_the_sink_loses_and_doubles_nothing(stage, post, moment):
    """A reply of the sink that nobody heard is repeated with the same ids and the same bodies."""
    scene = stage(posts={post: moment})
    await scene.until_done()

    assert scene.sink.told() == NINE


async def test_a_sink_that_is_away_holds_no_phase_up(stage):
    """Audit must never decide whether a remediation goes on: the events wait in the status, and are delivered in order
    later.
    """
    scene = stage(posts={1: "unreachable"})
    waiting = await scene.once()

    assert isinstance(waiting, Requeue)
    assert waiting.work
    assert (scene.cluster[SP]["status"]["phase"], scene.sink.posts, scene.sink.received) == ("Completed", 1, 0)
    assert len(scene.cluster[SP]["status"]["outbox"]) == 9
    assert await scene.once() == Done()
    assert scene.sink.told() == NINE
    assert "outbox" not in scene.cluster[SP]["status"]


async def test_a_missing_namespace_fails_once_and_for_all(stage):
    """No retry will find it; upstream asked for ever and audited every attempt."""
    scene = stage()
    scene.cluster.delete("/api/v1/namespaces/shop")

    assert await scene.once() == Done()
    assert scene.phases() == ["", "Pending", "Enriching", "Failed"]
    assert scene.sink.told()[2:] == ["phase.transition Enriching/Failed", "error.occurred"]


async def test_a_policy_that_fails_for_this_signal_fails_this_signal(stage, with_policy):
    """The error is in the status, for whoever wrote the policy, and names the file and the rule."""
    rule = 'result := "invalid" if input.signal.severity == "trigger-error"\n\nelse := "low"'
    scene = stage(with_policies=with_policy("severity", rule), severity="trigger-error")

    assert await scene.once() == Done()
    assert scene.phases() == ["", "Pending", "Enriching", "Classifying", "Failed"]
    assert scene.sink.told()[4:] == ["phase.transition Classifying/Failed", "error.occurred"]
    assert scene.cluster[SP]["status"]["error"] == (
        "policy evaluation failed: severity.rego (data.signalprocessing.severity.result): "
        "answers 'invalid'; a severity is one of critical, high, medium, low, unknown"
    )
    assert "severity" not in scene.cluster[SP]["status"]


async def test_an_api_server_that_is_busy_is_asked_again_and_nothing_is_told(stage):
    """A transient error is the queue's business: no write, no event, the phase stays."""
    scene = stage()
    answer = scene.cluster.exchange

    async def throttled(method: str, target: str, **given: Any) -> Reply:
        return (
            await answer(method, target, **given) if "signalprocessings" in target else _refusal(429, "TooManyRequests")
        )

    scene.cluster.exchange = throttled  # type: ignore[method-assign]
    with pytest.raises(Throttled):
        await scene.once()

    assert scene.phases() == ["", "Pending", "Enriching"]
    scene.cluster.exchange = answer  # type: ignore[method-assign]
    await scene.until_done()
    assert scene.sink.told() == NINE


async def test_a_processing_that_somebody_ended_stays_ended(stage):
    """A person sets Failed while the operator is about to write: its decision is void and the terminal phase sticks."""
    scene = stage()
    answer = scene.cluster.exchange

    async def ended_first(method: str, target: str, **given: Any) -> Reply:
        if method == "PATCH" and scene.cluster[SP].get("status", {}).get("phase") == "Enriching":
            scene.cluster.touch(SP, lambda found: found["status"].update(phase="Failed"))
        return await answer(method, target, **given)

    scene.cluster.exchange = ended_first  # type: ignore[method-assign]

    assert await scene.once() == Done()
    assert scene.phases() == ["", "Pending", "Enriching", "Failed"]
    assert scene.sink.told() == NINE[:2]


async def test_an_object_that_is_gone_is_at_rest(stage):
    """Deleted between wake-up and read; there is nothing to do for it."""
    scene = stage()
    scene.cluster.delete(SP)

    assert await scene.once() == Done()
