"""The shell: what it asks, what it writes, and that nothing but time is lost when writes fail, replies vanish or the
process dies.
"""

from typing import Any

import orjson
import pytest

from operators.runtime import Done, Reply, Requeue, Throttled

from .stage import KEY, SP, Stage

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


@pytest.fixture
def stage(make, policies):
    """``stage(writes={2: "crash after"}, posts=…, **signal)``: a fresh SignalProcessing about a Pod in production."""

    def build(*, with_policies: Any = policies, writes: Any = None, posts: Any = None, **signal: Any) -> Stage:
        return Stage(make(**signal), with_policies, writes=writes, posts=posts)

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
    assert "outbox" not in scene.cluster.status()
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
    before = (len(scene.cluster.requests), len(scene.cluster.versions), scene.sink.received)
    await scene.once()

    assert (len(scene.cluster.requests), len(scene.cluster.versions), scene.sink.received) == (
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
    assert (scene.cluster.status()["phase"], scene.sink.posts, scene.sink.received) == ("Completed", 1, 0)
    assert len(scene.cluster.status()["outbox"]) == 9
    assert await scene.once() == Done()
    assert scene.sink.told() == NINE
    assert "outbox" not in scene.cluster.status()


async def test_a_missing_namespace_fails_once_and_for_all(stage):
    """No retry will find it; upstream asked for ever and audited every attempt."""
    scene = stage(target={"namespace": "nowhere"})

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
    assert scene.cluster.status()["error"] == (
        "policy evaluation failed: severity.rego (data.signalprocessing.severity.result): "
        "answers 'invalid'; a severity is one of critical, high, medium, low, unknown"
    )
    assert "severity" not in scene.cluster.status()
    (event,) = scene.cluster.events()
    assert (event["type"], event["reason"]) == ("Warning", "PolicyEvaluationFailed")
    assert event["message"] == (
        "no classification of severity 'trigger-error': severity.rego (data.signalprocessing.severity.result): "
        "answers 'invalid'; a severity is one of critical, high, medium, low, unknown"
    )
    assert (event["involvedObject"]["name"], event["reportingComponent"]) == (KEY.name, "signalprocessing-controller")


async def test_an_api_server_that_is_busy_is_asked_again_and_nothing_is_told(stage):
    """A transient error is the queue's business: no write, no event, the phase stays."""
    scene = stage()
    through = scene.way.exchange

    async def throttled(method: str, target: str, **given: Any) -> Reply:
        if "signalprocessings" in target:
            return await through(method, target, **given)
        return Reply(429, {}, orjson.dumps({"kind": "Status", "reason": "TooManyRequests", "code": 429}))

    scene.way.exchange = throttled
    with pytest.raises(Throttled):
        await scene.once()

    assert scene.phases() == ["", "Pending", "Enriching"]
    scene.way.exchange = through
    await scene.until_done()
    assert scene.sink.told() == NINE


async def test_a_processing_that_somebody_ended_stays_ended(stage):
    """A person sets Failed while the operator is about to write: its decision is void and the terminal phase sticks."""
    scene = stage()
    through = scene.way.exchange

    async def ended_first(method: str, target: str, **given: Any) -> Reply:
        if method == "PATCH" and scene.cluster.status().get("phase") == "Enriching":
            scene.cluster.patch(f"{SP}/status", {"status": {"phase": "Failed"}})
        return await through(method, target, **given)

    scene.way.exchange = ended_first

    assert await scene.once() == Done()
    assert scene.phases() == ["", "Pending", "Enriching", "Failed"]
    assert scene.sink.told() == NINE[:2]


async def test_an_object_that_is_gone_is_at_rest(stage):
    """Deleted between wake-up and read; there is nothing to do for it."""
    scene = stage()
    scene.cluster.delete(SP)

    assert await scene.once() == Done()
