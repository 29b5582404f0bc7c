"""What the end of a child means for the request.

Only the two ends of a child matter, Completed and Failed; every other phase, known or not, means that it is still at
work, and the stage's limit watches over it. A child's own reason is told on, so that the request explains itself.

Approvals are not built: an analysis that asks for one ends the request as Failed in ``approval``, for a person to look
at, rather than executing something that nobody approved.
"""

from datetime import datetime

from operators.api.conditions import Condition
from operators.api.phases import RemediationPhase
from operators.api.reasons import FailurePhase, Outcome
from operators.remediation_orchestrator import moves
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.snapshot import Child, Request, Snapshot
from operators.remediation_orchestrator.stages import ANALYZING, EXECUTING, PROCESSING, Stage

_COMPLETED, _FAILED = "Completed", "Failed"  # spelt alike by all three kinds

_NOT_NEEDED = "WorkflowNotNeeded"
_UNRESOLVED = "WorkflowResolutionFailed"


def outcome_of(snapshot: Snapshot, stage: Stage, now: datetime) -> Move | None:
    """The move that the child's end calls for; None while it is at work.

    :raises ValueError: the snapshot has no child.
    """
    child = snapshot.child
    if child is None:
        raise ValueError(f"no {stage.kind.kind} was read for {snapshot.request.name}: an absent child has no outcome")
    if child.phase == _FAILED:
        return _failed(stage, child, now)
    if child.phase != _COMPLETED:
        return None
    match stage.phase:
        case RemediationPhase.PROCESSING:
            return _processed(snapshot.request, child, now)
        case RemediationPhase.ANALYZING:
            return _analyzed(snapshot.request, child, now)
        case _:
            return _executed(child, now)


def why(child: Child) -> str:
    """The child's own account of its failure, as much of it as it gave."""
    status = child.status
    details = status.get("failureDetails") or {}
    parts = [
        status.get("reason") or details.get("reason"),
        status.get("subReason"),
        status.get("message") or details.get("message") or status.get("error") or status.get("failureReason"),
    ]
    return ": ".join(str(part) for part in parts if part) or "no reason given"


def _processed(request: Request, child: Child, now: datetime) -> Move:
    conditions = _ended(PROCESSING, child, "signal processed")
    return moves.enter(request, ANALYZING, now=now, cause="SignalProcessingCompleted", conditions=conditions)


def _analyzed(request: Request, child: Child, now: datetime) -> Move:
    status = child.status
    if status.get("reason") == _NOT_NEEDED:
        return moves.complete(
            Outcome.NO_ACTION_REQUIRED,
            now=now,
            message=str(status.get("message") or "the analysis found that nothing needs to be done"),
            cause=_NOT_NEEDED,
            conditions=_ended(ANALYZING, child, "no workflow needed"),
        )
    workflow = status.get("selectedWorkflow") or {}
    missing = [name for name in ("workflowId", "version", "containerImage") if not workflow.get(name)]
    if missing:
        reason = f"AIAnalysis {child.name} completed without selectedWorkflow.{missing[0]}"
        return moves.fail(
            ANALYZING.failure_phase,
            now=now,
            reason=reason,
            cause="NoWorkflowSelected",
            conditions=_ended(ANALYZING, child, reason, succeeded=False, reason="NoWorkflowSelected"),
        )
    conditions = _ended(ANALYZING, child, f"selected workflow {workflow['workflowId']}")
    if status.get("approvalRequired"):
        return moves.fail(
            FailurePhase.APPROVAL,
            now=now,
            reason=f"AIAnalysis {child.name} requires an approval ({status.get('approvalReason') or 'no reason given'}), "
            "which this orchestrator cannot ask for",
            cause="ApprovalNotSupported",
            conditions=conditions,
            needs_review=True,
        )
    return moves.enter(request, EXECUTING, now=now, cause="AIAnalysisCompleted", conditions=conditions)


def _executed(child: Child, now: datetime) -> Move:
    return moves.complete(
        Outcome.REMEDIATED,
        now=now,
        message=f"WorkflowExecution {child.name} completed",
        cause="WorkflowExecutionCompleted",
        conditions=_ended(EXECUTING, child, "workflow completed"),
    )


def _failed(stage: Stage, child: Child, now: datetime) -> Move:
    reason = f"{stage.kind.kind} {child.name} failed: {why(child)}"
    return moves.fail(
        stage.failure_phase,
        now=now,
        reason=reason,
        cause=f"{stage.kind.kind}Failed",
        conditions=_ended(stage, child, reason, succeeded=False),
        needs_review=_needs_review(stage, child),
    )


def _needs_review(stage: Stage, child: Child) -> bool:
    if stage.phase is not RemediationPhase.ANALYZING:
        return False
    return bool(child.status.get("needsHumanReview")) or child.status.get("reason") == _UNRESOLVED


def _ended(
    stage: Stage, child: Child, message: str, *, succeeded: bool = True, reason: str = ""
) -> tuple[Condition, Condition]:
    """That the child was there, and how it ended: both are known only now, and written with the move."""
    ending = "Succeeded" if succeeded else "Failed"
    return (
        Condition(stage.ready, "True", f"{stage.kind.kind}Created", f"{child.name} was created"),
        Condition(stage.complete, "True" if succeeded else "False", reason or f"{stage.result}{ending}", message),
    )
