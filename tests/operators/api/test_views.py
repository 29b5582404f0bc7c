"""Views over the JSON: what is absent is empty, what is there has its type."""

from datetime import UTC, datetime, timedelta

from operators.api import (
    AI_ANALYSIS,
    REMEDIATION_REQUEST,
    AIAnalysisView,
    AnalysisPhase,
    Key,
    RemediationPhase,
    RemediationRequestView,
    SignalProcessingView,
    WorkflowExecutionView,
)
from operators.api.resource import controller_of, key_of, phase_of

META = {"namespace": "a", "name": "web", "uid": "u", "creationTimestamp": "2026-01-24T15:00:00Z"}
OWNED = {
    **META,
    "name": "ai-web",
    "ownerReferences": [
        {"apiVersion": "v1", "kind": "RemediationRequest", "name": "core", "uid": "x", "controller": True},
        {"apiVersion": "kubernaut.ai/v1alpha1", "kind": "RemediationRequest", "name": "other", "uid": "y"},
        {"apiVersion": "kubernaut.ai/v1", "kind": "RemediationRequest", "name": "web", "uid": "u", "controller": True},
    ],
}


def test_a_request_that_nobody_touched_yet_has_a_view():
    """The first reconcile sees no status at all."""
    view = RemediationRequestView.of({"metadata": META, "spec": {"signalFingerprint": "f" * 64}})

    assert RemediationPhase.UNSET is view.phase
    assert (view.started, view.timeouts, view.block_reason, view.terminal) == (None, {}, "", False)
    assert view.correlation_id == "a/web"
    assert Key("a", "web") == view.key


def test_times_and_limits_have_their_types():
    """Decisions compare them with the clock."""
    status = {
        "overallPhase": "Blocked",
        "blockedUntil": "2026-01-24T16:00:00.5Z",
        "timeoutConfig": {"global": "1h0m0s", "processing": "-1s"},
    }
    view = RemediationRequestView.of({"metadata": META, "spec": {}, "status": status})

    assert datetime(2026, 1, 24, 16, 0, 0, 500_000, tzinfo=UTC) == view.blocked_until
    assert {"global": timedelta(hours=1), "processing": timedelta(seconds=-1)} == view.timeouts


def test_the_owner_is_the_controlling_request_of_our_group_in_any_version():
    """A reference of another group, or one that does not control, is somebody else's."""
    assert controller_of({"metadata": OWNED}, REMEDIATION_REQUEST)["name"] == "web"
    assert AIAnalysisView.of({"metadata": OWNED}).owner_uid == "u"
    assert controller_of({"metadata": META}, REMEDIATION_REQUEST) is None


def test_children_say_what_they_found():
    """What the orchestrator reads of each child, by its name."""
    analysis = AIAnalysisView.of(
        {"metadata": OWNED, "status": {"phase": "Completed", "selectedWorkflow": {"workflowId": "w"}}},
    )
    signal = SignalProcessingView.of(
        {"metadata": OWNED, "status": {"severity": "high", "priorityAssignment": {"priority": "P1"}}},
    )
    run = WorkflowExecutionView.of(
        {"metadata": OWNED, "status": {"phase": "Failed", "failureDetails": {"reason": "OOMKilled"}}},
    )

    assert (analysis.phase, analysis.selected_workflow) == (AnalysisPhase.COMPLETED, {"workflowId": "w"})
    assert (signal.severity, signal.priority, signal.environment, signal.phase) == ("high", "P1", "", "")
    assert run.failure == "OOMKilled"


def test_the_phase_is_found_by_the_kind():
    """A request keeps it in overallPhase, its children in phase."""
    obj = {"metadata": META, "status": {"overallPhase": "Pending", "phase": "Analyzing"}}

    assert (phase_of(obj, REMEDIATION_REQUEST), phase_of(obj, AI_ANALYSIS)) == ("Pending", "Analyzing")
    assert str(key_of(obj)) == "a/web"
