"""What should happen to a request next: a pure function of what was read and of the time.

`decide` never awaits, reads no clock, logs nothing and forgets everything; called twice with the same arguments it answers
the same. What it returns is one step: the shell (`reconciler`) carries it out, reads again what the next step needs and
asks again, until the answer is to wait or to rest.

Two rules where a child's end and a deadline meet in one look:

* What is finished is finished: a child that reached its end beats the limit of its stage, even when both are seen at once.
* Nothing new is begun after the global limit: it beats a child's success unless that success ends the remediation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from operators.api.phases import TERMINAL_REMEDIATION, RemediationPhase
from operators.api.reasons import BlockReason, FailurePhase
from operators.remediation_orchestrator import moves, routing, timeouts
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.outcomes import outcome_of
from operators.remediation_orchestrator.routing import Duplicate, TooManyFailures, Verdict
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.snapshot import Claim, Request, Snapshot
from operators.remediation_orchestrator.stages import PROCESSING, STAGES, Stage


@dataclass(frozen=True, slots=True)
class LookForClaim:
    """Try to get the claim, list the others of the fingerprint after that, and decide on both."""


@dataclass(frozen=True, slots=True)
class TakeClaim:
    """Put the request's uid on the claim, guarded by the version that was read."""


@dataclass(frozen=True, slots=True)
class ListOthers:
    """List the others of the fingerprint, and decide on them."""


@dataclass(frozen=True, slots=True)
class MakeChild:
    """The stage's child does not exist: make it."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before somebody else does something, or before this time.

    :ivar until: when time alone changes something; None when only others can.
    """

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Rest:
    """The request has ended, or is being deleted. What is left is to tell the audit trail and to let go of the claim."""


Decision = Move | LookForClaim | TakeClaim | ListOthers | MakeChild | Wait | Rest


def decide(snapshot: Snapshot, now: datetime, settings: Settings) -> Decision:
    """The next step for ``snapshot.request``."""
    request = snapshot.request
    if request.is_terminal or request.deleting:
        return Rest()
    if request.phase is RemediationPhase.UNSET:
        return moves.begin(request, settings=settings, now=now)
    if problem := timeouts.problem(request):
        return moves.fail(
            FailurePhase.CONFIGURATION,
            now=now,
            reason=f"ERR_INVALID_TIMEOUT_CONFIG: {problem}",
            cause="InvalidTimeoutConfig",
        )
    return _under_way(snapshot, now, settings)


def _under_way(snapshot: Snapshot, now: datetime, settings: Settings) -> Decision:
    phase = snapshot.request.phase
    if phase is RemediationPhase.BLOCKED:
        return _blocked(snapshot, now)
    if phase is RemediationPhase.PENDING:
        return _pending(snapshot, now, settings)
    if stage := STAGES.get(phase):
        return _at_work(snapshot, stage, now)
    # AwaitingApproval: approvals are not built, a request that a person put there waits for a person.
    return _overdue(snapshot.request, now) or Wait(until=timeouts.earliest(snapshot.request))


def _overdue(request: Request, now: datetime) -> Move | None:
    deadline = timeouts.global_deadline(request)
    return moves.time_out(request, deadline, now=now) if deadline is not None and now >= deadline.at else None


def _pending(snapshot: Snapshot, now: datetime, settings: Settings) -> Decision:
    request, claim = snapshot.request, snapshot.claim
    if overdue := _overdue(request, now):
        return overdue
    if claim is None or snapshot.others is None:
        return LookForClaim()
    return _routed(request, claim, snapshot.others, now, settings)


def _routed(request: Request, claim: Claim, others: tuple[Request, ...], now: datetime, settings: Settings) -> Decision:
    verdict = routing.admit(request, others=others, claim=claim, threshold=settings.failure_threshold)
    is_ours = claim.holder == request.uid
    match verdict:
        case TooManyFailures(count):
            move = moves.block_for_failures(count, until=now + settings.failure_cooldown)
            return replace(move, claim_to=moves.NOBODY) if is_ours else move
        case Duplicate(original):
            move = moves.block_as_duplicate(original)
            return replace(move, claim_to=original.uid) if is_ours else move
        case Verdict.PROCEED:
            return moves.enter(request, PROCESSING, now=now, cause="RoutingClear")
        case Verdict.TAKE_CLAIM:
            return TakeClaim()
        case Verdict.AWAIT_CLAIM:
            return Wait(until=timeouts.earliest(request))
        case _:
            assert_never(verdict)


def _blocked(snapshot: Snapshot, now: datetime) -> Decision:
    request = snapshot.request
    if request.block_reason == BlockReason.DUPLICATE_IN_PROGRESS:
        return _duplicate(snapshot, now)
    until = request.blocked_until
    if until is None or now < until:
        return Wait(until=until)  # without a time it was blocked by hand, and stays until a person changes it
    if request.block_reason in _PASSING:
        return moves.route_again(now=now, cause="BlockPassed", message=f"{request.block_reason} has passed")
    return moves.fail(
        FailurePhase.BLOCKED,
        now=now,
        reason=f"Cooldown expired: blocked for {request.block_reason or 'no given reason'} until {until.isoformat()}",
        cause="CooldownExpired",
    )


def _duplicate(snapshot: Snapshot, now: datetime) -> Decision:
    request = snapshot.request
    if snapshot.others is None:
        return ListOthers()
    original = routing.original_of(request, snapshot.others)
    if original is None:
        gone = f"{request.duplicate_of or 'its original'} was deleted"
        return moves.route_again(now=now, cause="OriginalDeleted", message=f"{gone}, routed again")
    if original.is_terminal:
        return moves.inherit(original, now=now)
    return Wait(until=None)


def _at_work(snapshot: Snapshot, stage: Stage, now: datetime) -> Decision:
    request, child = snapshot.request, snapshot.child
    if child is not None and child.owner != request.uid:
        return moves.fail(
            stage.failure_phase,
            now=now,
            reason=_taken(request, stage, child.owner),
            cause="NameTaken",
        )
    step = None if child is None else outcome_of(snapshot, stage, now)
    overdue = _overdue(request, now)
    if overdue is not None and (step is None or step.entering not in TERMINAL_REMEDIATION):
        return overdue
    if step is not None:
        return step
    limit = timeouts.stage_deadline(request)
    if limit is not None and now >= limit.at:
        return moves.time_out(request, limit, now=now)
    return MakeChild(stage) if child is None else Wait(until=timeouts.earliest(request))


def _taken(request: Request, stage: Stage, owner: str) -> str:
    found = f"is controlled by uid {owner}" if owner else "has no controlling RemediationRequest"
    return (
        f"{stage.kind.kind} {stage.child_name(request.name)} already exists and {found}, expected {request.uid}: "
        "delete it and send the signal again"
    )


_PASSING = frozenset(
    {BlockReason.RESOURCE_BUSY, BlockReason.RECENTLY_REMEDIATED, BlockReason.EXPONENTIAL_BACKOFF},
)
"""Reasons that pass with time: the request is routed again. Nothing here writes them yet."""
