"""What happens to a request next, over phases, children and deadlines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.api.phases import LEGAL_REMEDIATION_EDGES, TERMINAL_REMEDIATION, RemediationPhase
from operators.remediation_orchestrator.decide import (
    ListOthers,
    LookForClaim,
    MakeChild,
    Rest,
    TakeClaim,
    Wait,
    decide,
)
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.snapshot import Snapshot
from operators.remediation_orchestrator.stages import ANALYZING, EXECUTING, PROCESSING, STAGES

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WORKFLOW = {"workflowId": "restart-pod", "version": "v1.2.0", "containerImage": "registry.example/restart:1.2.0"}
STAGE_LIST = [PROCESSING, ANALYZING, EXECUTING]
AT_WORK = {
    PROCESSING.phase: ["", "Pending", "Enriching", "Classifying", "Categorizing"],
    ANALYZING.phase: ["", "Pending", "Investigating", "Analyzing"],
    EXECUTING.phase: ["", "Pending", "Running"],
}


@pytest.fixture(scope="session")
def in_stage(a_request, start):
    """A factory of requests that entered a stage at the start of the test's time."""
    return lambda stage, **status: a_request("rr", stage.phase, **{stage.started_field: start, **status})


@pytest.fixture(scope="session")
def step(settings, start):
    """Decide at an offset from the start."""
    return lambda snapshot, after=SECOND: decide(snapshot, start + after, settings)


def test_a_new_request_becomes_pending_with_its_limits(step, a_request):
    """The limits that hold are in the object from the first write on."""
    move = step(Snapshot(a_request("rr")))

    assert RemediationPhase.PENDING is move.entering
    assert "2026-01-24T15:00:01.000000Z" == move.status["startTime"]
    assert "1h0m0s" == move.status["timeoutConfig"]["global"]


def test_limits_that_somebody_wrote_beforehand_are_kept(step, a_request):
    """Only what is missing is filled in."""
    move = step(Snapshot(a_request("rr", timeoutConfig={"global": "2h0m0s"})))

    assert ("2h0m0s", "5m0s") == tuple(move.status["timeoutConfig"][k] for k in ("global", "processing"))


def test_a_pending_request_looks_for_its_claim_first(step, a_request):
    """Nothing is decided on a list that was read before the claim."""
    assert LookForClaim() == step(Snapshot(a_request("rr", "Pending")))
    assert LookForClaim() == step(Snapshot(a_request("rr", "Pending"), others=()))


def test_with_the_claim_in_hand_a_request_enters_processing(step, a_request, a_claim):
    """Reference and start are in the write that enters the stage: intent comes with the state."""
    request = a_request("rr", "Pending")
    move = step(Snapshot(request, others=(), claim=a_claim(request, fresh=True)))

    assert RemediationPhase.PROCESSING is move.entering
    assert "2026-01-24T15:00:01.000000Z" == move.status["processingStartTime"]
    assert {
        "apiVersion": "kubernaut.ai/v1alpha1",
        "kind": "SignalProcessing",
        "name": "sp-rr",
        "namespace": "tenant-a",
    } == move.status["signalProcessingRef"]
    assert move.claim_to is None


def test_a_claim_that_is_not_surely_ours_is_taken_first(step, a_request, a_claim):
    """By compare-and-set, which fails when anybody else changed it."""
    assert TakeClaim() == step(Snapshot(a_request("rr", "Pending"), others=(), claim=a_claim("")))


def test_three_failures_block_for_the_cooldown_and_give_the_claim_up(step, a_request, a_claim, start):
    """The messages are what people grep for."""
    request = a_request("rr", "Pending")
    failed = tuple(a_request(f"f{n}", "Failed", completedAt=start - n * MINUTE) for n in range(3))
    move = step(Snapshot(request, others=failed, claim=a_claim(request, fresh=True)))

    assert (RemediationPhase.BLOCKED, "") == (move.entering, move.claim_to)
    assert ("ConsecutiveFailures", 3) == (move.status["blockReason"], move.status["consecutiveFailureCount"])
    assert "2026-01-24T16:00:01.000000Z" == move.status["blockedUntil"]
    assert "3 consecutive failures" in move.status["blockMessage"]
    assert "Cooldown expires: 2026-01-24T16:00:01" in move.status["blockMessage"]


def test_a_younger_holder_passes_the_claim_on_when_it_steps_back(step, a_request, a_claim, start):
    """Before its own write: who is kept back must not sit on the claim if we die in between."""
    older, request = a_request("a", "Pending"), a_request("b", "Pending", created=start + SECOND)
    move = step(Snapshot(request, others=(older,), claim=a_claim(request, fresh=True)))

    assert (RemediationPhase.BLOCKED, older.uid) == (move.entering, move.claim_to)
    assert ("DuplicateInProgress", "a") == (move.status["blockReason"], move.status["duplicateOf"])
    assert "Duplicate of a" in move.status["blockMessage"]


def test_a_duplicate_does_not_touch_a_claim_of_others(step, a_request, a_claim):
    """Only a holder may pass it on."""
    original, request = a_request("a", "Executing"), a_request("b", "Pending")
    move = step(Snapshot(request, others=(original,), claim=a_claim(original)))

    assert (RemediationPhase.BLOCKED, None) == (move.entering, move.claim_to)


def test_an_older_request_waits_for_the_claim_until_its_global_limit(step, a_request, a_claim, start):
    """Nothing waits without a deadline."""
    younger, request = a_request("b", "Pending"), a_request("a", "Pending")

    assert Wait(start + HOUR) == step(Snapshot(request, others=(younger,), claim=a_claim(younger)))


@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
def test_a_stage_without_its_child_makes_it(step, in_stage, stage):
    """After a crash between the write and the create, and after somebody deleted the child: the name is derived."""
    assert MakeChild(stage) == step(Snapshot(in_stage(stage)))


@pytest.mark.parametrize(
    ("stage", "phase"),
    [(s, phase) for s in STAGE_LIST for phase in [*AT_WORK[s.phase], "Verifying"]],
    ids=lambda v: getattr(v, "phase", v),
)
def test_a_child_at_work_is_waited_for_until_the_limit_of_its_stage(step, in_stage, a_child, start, stage, phase):
    """Phases nobody knows are work too; the limit watches."""
    request = in_stage(stage)
    limit = {"Processing": 5, "Analyzing": 10, "Executing": 30}[stage.phase]

    assert Wait(start + limit * MINUTE) == step(Snapshot(request, child=a_child(request, phase)))


@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
def test_a_child_still_at_work_at_the_limit_ends_the_request_as_timed_out(step, in_stage, a_child, stage):
    """BR-ORCH-028: exactly at the limit, not at some poll after it."""
    request = in_stage(stage)
    limit = {"Processing": 5, "Analyzing": 10, "Executing": 30}[stage.phase] * MINUTE
    snapshot = Snapshot(request, child=a_child(request, "Pending"))
    before, at = (step(snapshot, limit - timedelta(microseconds=1)), step(snapshot, limit))

    assert isinstance(before, Wait)
    assert (RemediationPhase.TIMED_OUT, stage.phase) == (at.entering, at.status["timeoutPhase"])
    assert at.status["completedAt"] == at.status["timeoutTime"]
    assert (stage.complete, f"{stage.result}Timeout") == (at.conditions[0].type, at.conditions[0].reason)


@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
def test_a_child_that_ended_beats_the_limit_of_its_stage(step, in_stage, a_child, stage):
    """What is finished is finished; upstream lost results that were seen in the tick of the limit (#2012)."""
    request = in_stage(stage)
    done = step(Snapshot(request, child=a_child(request, "Completed", selectedWorkflow=WORKFLOW)), 45 * MINUTE)

    assert RemediationPhase.TIMED_OUT is not done.entering


@pytest.mark.parametrize(
    ("stage", "phase", "expected"),
    [
        (PROCESSING, "Completed", RemediationPhase.TIMED_OUT),
        (ANALYZING, "Completed", RemediationPhase.TIMED_OUT),
        (EXECUTING, "Completed", RemediationPhase.COMPLETED),
        (PROCESSING, "Failed", RemediationPhase.FAILED),
        (EXECUTING, "Failed", RemediationPhase.FAILED),
        (EXECUTING, "Running", RemediationPhase.TIMED_OUT),
    ],
    ids=lambda value: str(getattr(value, "phase", value)),
)
def test_after_the_global_limit_nothing_new_is_begun(step, in_stage, a_child, stage, phase, expected):
    """But a remediation that is done is not called a time-out."""
    request = in_stage(stage)
    child = a_child(request, phase, selectedWorkflow=WORKFLOW)

    assert expected is step(Snapshot(request, child=child), HOUR).entering


def test_a_completed_signal_processing_leads_to_analyzing(step, in_stage, a_child):
    """With the conditions that tell what was seen."""
    request = in_stage(PROCESSING)
    move = step(Snapshot(request, child=a_child(request, "Completed", severity="critical")))

    assert RemediationPhase.ANALYZING is move.entering
    assert "ai-rr" == move.status["aiAnalysisRef"]["name"]
    assert [("SignalProcessingReady", "True"), ("SignalProcessingComplete", "True")] == [
        (c.type, c.status) for c in move.conditions
    ]


def test_a_selected_workflow_leads_to_executing(step, in_stage, a_child):
    """The third stage."""
    request = in_stage(ANALYZING)
    move = step(Snapshot(request, child=a_child(request, "Completed", selectedWorkflow=WORKFLOW)))

    assert (RemediationPhase.EXECUTING, "we-rr") == (move.entering, move.status["workflowExecutionRef"]["name"])


def test_no_workflow_needed_ends_well_without_action(step, in_stage, a_child):
    """Audited like every end: upstream forgot this one."""
    request = in_stage(ANALYZING)
    child = a_child(request, "Completed", reason="WorkflowNotNeeded", message="already resolved")
    move = step(Snapshot(request, child=child))

    assert (RemediationPhase.COMPLETED, "NoActionRequired") == (move.entering, move.status["outcome"])
    assert "already resolved" == move.status["message"]


def test_an_executed_workflow_ends_as_remediated(step, in_stage, a_child):
    """The end everybody hopes for."""
    request = in_stage(EXECUTING)
    move = step(Snapshot(request, child=a_child(request, "Completed")))

    assert (RemediationPhase.COMPLETED, "Remediated") == (move.entering, move.status["outcome"])
    assert ("RecoveryComplete", "True") == (move.conditions[-1].type, move.conditions[-1].status)


@pytest.mark.parametrize(
    ("stage", "status", "failure_phase", "told"),
    [
        (PROCESSING, {"error": "no policy"}, "signal_processing", "SignalProcessing child failed: no policy"),
        (
            ANALYZING,
            {"reason": "APIError", "subReason": "MaxRetriesExceeded", "message": "gave up"},
            "ai_analysis",
            "AIAnalysis child failed: APIError: MaxRetriesExceeded: gave up",
        ),
        (
            EXECUTING,
            {"failureDetails": {"reason": "OOMKilled", "message": "exit 137"}},
            "workflow_execution",
            "WorkflowExecution child failed: OOMKilled: exit 137",
        ),
        (EXECUTING, {}, "workflow_execution", "WorkflowExecution child failed: no reason given"),
    ],
    ids=lambda v: getattr(v, "phase", None),
)
def test_a_failed_child_fails_the_request_and_tells_its_reason(
    step, in_stage, a_child, stage, status, failure_phase, told
):
    """Upstream wrote 'WorkflowExecution failed' and kept the why to itself."""
    request = in_stage(stage)
    move = step(Snapshot(request, child=a_child(request, "Failed", **status)))

    assert (RemediationPhase.FAILED, failure_phase, told) == (
        move.entering,
        move.status["failurePhase"],
        move.status["failureReason"],
    )
    assert "requiresManualReview" not in move.status


@pytest.mark.parametrize("status", [{"needsHumanReview": True}, {"reason": "WorkflowResolutionFailed"}])
def test_an_analysis_that_wants_a_person_asks_for_manual_review(step, in_stage, a_child, status):
    """BR-HAPI-197: it failed, and somebody has to look."""
    request = in_stage(ANALYZING)
    move = step(Snapshot(request, child=a_child(request, "Failed", **status)))

    assert ("ManualReviewRequired", True) == (move.status["outcome"], move.status["requiresManualReview"])


@pytest.mark.parametrize("missing", ["workflowId", "version", "containerImage"])
def test_an_analysis_without_a_usable_workflow_fails_at_once(step, in_stage, a_child, missing):
    """Upstream tried to create an impossible WorkflowExecution every five seconds until the limit."""
    request = in_stage(ANALYZING)
    workflow = {k: v for k, v in WORKFLOW.items() if k != missing}
    move = step(Snapshot(request, child=a_child(request, "Completed", selectedWorkflow=workflow)))

    assert (RemediationPhase.FAILED, "ai_analysis") == (move.entering, move.status["failurePhase"])
    assert missing in move.status["failureReason"]


def test_a_workflow_that_needs_an_approval_is_not_executed(step, in_stage, a_child):
    """Approvals are not built; executing what nobody approved would be worse than failing."""
    request = in_stage(ANALYZING)
    child = a_child(request, "Completed", selectedWorkflow=WORKFLOW, approvalRequired=True, approvalReason="production")
    move = step(Snapshot(request, child=child))

    assert (RemediationPhase.FAILED, "approval") == (move.entering, move.status["failurePhase"])
    assert "production" in move.status["failureReason"]


@pytest.mark.parametrize("owner", ["", "2c9a3a0c-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("stage", STAGE_LIST, ids=lambda s: s.phase)
def test_a_child_of_somebody_else_is_never_listened_to(step, in_stage, a_child, stage, owner):
    """Its success would be taken for ours: of an earlier request of that name, or of nobody."""
    request = in_stage(stage)
    move = step(Snapshot(request, child=a_child(request, "Completed", owner=owner, selectedWorkflow=WORKFLOW)))

    assert (RemediationPhase.FAILED, stage.failure_phase) == (move.entering, move.status["failurePhase"])
    assert "already exists" in move.status["failureReason"]


def test_a_cooldown_ends_as_failed_at_its_time(step, a_request, start):
    """BR-ORCH-042: failurePhase 'blocked' is what resets the count for the next request."""
    request = a_request("rr", "Blocked", blockReason="ConsecutiveFailures", blockedUntil=start + HOUR)
    before, at = step(Snapshot(request), HOUR - timedelta(microseconds=1)), step(Snapshot(request), HOUR)

    assert Wait(start + HOUR) == before
    assert (RemediationPhase.FAILED, "blocked") == (at.entering, at.status["failurePhase"])
    assert "Cooldown expired" in at.status["failureReason"]


def test_the_global_limit_does_not_end_a_block(step, a_request, start):
    """Both last one hour: upstream the limit won, and the block ended as TimedOut."""
    request = a_request("rr", "Blocked", blockReason="ConsecutiveFailures", blockedUntil=start + 2 * HOUR)

    assert Wait(start + 2 * HOUR) == step(Snapshot(request), HOUR + MINUTE)


@pytest.mark.parametrize("reason", ["ManualBlock", "ConsecutiveFailures", ""])
def test_a_block_without_an_end_stays_until_a_person_changes_it(step, a_request, reason):
    """Blocked by hand."""
    assert Wait(None) == step(Snapshot(a_request("rr", "Blocked", blockReason=reason)), 100 * HOUR)


@pytest.mark.parametrize("reason", ["ResourceBusy", "RecentlyRemediated", "ExponentialBackoff"])
def test_a_block_that_passes_leads_back_to_routing(step, a_request, start, reason):
    """Not to Failed, as upstream did for every reason; the clock of the whole starts anew."""
    move = step(Snapshot(a_request("rr", "Blocked", blockReason=reason, blockedUntil=start + MINUTE)), 2 * MINUTE)

    assert RemediationPhase.PENDING is move.entering
    assert [None] * 4 == [move.status[f] for f in ("blockReason", "blockMessage", "blockedUntil", "duplicateOf")]
    assert "2026-01-24T15:02:00.000000Z" == move.status["startTime"]


def test_a_duplicate_asks_for_the_others_and_waits_while_its_original_is_at_work(step, a_request):
    """No time ends that by itself: the original has its own limits."""
    request = a_request("b", "Blocked", blockReason="DuplicateInProgress", duplicateOf="a")

    assert ListOthers() == step(Snapshot(request))
    assert Wait(None) == step(Snapshot(request, others=(a_request("a", "Analyzing"),)), 9 * HOUR)


def test_a_duplicate_of_a_deleted_original_is_routed_afresh(step, a_request):
    """Upstream it stayed Blocked until the global limit, or for ever."""
    request = a_request("b", "Blocked", blockReason="DuplicateInProgress", duplicateOf="a")
    move = step(Snapshot(request, others=(a_request("c", "Analyzing"),)))

    assert (RemediationPhase.PENDING, "OriginalDeleted") == (move.entering, move.cause)


@pytest.mark.parametrize(
    ("end", "status", "inherited"),
    [
        ("Completed", {"outcome": "Remediated"}, {"outcome": "Remediated"}),
        ("Completed", {"outcome": "NoActionRequired"}, {"outcome": "NoActionRequired"}),
        ("Failed", {"failurePhase": "ai_analysis", "failureReason": "why"}, {"failurePhase": "deduplicated"}),
        (
            "Failed",
            {"failurePhase": "ai_analysis", "outcome": "ManualReviewRequired", "requiresManualReview": True},
            {"outcome": "ManualReviewRequired", "requiresManualReview": True},
        ),
        ("TimedOut", {"timeoutPhase": "Executing"}, {"timeoutPhase": "Executing", "failurePhase": "deduplicated"}),
        ("Cancelled", {}, {}),
        ("Skipped", {}, {}),
    ],
)
def test_a_duplicate_ends_as_its_original_ended(step, a_request, end, status, inherited):
    """And says of whom; an inherited failure is marked, so that it is not counted a second time."""
    request = a_request("b", "Blocked", blockReason="DuplicateInProgress", duplicateOf="a")
    move = step(Snapshot(request, others=(a_request("a", end, **status),)))

    assert end == move.entering
    assert inherited == {name: move.status[name] for name in inherited}
    assert f"ended as {end} with a" in move.status["message"]
    assert {"blockReason", "duplicateOf"}.isdisjoint(move.status)


@pytest.mark.parametrize("phase", ["Pending", "Processing", "Executing", "Blocked", "AwaitingApproval"])
def test_a_negative_limit_fails_the_request(step, a_request, phase):
    """With its code, in any phase that is not terminal."""
    move = step(Snapshot(a_request("rr", phase, timeoutConfig={"global": "-1h"})))

    assert (RemediationPhase.FAILED, "configuration") == (move.entering, move.status["failurePhase"])
    assert move.status["failureReason"].startswith("ERR_INVALID_TIMEOUT_CONFIG")


@pytest.mark.parametrize("phase", sorted(TERMINAL_REMEDIATION))
def test_a_terminal_request_rests_whatever_is_wrong_with_it(step, a_request, a_child, phase):
    """Upstream turned a Completed request into Failed when its limits were negative."""
    request = a_request("rr", phase, timeoutConfig={"global": "-1h"})

    assert Rest() == step(Snapshot(request, child=a_child(request, "Completed")), 100 * HOUR)


def test_a_request_that_is_being_deleted_begins_nothing(step, stored, a_request):
    """A child made now would be garbage at once."""
    request = replace(a_request("rr", "Processing"), deleting=True)

    assert Rest() == step(Snapshot(request))


def test_a_request_put_to_approval_by_hand_waits_for_its_limit(step, a_request, start):
    """Nothing here leads there; a person's decision is respected, and ends with the whole."""
    request = a_request("rr", "AwaitingApproval")

    assert Wait(start + HOUR) == step(Snapshot(request))
    assert RemediationPhase.TIMED_OUT is step(Snapshot(request), HOUR).entering


@pytest.fixture(scope="session")
def snapshots(a_request, a_child, a_claim, start):
    """A strategy of snapshots such as any cluster may show them, sensible or not."""
    phases = st.sampled_from(list(RemediationPhase))
    minutes = st.integers(-90, 90).map(lambda m: start + m * MINUTE)
    maybe = st.one_of(st.none(), minutes)

    @st.composite
    def build(draw):
        def one(name):
            status = {
                "blockReason": draw(
                    st.sampled_from(["", "ConsecutiveFailures", "DuplicateInProgress", "ManualBlock", "ResourceBusy"])
                ),
                "duplicateOf": draw(st.sampled_from(["", "rr-1", "rr-2", "gone"])),
                "timeoutConfig": draw(
                    st.sampled_from([{}, {"global": "1h0m0s", "processing": "5m0s"}, {"global": "x"}])
                ),
                "failurePhase": draw(st.sampled_from(["", "blocked", "deduplicated", "ai_analysis"])),
            }
            times = {
                field: draw(maybe)
                for field in ("blockedUntil", "completedAt", "processingStartTime", "analyzingStartTime")
            }
            told = {k: v for k, v in {**status, **times}.items() if v}
            return a_request(name, draw(phases), created=draw(minutes), **told)

        request, others = one("rr-0"), tuple(one(f"rr-{n}") for n in range(1, draw(st.integers(1, 5))))
        child = a_child(
            request,
            draw(st.sampled_from(["", "Pending", "Running", "Completed", "Failed"])),
            owner=draw(st.sampled_from([None, "", "other"])),
            **draw(st.sampled_from([{}, {"selectedWorkflow": WORKFLOW}, {"reason": "WorkflowNotNeeded"}])),
        )
        holder = draw(st.sampled_from([request, *others, "", "gone"]))
        return Snapshot(
            request,
            others=draw(st.sampled_from([None, others])),
            claim=draw(st.sampled_from([None, a_claim(holder, fresh=draw(st.booleans()))])),
            child=draw(st.sampled_from([None, child])),
        )

    return build()


@given(data=st.data(), after=st.integers(-100, 100))
def test_every_decision_keeps_the_laws(snapshots, settings, start, data, after):
    """Whatever was read: legal edges only, no way out of an end, the same answer twice, no wait for what has passed."""
    snapshot, now = data.draw(snapshots), start + after * MINUTE
    decision = decide(snapshot, now, settings)

    assert decision == decide(snapshot, now, settings)
    if snapshot.request.phase in TERMINAL_REMEDIATION:
        assert Rest() == decision
    if isinstance(decision, Move):
        assert decision.entering in LEGAL_REMEDIATION_EDGES[snapshot.request.phase]
    if isinstance(decision, Wait) and decision.until is not None:
        assert decision.until > now
    if isinstance(decision, MakeChild):
        assert STAGES[snapshot.request.phase] is decision.stage
