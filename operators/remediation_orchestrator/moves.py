"""Moves: an edge of the phase graph together with all that is written with it.

A move is complete: phase, times, message, conditions and references travel in one guarded write, so a reader never sees
half of one. `decide` chooses a move, these functions word it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operators.api.conditions import Condition
from operators.api.phases import RemediationPhase
from operators.api.reasons import BlockReason, ConditionType, FailurePhase, Outcome
from operators.api.times import format_duration, micro
from operators.remediation_orchestrator import timeouts
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.snapshot import Request
from operators.remediation_orchestrator.stages import STAGES, Stage

NOBODY = ""
"""As `Move.claim_to`: the claim is given up, whoever comes next may take it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One edge to walk.

    :ivar cause: why, in one word or short phrase; audited as ``transition_reason``.
    :ivar status: what is written beside the phase; None removes a field (merge patch).
    :ivar conditions: set together with it.
    :ivar claim_to: before the write, the claim goes to the request with this uid (`NOBODY` gives it up); None leaves
        it alone. Before, because a request that is kept back must not sit on the claim if we die in between.
    """

    entering: RemediationPhase
    cause: str
    status: Mapping[str, Any] = field(hash=False)
    conditions: tuple[Condition, ...] = ()
    claim_to: str | None = None


def begin(request: Request, *, settings: Settings, now: datetime) -> Move:
    """The first edge: the clock starts, and the limits that hold from now on are written down."""
    return _move(
        RemediationPhase.PENDING,
        "Received",
        message="received, waiting to be routed",
        startTime=micro(now),
        timeoutConfig={**timeouts.configuration(settings), **request.timeout_config},
    )


def enter(request: Request, stage: Stage, *, now: datetime, cause: str, conditions: Iterable[Condition] = ()) -> Move:
    """Into a stage. The reference to its child is written before the child exists: intent comes with the state.

    So no child is ever made for a request that somebody ended meanwhile, and whoever finds the phase without the child
    makes it.
    """
    return _move(
        stage.phase,
        cause,
        message=f"waiting for {stage.kind.kind} {stage.child_name(request.name)}",
        conditions=tuple(conditions),
        **{
            stage.reference_field: {
                "apiVersion": stage.kind.api_version,
                "kind": stage.kind.kind,
                "name": stage.child_name(request.name),
                "namespace": request.namespace,
            },
            stage.started_field: micro(now),
        },
    )


def complete(
    outcome: Outcome,
    *,
    now: datetime,
    message: str,
    cause: str,
    conditions: Iterable[Condition] = (),
) -> Move:
    """To Completed."""
    recovered = Condition(ConditionType.RECOVERY_COMPLETE, "True", "RecoverySucceeded", message)
    return _move(
        RemediationPhase.COMPLETED,
        cause,
        message=message,
        outcome=outcome.value,
        completedAt=micro(now),
        conditions=(*conditions, recovered),
    )


def fail(
    phase: FailurePhase,
    *,
    now: datetime,
    reason: str,
    cause: str,
    conditions: Iterable[Condition] = (),
    needs_review: bool = False,
) -> Move:
    """To Failed.

    :param reason: what went wrong, for people: ``status.failureReason``.
    :param needs_review: a person has to look at it: the outcome says so.
    """
    recovery = Condition(ConditionType.RECOVERY_COMPLETE, "False", "RecoveryFailed", reason)
    review = {"outcome": Outcome.MANUAL_REVIEW_REQUIRED.value, "requiresManualReview": True} if needs_review else {}
    return _move(
        RemediationPhase.FAILED,
        cause,
        message=f"failed in {phase}: {reason}",
        failurePhase=phase.value,
        failureReason=reason,
        completedAt=micro(now),
        conditions=(*conditions, recovery),
        **review,
    )


def time_out(request: Request, deadline: timeouts.Deadline, *, now: datetime) -> Move:
    """To TimedOut: the limit of the whole, or of the stage, was reached (BR-ORCH-027, BR-ORCH-028)."""
    message = f"{deadline.limit} timeout of {format_duration(deadline.span)} reached in phase {request.phase}"
    conditions = [Condition(ConditionType.RECOVERY_COMPLETE, "False", "RecoveryFailed", message)]
    if stage := STAGES.get(request.phase):
        conditions.insert(0, Condition(stage.complete, "False", f"{stage.result}Timeout", message))
    return _move(
        RemediationPhase.TIMED_OUT,
        "GlobalTimeout" if deadline.limit == timeouts.GLOBAL else "PhaseTimeout",
        message=message,
        timeoutPhase=request.phase.value,
        timeoutTime=micro(now),
        completedAt=micro(now),
        conditions=tuple(conditions),
    )


def block_for_failures(count: int, *, until: datetime) -> Move:
    """Into Blocked for the cooldown after consecutive failures (BR-ORCH-042)."""
    message = f"{count} consecutive failures of this fingerprint. Cooldown expires: {micro(until)}"
    return _block(
        BlockReason.CONSECUTIVE_FAILURES,
        message,
        blockedUntil=micro(until),
        consecutiveFailureCount=count,
        duplicateOf=None,
    )


def block_as_duplicate(original: Request) -> Move:
    """Into Blocked until the original ends (DD-RO-002)."""
    message = f"Duplicate of {original.name}, which is {original.phase or 'new'}"
    return _block(
        BlockReason.DUPLICATE_IN_PROGRESS,
        message,
        blockedUntil=None,
        duplicateOf=original.name,
    )


def inherit(original: Request, *, now: datetime) -> Move:
    """Out of Blocked with the original: a duplicate ends as that one ended.

    ``failurePhase: deduplicated`` marks a failure, or a time-out, that was not the duplicate's own, so that it is not
    counted again (`routing.consecutive_failures`).
    """
    ended = original.phase
    told = original.resource.get("status") or {}
    account = str(told.get("failureReason") or told.get("message") or "no reason given")
    message = f"ended as {ended} with {original.name}, of which it was a duplicate: {account}"
    status: dict[str, Any] = {"message": message, "completedAt": micro(now)}
    recovered = ended is RemediationPhase.COMPLETED
    if original.outcome:
        status["outcome"] = original.outcome
    if ended in {RemediationPhase.FAILED, RemediationPhase.TIMED_OUT}:
        status |= {"failurePhase": FailurePhase.DEDUPLICATED.value, "failureReason": message}
        if told.get("requiresManualReview"):
            status["requiresManualReview"] = True
    if ended is RemediationPhase.TIMED_OUT:
        status |= {"timeoutTime": micro(now), "timeoutPhase": original.timeout_phase or RemediationPhase.BLOCKED.value}
    condition = Condition(
        ConditionType.RECOVERY_COMPLETE,
        "True" if recovered else "False",
        "RecoverySucceeded" if recovered else "RecoveryFailed",
        message,
    )
    return _move(ended, "OriginalEnded", conditions=(condition,), **status)


def route_again(*, now: datetime, cause: str, message: str) -> Move:
    """Out of Blocked, back to Pending: whatever kept the request back is gone, it is routed afresh.

    The global limit stood still while the request was Blocked, so its clock starts anew here.
    """
    return _move(
        RemediationPhase.PENDING,
        cause,
        message=message,
        startTime=micro(now),
        blockReason=None,
        blockMessage=None,
        blockedUntil=None,
        duplicateOf=None,
    )


def _block(reason: BlockReason, message: str, **status: Any) -> Move:
    return _move(
        RemediationPhase.BLOCKED,
        reason.value,
        message=message,
        blockReason=reason.value,
        blockMessage=message,
        **status,
    )


def _move(
    entering: RemediationPhase,
    cause: str,
    *,
    conditions: tuple[Condition, ...] = (),
    **status: Any,
) -> Move:
    return Move(entering=entering, cause=cause, status=status, conditions=conditions)
