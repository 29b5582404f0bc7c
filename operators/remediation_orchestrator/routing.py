"""Who may proceed: the rules for the requests of one (namespace, fingerprint) (BR-ORCH-042, DD-RO-002).

Pure functions over requests that were read from the API server. The order of the rules is the platform's: consecutive
failures, then a duplicate in progress. What else could keep a request back (a busy target, a recent remediation, a
backoff) is asked elsewhere and later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from operators.api.phases import RemediationPhase
from operators.api.reasons import BlockReason, FailurePhase
from operators.remediation_orchestrator.snapshot import Claim, Request

ADMITTED = frozenset(
    {
        RemediationPhase.PROCESSING,
        RemediationPhase.ANALYZING,
        RemediationPhase.AWAITING_APPROVAL,
        RemediationPhase.EXECUTING,
    }
)
"""Phases of a request that was let through and is at work: it beats every one that still waits."""

WAITING = frozenset({RemediationPhase.UNSET, RemediationPhase.PENDING})
"""Phases of a request that has not been let through yet, and will try."""

_KEPT_BACK = frozenset({BlockReason.CONSECUTIVE_FAILURES, BlockReason.DUPLICATE_IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class TooManyFailures:
    """The fingerprint failed so often in a row that the request has to wait out the cooldown."""

    count: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another request of the fingerprint is before this one."""

    of: Request


class Verdict(Enum):
    """What the rules say where nothing keeps the request back."""

    PROCEED = "the claim is held, nobody is before the request"
    TAKE_CLAIM = "nobody is before the request; the claim is not (surely) its own yet"
    AWAIT_CLAIM = "a younger request holds the claim for a moment and will pass it on"


def newest_first(requests: Iterable[Request]) -> list[Request]:
    """By the time they ended (else were created), then by name, newest first."""
    return sorted(requests, key=lambda r: (r.completed or r.created, r.name), reverse=True)


def consecutive_failures(others: Iterable[Request]) -> int:
    """How many requests failed in a row, the newest first, before a success or a served block.

    Failed and TimedOut count. Completed ends the count, and so does a block that was waited out (Failed with
    failurePhase ``blocked``): it closes the books, the next request tries afresh. Blocked, active, Cancelled and Skipped
    requests neither count nor end it. Nor does a failure that a duplicate took over from its original (failurePhase
    ``deduplicated``): one attempt that failed is one failure, however many duplicates waited for it.

    :param others: every other request of the same namespace and fingerprint.
    """
    count = 0
    for request in newest_first(others):
        if request.phase is RemediationPhase.COMPLETED:
            break
        if request.failure_phase == FailurePhase.DEDUPLICATED:
            continue
        if request.phase is RemediationPhase.FAILED and request.failure_phase == FailurePhase.BLOCKED:
            break
        if request.phase in {RemediationPhase.FAILED, RemediationPhase.TIMED_OUT}:
            count += 1
    return count


def may_hold(request: Request) -> bool:
    """Whether a holder still has business with its claim.

    Not when it has ended, and not when it is kept back: such a request gave the claim up before it was blocked, or
    was blocked by somebody else; either way it comes back through the front door.
    """
    if request.is_terminal:
        return False
    return not (request.phase is RemediationPhase.BLOCKED and request.block_reason in _KEPT_BACK)


def admit(
    request: Request,
    *,
    others: Iterable[Request],
    claim: Claim,
    threshold: int,
) -> TooManyFailures | Duplicate | Verdict:
    """The rule for a Pending request, on the claim as it was found and the others as they were listed after that.

    An admitted request beats every waiting one; among waiting ones the older goes first (creationTimestamp, then name).
    A request is only ever a duplicate of one that is admitted or older, never of a younger one that merely got hold of the
    claim first: two requests that were each blocked by the other would never move again.
    """
    others = list(others)
    failures = consecutive_failures(others)
    if failures >= threshold:
        return TooManyFailures(failures)
    holder = next((r for r in others if r.uid == claim.holder and may_hold(r)), None)
    in_progress = [r for r in others if r.phase in ADMITTED]
    if holder is not None and holder.phase not in WAITING and holder not in in_progress:
        in_progress.append(holder)  # blocked for a while in the middle of its way
    if in_progress:
        return Duplicate(min(in_progress, key=lambda r: r.age_key))
    older = [r for r in others if r.phase in WAITING and r.age_key < request.age_key]
    if older:
        return Duplicate(min(older, key=lambda r: r.age_key))
    if holder is not None:
        return Verdict.AWAIT_CLAIM
    if claim.holder == request.uid and claim.fresh:
        return Verdict.PROCEED
    return Verdict.TAKE_CLAIM


def original_of(duplicate: Request, others: Iterable[Request]) -> Request | None:
    """The request whose end a duplicate waits for; None when it was deleted."""
    return next((r for r in others if r.name == duplicate.duplicate_of), None)
