"""The guarded write: one request when nobody interferes, and never over what somebody else decided."""

import asyncio
from datetime import UTC, datetime

import pytest

from operators.api import REMEDIATION_REQUEST, WORKFLOW_EXECUTION, Condition, find_condition
from operators.runtime import (
    AuditIntent,
    Conflict,
    Gone,
    IllegalEdge,
    Moved,
    Parts,
    Superseded,
    Transitions,
    Unavailable,
    using,
)
from operators.runtime.parts import current_parts

PLACE = "/apis/kubernaut.ai/v1alpha1/namespaces/a/remediationrequests/web"
AT = datetime(2026, 1, 24, 15, 0, 0, 123456, tzinfo=UTC)


def begin(runtime, seen, **fields):
    return runtime.transition(
        seen,
        kind=REMEDIATION_REQUEST,
        leaving="",
        entering="Pending",
        now=AT,
        **fields,
    )


async def test_a_transition_without_conflict_is_exactly_one_request(runtime, api, request_):
    """The budget of requests per remediation is stated in the documentation; this is its smallest part."""
    api.requests.clear()
    moved = await begin(runtime, request_, startTime="2026-01-24T15:00:00.123456Z")

    assert [f"PATCH {PLACE}/status"] == api.requests
    assert moved["status"] == {
        "overallPhase": "Pending",
        "transitionCount": 1,
        "observedGeneration": 1,
        "startTime": "2026-01-24T15:00:00.123456Z",
    }


async def test_events_are_stored_in_the_write_that_moves_the_phase(runtime, request_):
    """Whatever crashes between write and delivery, the intent to audit is where the phase is."""
    moved = await begin(runtime, request_, events=[intent("lifecycle.started"), intent("lifecycle.created")])
    stored = moved["status"]["outbox"]

    assert [item["type"] for item in stored] == ["lifecycle.started", "lifecycle.created"]
    assert [item["time"] for item in stored] == ["2026-01-24T15:00:00.123456Z"] * 2
    assert {"event_type": "lifecycle.started", "resource_uid": request_["metadata"]["uid"], "ordinal": 1} == stored[0][
        "payload"
    ]["data"]


async def test_fields_of_others_survive_a_transition(runtime, api, request_):
    """The Gateway counts repetitions in the same status; a full replace would set its counter back."""
    api.before = once(lambda: api.touch(PLACE, deduplication={"occurrenceCount": 2}))
    moved = await begin(runtime, request_)

    assert moved["status"]["deduplication"] == {"occurrenceCount": 2}
    assert moved["status"]["overallPhase"] == "Pending"


async def test_a_conflict_over_an_unrelated_field_is_tried_again(runtime, api, request_):
    """A write by the Gateway is no reason to drop a decision: one read and one more write."""
    api.requests.clear()
    api.before = once(lambda: api.touch(PLACE, deduplication={"occurrenceCount": 2}))
    await begin(runtime, request_)

    assert [f"PATCH {PLACE}/status", f"GET {PLACE}", f"PATCH {PLACE}/status"] == api.requests


async def test_a_phase_that_moved_meanwhile_supersedes_the_decision(runtime, api, request_):
    """The write that lost tenant isolation in CI: a stale phase over a fresh Failed."""
    api.before = once(lambda: api.touch(PLACE, overallPhase="Failed"))
    moved = await begin(runtime, request_)

    assert isinstance(moved, Superseded)
    assert moved.found_phase == "Failed"
    assert api.stored(PLACE)["status"]["overallPhase"] == "Failed"


async def test_changed_inputs_of_the_decision_supersede_it(runtime, api, request_):
    """A person shortened the time limit while we decided: what we decided was about something else."""
    api.before = once(lambda: api.touch(PLACE, timeoutConfig={"global": "1m0s"}))
    moved = await begin(runtime, request_)

    assert isinstance(moved, Superseded)
    assert moved.found_phase == ""
    assert "overallPhase" not in api.stored(PLACE)["status"]


async def test_a_phase_left_and_entered_again_is_another_phase(runtime, api, request_):
    """Blocked → Pending → Blocked looks the same and is not: the ordinal tells them apart."""
    first = await begin(runtime, request_)
    api.before = once(lambda: api.touch(PLACE, transitionCount=3))
    moved = await runtime.transition(
        first,
        kind=REMEDIATION_REQUEST,
        leaving="Pending",
        entering="Processing",
        now=AT,
    )

    assert isinstance(moved, Superseded)


async def test_the_caller_can_say_what_its_decision_rested_on(runtime, api, request_):
    """A decision that never looked at the limits need not fall over a change of them."""
    api.before = once(lambda: api.touch(PLACE, timeoutConfig={"global": "1m0s"}))
    moved = await begin(runtime, request_, inputs=lambda obj: obj["spec"])

    assert moved["status"]["overallPhase"] == "Pending"


async def test_a_terminal_phase_is_never_left(runtime, api, request_):
    """A success that arrives late must not revive a failed remediation, not even with the freshest version."""
    api.touch(PLACE, overallPhase="Failed")
    seen = api.stored(PLACE)

    with pytest.raises(IllegalEdge, match="Failed → Completed is no edge; from there lead: none"):
        await runtime.transition(seen, kind=REMEDIATION_REQUEST, leaving="Failed", entering="Completed", now=AT)


async def test_an_object_that_is_not_in_the_phase_left_costs_no_request(runtime, api, request_):
    """Who decided on an older copy is told so without asking the API server."""
    api.touch(PLACE, overallPhase="Processing")
    api.requests.clear()
    moved = await begin(runtime, api.stored(PLACE))

    assert moved.found_phase == "Processing"
    assert api.requests == []


async def test_a_deleted_object_is_gone(runtime, api, request_):
    """The caller forgets the key instead of retrying for ever."""
    api.delete(PLACE)

    with pytest.raises(Gone):
        await begin(runtime, request_)


async def test_a_recreated_name_is_another_object(runtime, api, request_):
    """The phase of the old request must not be written on the new one of the same name."""
    api.delete(PLACE)
    await runtime.kube.create(REMEDIATION_REQUEST, "a", {"metadata": {"name": "web"}, "spec": request_["spec"]})

    with pytest.raises(Gone, match="new owner"):
        await begin(runtime, request_)
    assert "status" not in api.stored(PLACE)


async def test_an_object_that_never_stands_still_is_left_to_the_queue(runtime, api, request_):
    """Attempts are bounded; afterwards the key waits its backoff like any other failure."""

    def touch_ahead_of_patches(method, _path):
        if method == "PATCH":
            api.touch(PLACE, deduplication={"occurrenceCount": len(api.requests)})

    api.before = touch_ahead_of_patches
    api.requests.clear()

    with pytest.raises(Conflict):
        await begin(runtime, request_)
    assert api.requests.count(f"PATCH {PLACE}/status") == 3


async def test_conditions_of_others_stay_and_ours_are_set_on_the_version_that_is_written_to(runtime, api, request_):
    """A list in a merge patch replaces the whole list, so it is made afresh for each attempt."""
    theirs = {
        "type": "Theirs",
        "status": "True",
        "reason": "Because",
        "message": "",
        "lastTransitionTime": "2026-01-24T15:00:00Z",
    }
    api.before = once(lambda: api.touch(PLACE, conditions=[theirs]))
    moved = await begin(runtime, request_, conditions=[Condition("Ours", "True", "Done", "well")])

    assert [one["type"] for one in moved["status"]["conditions"]] == ["Theirs", "Ours"]
    assert find_condition(moved["status"]["conditions"], "Ours")["lastTransitionTime"] == "2026-01-24T15:00:00.123456Z"


async def test_a_lost_reply_is_not_retried_blindly(runtime, api, request_, monkeypatch):
    """Whether the write was done is not known; only a new reconcile, which reads first, may decide."""
    exchange = api.exchange

    async def lose_the_reply(method, target, *, headers, body):
        await exchange(method, target, headers=headers, body=body)
        raise Unavailable(status=0, reason="Unreachable", message="connection lost")

    monkeypatch.setattr(api, "exchange", lose_the_reply)
    api.requests.clear()

    with pytest.raises(Unavailable):
        await begin(runtime, request_)
    assert [f"PATCH {PLACE}/status"] == api.requests


async def test_two_operators_that_decide_the_same_walk_the_edge_once(start_again, api, request_):
    """Replicas need no lock: the version decides, and the loser learns it."""
    one, other = start_again(), start_again()
    moved = await asyncio.gather(begin(one, request_), begin(other, request_))

    assert sorted(isinstance(result, Superseded) for result in moved) == [False, True]
    assert api.stored(PLACE)["status"]["transitionCount"] == 1


async def test_stand_ins_move_their_kinds_by_the_same_function(runtime, api):
    """There is one place that writes a phase, and it knows each kind's field."""
    spec = {
        "remediationRequestRef": {"name": "web"},
        "workflowRef": {"workflowId": "restart", "version": "1.0.0", "containerImage": "registry/restart:1.0.0"},
        "targetResource": "a/Deployment/web",
    }
    made = await runtime.kube.create(WORKFLOW_EXECUTION, "a", {"metadata": {"name": "we-web"}, "spec": spec})
    moved = await runtime.transition(made, kind=WORKFLOW_EXECUTION, leaving="", entering="Pending", now=AT)

    assert moved["status"] == {"phase": "Pending", "transitionCount": 1, "observedGeneration": 1}


async def test_a_historic_defect_is_a_replaced_part(start_again, api, request_):
    """A write without guard, chosen for one operator, does what the CI run did: it overwrites a fresh Failed."""

    class Unguarded(Transitions):
        async def write(self, seen, *, kind, build, still):
            fresh = await self.guard._kube.get(kind, "a", "web")
            return await self.guard._kube.patch_status(kind, "a", "web", {"status": dict(build(fresh))})

    with using(Parts(transitions=Unguarded)):
        defective = start_again(current_parts())
    api.touch(PLACE, overallPhase="Failed")
    moved = await begin(defective, request_)

    assert not isinstance(moved, Moved)
    assert api.stored(PLACE)["status"]["overallPhase"] == "Pending"


def intent(kind):
    return AuditIntent(type=kind, action="did", outcome="success", correlation_id="a/web")


def once(act):
    """Run ``act`` ahead of the next write, and only of that one."""
    left = [act]

    def before(method, _path):
        if method == "PATCH" and left:
            left.pop()()

    return before
