"""What the audit trail is told."""

from datetime import timedelta

import pytest

from operators.api.phases import LEGAL_REMEDIATION_EDGES
from operators.api.reasons import FailurePhase, Outcome
from operators.remediation_orchestrator import audit, moves
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.stages import ANALYZING, PROCESSING
from operators.remediation_orchestrator.timeouts import stage_deadline


@pytest.fixture(scope="session")
def told(start):
    """The events of a move, a second after the request was created."""
    return lambda request, move: audit.events_of(request, move, now=start + timedelta(seconds=1))


def test_the_first_edge_is_told_as_started_and_created(told, a_request, settings, start):
    """In this order, with the limits in the second."""
    request = a_request("rr")
    started, created = told(request, moves.begin(request, settings=settings, now=start))

    assert (audit.STARTED, "pending") == (started.type, started.outcome)
    assert (audit.CREATED, "success") == (created.type, created.outcome)
    assert ("", "Pending") == (created.data["from_phase"], created.data["to_phase"])
    assert "1h0m0s" == created.data["timeout_config"]["global"]


@pytest.mark.parametrize(("phase", "stage"), [("Pending", PROCESSING), ("Processing", ANALYZING)])
def test_an_edge_between_active_phases_is_told_once(told, a_request, start, phase, stage):
    """With its cause."""
    request = a_request("rr", phase)
    (event,) = told(request, moves.enter(request, stage, now=start, cause="because"))

    assert (audit.TRANSITIONED, "success") == (event.type, event.outcome)
    assert (phase, stage.phase, "because") == tuple(
        event.data[field] for field in ("from_phase", "to_phase", "transition_reason")
    )


def test_leaving_a_block_for_routing_is_told_too(told, a_request, start):
    """Every edge walked is."""
    request = a_request("rr", "Blocked")
    (event,) = told(request, moves.route_again(now=start, cause="OriginalDeleted", message="gone"))

    assert (audit.TRANSITIONED, "Blocked") == (event.type, event.data["from_phase"])


def test_a_block_is_told_with_what_it_hangs_on(told, a_request, start):
    """Upstream's event carried none of it."""
    request, original = a_request("rr", "Pending"), a_request("first", "Executing")
    (cooldown,) = told(request, moves.block_for_failures(3, until=start))
    (duplicate,) = told(request, moves.block_as_duplicate(original))

    assert (audit.BLOCKED, "pending") == (cooldown.type, cooldown.outcome)
    assert ("ConsecutiveFailures", 3, "2026-01-24T15:00:00.000000Z") == tuple(
        cooldown.data[field] for field in ("block_reason", "consecutive_failures", "blocked_until")
    )
    assert ("DuplicateInProgress", "first") == (duplicate.data["block_reason"], duplicate.data["duplicate_of"])


def test_a_success_is_told_with_its_outcome_and_duration(told, a_request, start):
    """Also the one without action, which upstream's audit never heard of."""
    request = a_request("rr", "Analyzing")
    move = moves.complete(Outcome.NO_ACTION_REQUIRED, now=start, message="fine", cause="WorkflowNotNeeded")
    (event,) = told(request, move)

    assert (audit.COMPLETED, "success", timedelta(seconds=1)) == (event.type, event.outcome, event.duration)
    assert ("Success", "NoActionRequired") == (event.data["outcome"], event.data["rr_outcome"])


@pytest.mark.parametrize(
    ("phase", "cause", "expected"),
    [
        (FailurePhase.AI_ANALYSIS, "AIAnalysisFailed", ("AIAnalysis", "Unknown", "ERR_INTERNAL_ORCHESTRATION", True)),
        (
            FailurePhase.CONFIGURATION,
            "InvalidTimeoutConfig",
            ("Configuration", "ValidationError", "ERR_INVALID_TIMEOUT_CONFIG", False),
        ),
        (
            FailurePhase.SIGNAL_PROCESSING,
            "ChildRefused",
            ("SignalProcessing", "InfrastructureError", "ERR_K8S_CREATE_FAILED", True),
        ),
        (FailurePhase.BLOCKED, "CooldownExpired", ("Blocked", "Unknown", "ERR_INTERNAL_ORCHESTRATION", True)),
    ],
)
def test_a_failure_is_told_with_a_code_that_follows_from_the_edge(told, a_request, start, phase, cause, expected):
    """Not from words that happen to be in its text."""
    move = moves.fail(phase, now=start, reason="invalid timeout not found", cause=cause)
    (event,) = told(a_request("rr", "Analyzing"), move)
    details = event.data["error_details"]

    assert (audit.COMPLETED, "failure") == (event.type, event.outcome)
    assert expected == (
        event.data["failure_phase"],
        event.data["failure_reason"],
        details["code"],
        details["retry_possible"],
    )


def test_a_time_out_is_told_with_the_phase_it_was_in(told, a_request, start):
    """A failure, as every end but Completed."""
    request = a_request("rr", "Processing", processingStartTime=start)
    move = moves.time_out(request, stage_deadline(request), now=start)
    (event,) = told(request, move)

    assert ("Timeout", "Processing", "failure") == (
        event.data["failure_reason"],
        event.data["timeout_phase"],
        event.outcome,
    )


@pytest.mark.parametrize(
    ("leaving", "entering"),
    [(a, b) for a, ends in LEGAL_REMEDIATION_EDGES.items() for b in sorted(ends)],
)
def test_every_legal_edge_is_told_and_no_type_twice(told, a_request, leaving, entering):
    """Ids are derived from uid, ordinal and type: a type twice in one edge would be one event."""
    status = {"message": "m", "blockReason": "ManualBlock", "blockMessage": "m"}
    events = told(a_request("rr", leaving), Move(entering=entering, cause="c", status=status))

    assert events
    assert len(events) == len({event.type for event in events})
    assert {("tenant-a/rr", "rr")} == {(event.correlation_id, event.data["rr_name"]) for event in events}
