"""What should happen to a SignalProcessing: a pure function from what was read and the time to one move, or to rest.

::

    ""  →  Pending  →  Enriching  →  Classifying  →  Categorizing  →  Completed
                           ↓              ↓
                         Failed         Failed

Nothing here awaits, reads a clock or logs. A move names the phase it leaves, the fields it writes and the audit events of its edge; the shell carries it out as one
guarded write. Two moves out of one snapshot are equal, so an attempt that is repeated after a crash writes the same events under the same ids.

Failed is for what another attempt would not change: a namespace that does not exist, a policy that fails for this signal. What may pass (an API server that does
not answer) never gets into a snapshot; the queue repeats the reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from operators.api.conditions import set_condition
from operators.api.phases import TERMINAL_SIGNAL, SignalPhase
from operators.api.reasons import ConditionType
from operators.api.times import micro
from operators.signal_processing import audit
from operators.signal_processing.audit import DETERMINED_BY
from operators.signal_processing.business import classify_business
from operators.signal_processing.enrichment import Enrichment, Unresolvable
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.view import SignalProcessing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from operators.runtime.audit import AuditIntent
    from operators.signal_processing.classification import Classification
    from operators.signal_processing.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Move:
    """Walk one edge: one guarded write of the phase together with ``status`` and the intent to send ``events``."""

    leaving: SignalPhase
    entering: SignalPhase
    status: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[AuditIntent, ...] = ()


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
            decision = _advance(seen, SignalPhase.PENDING, {"startTime": micro(now)})
        case SignalPhase.PENDING:
            decision = _advance(seen, SignalPhase.ENRICHING, {})
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
    match snapshot.enrichment:
        case Unresolvable(reason=reason, message=message):
            return _fail(
                seen,
                now,
                ConditionType.ENRICHMENT_COMPLETE,
                reason=reason,
                condition=message,
                error=f"enrichment failed: {message}",
            )
        case Enrichment(context=context) as found:
            pass
        case None:
            raise ValueError(f"{seen.key} is Enriching, but its snapshot holds no enrichment: read it before deciding")
    target = seen.signal["targetResource"]
    place = "/".join(part for part in (target.get("namespace"), target["name"]) if part)
    reason = "DegradedMode" if found.degraded else "EnrichmentSucceeded"
    message = (
        f"{target['kind']} {place} was not found; its namespace alone is known"
        if found.degraded
        else f"{target['kind']} {place} was read"
    )
    status = {
        "kubernetesContext": dict(context),
        "conditions": _say(seen.conditions, now, {ConditionType.ENRICHMENT_COMPLETE: (True, reason, message)}),
    }
    completed = audit.enrichment_completed(seen, context, took=now - snapshot.began)
    return _advance(seen, SignalPhase.CLASSIFYING, status, before=(completed,))


def _classified(seen: SignalProcessing, snapshot: Snapshot, now: datetime) -> Move:
    result = snapshot.classification
    if result is None:
        raise ValueError(
            f"{seen.key} is Classifying, but its snapshot holds no classification: ask the policies before deciding"
        )
    if isinstance(result, PolicyError):
        error = f"policy evaluation failed: {result}"
        return _fail(
            seen,
            now,
            ConditionType.CLASSIFICATION_COMPLETE,
            reason="RegoEvaluationError",
            condition=str(result),
            error=error,
        )
    decision = audit.classification_decision(seen, result, took=now - snapshot.began)
    return _advance(seen, SignalPhase.CATEGORIZING, _classification_status(seen, result, now), before=(decision,))


def _classification_status(seen: SignalProcessing, result: Classification, now: datetime) -> dict[str, Any]:
    message = (
        f"environment={result.environment} (source={result.environment_source}), "
        f"priority={result.priority} (source={DETERMINED_BY}), severity={result.severity} (source={DETERMINED_BY})"
    )
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
        "conditions": _say(
            seen.conditions, now, {ConditionType.CLASSIFICATION_COMPLETE: (True, "ClassificationSucceeded", message)}
        ),
    }


def _categorized(seen: SignalProcessing, now: datetime) -> Move:
    environment = seen.environment.get("environment", "unknown")
    business = classify_business(environment, seen.namespace_labels)
    took = now - (seen.started or now)
    done = f"processed successfully in {took.total_seconds():.2f}s: priority={seen.priority.get('priority', '')}, environment={environment}"
    status = {
        "businessClassification": {
            "businessUnit": business.business_unit,
            "serviceOwner": business.service_owner,
            "criticality": business.criticality,
            "slaRequirement": business.sla,
        },
        "completionTime": micro(now),
        "conditions": _say(
            seen.conditions,
            now,
            {
                ConditionType.CATEGORIZATION_COMPLETE: (
                    True,
                    "CategorizationSucceeded",
                    f"businessUnit={business.business_unit}, criticality={business.criticality}, sla={business.sla}",
                ),
                ConditionType.PROCESSING_COMPLETE: (True, "ProcessingSucceeded", done),
            },
        ),
    }
    after = (audit.signal_processed(seen, business, took=took), audit.business_classified(seen, business))
    return _advance(seen, SignalPhase.COMPLETED, status, after=after)


def _fail(
    seen: SignalProcessing, now: datetime, step: ConditionType, *, reason: str, condition: str, error: str
) -> Move:
    """To Failed, with the failed step and the whole said to be False, and one error event beside the transition's."""
    conditions = _say(
        seen.conditions,
        now,
        {step: (False, reason, condition), ConditionType.PROCESSING_COMPLETE: (False, "ProcessingFailed", error)},
    )
    status = {"error": error, "completionTime": micro(now), "conditions": conditions}
    return _advance(seen, SignalPhase.FAILED, status, after=(audit.error_occurred(seen, error),))


def _advance(
    seen: SignalProcessing,
    entering: SignalPhase,
    status: Mapping[str, Any],
    *,
    before: tuple[AuditIntent, ...] = (),
    after: tuple[AuditIntent, ...] = (),
) -> Move:
    """The move along one edge; its transition event stands between those of the work before it and those of its outcome."""
    return Move(
        leaving=SignalPhase(seen.phase),
        entering=entering,
        status={"observedGeneration": seen.generation, **status},
        events=(*before, audit.phase_transition(seen, entering), *after),
    )


def _say(
    conditions: Sequence[Mapping[str, Any]], now: datetime, said: Mapping[ConditionType, tuple[bool, str, str]]
) -> list[dict[str, Any]]:
    """The list of conditions after saying these: ``{type: (holds, reason, message)}``."""
    result = [dict(one) for one in conditions]
    for kind, (holds, reason, message) in said.items():
        result = set_condition(result, type=kind, status=str(holds), reason=reason, message=message, now=now)
    return result
