"""What should happen to a SignalProcessing: a pure function from what was read and the time to one move, or to rest.

::

    ""  →  Pending  →  Enriching  →  Classifying  →  Categorizing  →  Completed
                           ↓              ↓
                         Failed         Failed

Nothing here awaits, reads a clock or logs. A move names the phase it leaves, the fields it writes and the audit events
of its edge; the shell carries it out as one guarded write. Two moves out of one snapshot are equal, so an attempt that
is repeated after a crash tells the same events under the same ids.

Failed is for what another attempt would not change: a namespace that does not exist, a policy that fails for this
signal. What may pass (an API server that does not answer) never gets into a snapshot; the queue repeats the reading.

Not decided here so far: a deadline. The request's own time-out ends a processing that takes too long (BR-ORCH-027).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from operators.api.conditions import Condition
from operators.api.phases import TERMINAL_SIGNAL, SignalPhase
from operators.api.reasons import ConditionType
from operators.api.times import micro
from operators.runtime.recorder import Notice
from operators.signal_processing import audit
from operators.signal_processing.audit import DETERMINED_BY
from operators.signal_processing.business import classify_business
from operators.signal_processing.enrichment import Enrichment, Unresolvable
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.view import SignalProcessing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from operators.runtime.audit import AuditIntent
    from operators.signal_processing.classification import Classification
    from operators.signal_processing.snapshot import Snapshot

__all__ = ["Decision", "Move", "Rest", "decide"]

_TRUE, _FALSE = "True", "False"


@dataclass(frozen=True, slots=True)
class Move:
    """Walk one edge: one guarded write of phase, ``status``, ``conditions`` and the intent to send ``events``.

    ``notice`` is what ``kubectl describe`` shows of it, where it is worth showing.
    """

    leaving: SignalPhase
    entering: SignalPhase
    status: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    events: tuple[AuditIntent, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing is to be done, now or later, until somebody changes the object; ``why`` is for the log."""

    why: str


Decision: TypeAlias = Move | Rest


def decide(snapshot: Snapshot, now: datetime) -> Decision:
    """The one next step.

    :raises ValueError: the snapshot lacks the findings of its phase; the shell forgot to read.
    """
    seen = SignalProcessing(snapshot.resource)
    decision: Decision
    match seen.phase:
        case SignalPhase.UNSET:
            decision = _move(seen, SignalPhase.PENDING, status={"startTime": micro(now)})
        case SignalPhase.PENDING:
            decision = _move(seen, SignalPhase.ENRICHING)
        case SignalPhase.ENRICHING:
            decision = _enriched(seen, snapshot, now)
        case SignalPhase.CLASSIFYING:
            decision = _classified(seen, snapshot, now)
        case SignalPhase.CATEGORIZING:
            decision = _categorized(seen, now)
        case phase if phase in TERMINAL_SIGNAL:
            decision = Rest(f"{phase} is terminal")
        case phase:
            # A newer version of the schema, perhaps; to invent a way back would be worse than to leave it (SP-BUG-005).
            decision = Rest(f"phase {phase!r} is not one of ours")
    return decision


def _enriched(seen: SignalProcessing, snapshot: Snapshot, now: datetime) -> Move:
    found = snapshot.enrichment
    if found is None:
        raise ValueError(f"{seen.key} is Enriching, but its snapshot holds no enrichment: read it before deciding")
    if isinstance(found, Unresolvable):
        failed = Condition(ConditionType.ENRICHMENT_COMPLETE, _FALSE, found.reason, found.message)
        return _failed(seen, now, failed, error=f"enrichment failed: {found.message}")
    return _move(
        seen,
        SignalPhase.CLASSIFYING,
        status={"kubernetesContext": dict(found.context)},
        conditions=(_enrichment_complete(seen, found),),
        before=(audit.enrichment_completed(seen, found.context, took=now - snapshot.began),),
    )


def _enrichment_complete(seen: SignalProcessing, found: Enrichment) -> Condition:
    """True also in degraded mode: the step is done, and its reason tells what it had to do without."""
    target = seen.signal["targetResource"]
    place = "/".join(part for part in (target.get("namespace"), target["name"]) if part)
    if found.degraded:
        message = f"{target['kind']} {place} was not found; its namespace alone is known"
        return Condition(ConditionType.ENRICHMENT_COMPLETE, _TRUE, "DegradedMode", message)
    message = f"{target['kind']} {place} was read"
    return Condition(ConditionType.ENRICHMENT_COMPLETE, _TRUE, "EnrichmentSucceeded", message)


def _classified(seen: SignalProcessing, snapshot: Snapshot, now: datetime) -> Move:
    result = snapshot.classification
    if result is None:
        raise ValueError(f"{seen.key} is Classifying, but its snapshot holds no classification: ask the policies first")
    if isinstance(result, PolicyError):
        failed = Condition(ConditionType.CLASSIFICATION_COMPLETE, _FALSE, "RegoEvaluationError", str(result))
        return _failed(
            seen,
            now,
            failed,
            error=f"policy evaluation failed: {result}",
            notice=Notice(
                type="Warning",
                reason="PolicyEvaluationFailed",
                message=f"no classification of severity {seen.signal['severity']!r}: {result}",
            ),
        )
    message = (
        f"environment={result.environment} (source={result.environment_source}), "
        f"priority={result.priority} (source={DETERMINED_BY}), severity={result.severity} (source={DETERMINED_BY})"
    )
    done = Condition(ConditionType.CLASSIFICATION_COMPLETE, _TRUE, "ClassificationSucceeded", message)
    return _move(
        seen,
        SignalPhase.CATEGORIZING,
        status=_classification_status(result, now),
        conditions=(done,),
        before=(audit.classification_decision(seen, result, took=now - snapshot.began),),
    )


def _classification_status(result: Classification, now: datetime) -> dict[str, Any]:
    return {
        "environmentClassification": {
            "environment": result.environment,
            "source": result.environment_source,
            "classifiedAt": micro(now),
        },
        "priorityAssignment": {
            "priority": result.priority,
            "source": DETERMINED_BY,
            "policyName": result.priority_policy,
            "assignedAt": micro(now),
        },
        "severity": result.severity,
        "policyHash": result.policy_hash,
    }


def _categorized(seen: SignalProcessing, now: datetime) -> Move:
    environment = seen.environment.get("environment", "unknown")
    business = classify_business(environment, seen.namespace_labels)
    took = now - (seen.started or now)
    categorized = f"businessUnit={business.business_unit}, criticality={business.criticality}, sla={business.sla}"
    processed = (
        f"processed successfully in {took.total_seconds():.2f}s: "
        f"priority={seen.priority.get('priority', '')}, environment={environment}"
    )
    return _move(
        seen,
        SignalPhase.COMPLETED,
        status={
            "businessClassification": {
                "businessUnit": business.business_unit,
                "serviceOwner": business.service_owner,
                "criticality": business.criticality,
                "slaRequirement": business.sla,
            },
            "completionTime": micro(now),
        },
        conditions=(
            Condition(ConditionType.CATEGORIZATION_COMPLETE, _TRUE, "CategorizationSucceeded", categorized),
            Condition(ConditionType.PROCESSING_COMPLETE, _TRUE, "ProcessingSucceeded", processed),
        ),
        after=(audit.signal_processed(seen, business, took=took), audit.business_classified(seen, business)),
    )


def _failed(
    seen: SignalProcessing, now: datetime, step: Condition, *, error: str, notice: Notice | None = None
) -> Move:
    """To Failed, with the failed step and the whole said to be False, and one error event beside the transition's."""
    return _move(
        seen,
        SignalPhase.FAILED,
        status={"error": error, "completionTime": micro(now)},
        conditions=(step, Condition(ConditionType.PROCESSING_COMPLETE, _FALSE, "ProcessingFailed", error)),
        after=(audit.error_occurred(seen, error),),
        notice=notice,
    )


def _move(
    seen: SignalProcessing,
    entering: SignalPhase,
    *,
    status: Mapping[str, Any] | None = None,
    conditions: tuple[Condition, ...] = (),
    before: tuple[AuditIntent, ...] = (),
    after: tuple[AuditIntent, ...] = (),
    notice: Notice | None = None,
) -> Move:
    """The move along one edge; its transition event stands between those of the work before it and of its outcome."""
    return Move(
        leaving=SignalPhase(seen.phase),
        entering=entering,
        status=status or {},
        conditions=conditions,
        events=(*before, audit.phase_transition(seen, entering), *after),
        notice=notice,
    )
