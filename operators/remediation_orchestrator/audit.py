"""What the audit trail is told of each edge (DD-AUDIT-003, BR-ORCH-041).

Every edge that the orchestrator walks is told, none is told twice (the runtime derives an event's id from the edge), and
edges that somebody else walks, such as a person who cancels, are theirs to tell:

===========================  =======================================================================
edge                         events
===========================  =======================================================================
``"" → Pending``             ``lifecycle.started``, ``lifecycle.created`` (with the limits)
between active phases        ``lifecycle.transitioned``; also ``Blocked → Pending``
into Blocked                 ``routing.blocked``, with the reason and what it hangs on
into a terminal phase        ``lifecycle.completed``, outcome success or failure
===========================  =======================================================================

All carry ``from_phase`` (may be empty) and ``to_phase``, the request's name and uid; the runtime adds the ordinal. Error
codes follow from the edge, not from the wording of a reason.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from operators.api.names import correlation_id
from operators.api.phases import TERMINAL_REMEDIATION, RemediationPhase
from operators.api.reasons import FailurePhase
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.snapshot import Request
from operators.runtime.audit import AuditIdentity, AuditIntent

IDENTITY = AuditIdentity(category="orchestration", actor="remediationorchestrator-controller")
"""The parts of the envelope that all our events share."""

STARTED = "orchestrator.lifecycle.started"
CREATED = "orchestrator.lifecycle.created"
TRANSITIONED = "orchestrator.lifecycle.transitioned"
COMPLETED = "orchestrator.lifecycle.completed"
BLOCKED = "orchestrator.routing.blocked"

_COMPONENT = "remediationorchestrator"

_FAILURE_PHASES: Mapping[str, str] = {
    FailurePhase.CONFIGURATION: "Configuration",
    FailurePhase.SIGNAL_PROCESSING: "SignalProcessing",
    FailurePhase.AI_ANALYSIS: "AIAnalysis",
    FailurePhase.APPROVAL: "Approval",
    FailurePhase.WORKFLOW_EXECUTION: "WorkflowExecution",
    FailurePhase.BLOCKED: "Blocked",
    FailurePhase.DEDUPLICATED: "Deduplicated",
}


def events_of(request: Request, move: Move, *, now: datetime) -> tuple[AuditIntent, ...]:
    """The events of the edge that ``move`` walks, leaving the phase of ``request`` as it was read."""
    entering = move.entering
    common = {
        "rr_name": request.name,
        "rr_uid": request.uid,
        "namespace": request.namespace,
        "from_phase": request.phase.value,
        "to_phase": entering.value,
        "transition_reason": move.cause,
    }
    key = correlation_id(request.namespace, request.name)
    if request.phase is RemediationPhase.UNSET:
        limits = {"timeout_config": dict(move.status.get("timeoutConfig") or {})}
        return (
            AuditIntent(type=STARTED, action="started", outcome="pending", correlation_id=key, data=common),
            AuditIntent(
                type=CREATED, action="created", outcome="success", correlation_id=key, data={**common, **limits}
            ),
        )
    if entering is RemediationPhase.BLOCKED:
        data = {**common, **_block(move)}
        return (AuditIntent(type=BLOCKED, action="blocked", outcome="pending", correlation_id=key, data=data),)
    if entering in TERMINAL_REMEDIATION:
        succeeded = entering is RemediationPhase.COMPLETED
        return (
            AuditIntent(
                type=COMPLETED,
                action="completed",
                outcome="success" if succeeded else "failure",
                correlation_id=key,
                data={**common, **(_success(move) if succeeded else _failure(request, move))},
                duration=now - request.created,
            ),
        )
    return (AuditIntent(type=TRANSITIONED, action="transitioned", outcome="success", correlation_id=key, data=common),)


def _block(move: Move) -> dict[str, Any]:
    status = move.status
    told = {
        "block_reason": status["blockReason"],
        "block_message": status["blockMessage"],
        "blocked_until": status.get("blockedUntil"),
        "duplicate_of": status.get("duplicateOf"),
        "consecutive_failures": status.get("consecutiveFailureCount"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _success(move: Move) -> dict[str, Any]:
    return {"outcome": "Success", "rr_outcome": move.status.get("outcome", ""), "message": move.status["message"]}


def _failure(request: Request, move: Move) -> dict[str, Any]:
    status = move.status
    message = str(status.get("failureReason") or status["message"])
    reason, code, retry_possible = _classify(move)
    told: dict[str, Any] = {
        "outcome": "Failed",
        "failure_reason": reason,
        "error_details": {
            "component": _COMPONENT,
            "code": code,
            "message": f"{move.entering} from {request.phase}: {message}",
            "retry_possible": retry_possible,
        },
    }
    if phase := _FAILURE_PHASES.get(str(status.get("failurePhase"))):
        told["failure_phase"] = phase
    if timed_out_in := status.get("timeoutPhase"):
        told["timeout_phase"] = timed_out_in
    return told


def _classify(move: Move) -> tuple[str, str, bool]:
    """Failure reason, error code, and whether sending the signal again may help."""
    if move.status.get("failurePhase") == FailurePhase.CONFIGURATION:
        return "ValidationError", "ERR_INVALID_TIMEOUT_CONFIG", False
    if move.entering is RemediationPhase.TIMED_OUT:
        return "Timeout", "ERR_TIMEOUT_REMEDIATION", True
    if move.cause in {"ChildRefused", "NameTaken"}:
        return "InfrastructureError", "ERR_K8S_CREATE_FAILED", True
    return "Unknown", "ERR_INTERNAL_ORCHESTRATION", True
