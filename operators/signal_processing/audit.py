"""The audit events of SignalProcessing: which edge tells what (BR-SP-090).

=========================  ================================================================================
edge                       events, in this order
=========================  ================================================================================
each                       ``phase.transition``, ``"" → Pending`` and edges to Failed included
Enriching → Classifying    ``enrichment.completed`` before it
Classifying → Categorizing ``classification.decision`` before it
Categorizing → Completed   ``signal.processed`` and ``business.classified`` after it
any → Failed               ``error.occurred`` after it, once
=========================  ================================================================================

That makes nine events in a success. They are *intents*: the guarded write of their edge gives them id, ordinal and
time, so an event exists exactly when its edge was walked. Their data carry the plain name of the request beside the
correlation id, which has its namespace in front (two tenants may use one name), and vocabularies are told as they are:
an environment or source that upstream's schema did not list is not dropped.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from operators.api.phases import SignalPhase
from operators.runtime.audit import AuditIdentity, AuditIntent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from operators.signal_processing.business import BusinessClassification
    from operators.signal_processing.classification import Classification
    from operators.signal_processing.view import SignalProcessing

IDENTITY = AuditIdentity(category="signalprocessing", actor="signalprocessing-controller")

DETERMINED_BY = "rego-policy"
"""Who decides severity and priority, in status and audit: there is no other way to one."""


def phase_transition(seen: SignalProcessing, entering: SignalPhase) -> AuditIntent:
    """The edge itself. Its outcome is that of the object: a failure when it leads to Failed."""
    outcome = "failure" if entering == SignalPhase.FAILED else "success"
    return _intent(
        seen,
        "phase.transition",
        entering,
        action="phase_transition",
        outcome=outcome,
        data={"from_phase": seen.phase, "to_phase": entering},
    )


def enrichment_completed(seen: SignalProcessing, context: Mapping[str, Any], *, took: timedelta) -> AuditIntent:
    """What was found about the target.

    :param context: ``status.kubernetesContext`` that the same write stores.
    :param took: the successful attempt alone, without those before it.
    """
    data = {
        "has_namespace": "namespace" in context,
        "has_pod": "pod" in context,
        "has_deployment": "deployment" in context,
        "owner_chain_length": len(context.get("ownerChain") or ()),
        "degraded_mode": bool(context.get("degradedMode")),
    }
    return _intent(seen, "enrichment.completed", SignalPhase.CLASSIFYING, action="enrichment", data=data, took=took)


def classification_decision(seen: SignalProcessing, result: Classification, *, took: timedelta) -> AuditIntent:
    """What the policies decided, from which word of the sender, and by which text of theirs."""
    data = {
        "severity": result.severity,
        "external_severity": seen.signal["severity"],
        "normalized_severity": result.severity,
        "determination_source": DETERMINED_BY,
        "policy_hash": result.policy_hash,
        "environment": result.environment,
        "environment_source": result.environment_source,
        "priority": result.priority,
        "priority_source": DETERMINED_BY,
        "priority_policy": result.priority_policy,
    }
    return _intent(
        seen, "classification.decision", SignalPhase.CATEGORIZING, action="classification", data=data, took=took
    )


def signal_processed(seen: SignalProcessing, business: BusinessClassification, *, took: timedelta) -> AuditIntent:
    """The whole result, for whoever reads one event only; ``took`` counts from the first edge."""
    chain = seen.context.get("ownerChain") or ()
    data = {
        "severity": seen.severity,
        "environment": seen.environment.get("environment", ""),
        "environment_source": seen.environment.get("source", ""),
        "priority": seen.priority.get("priority", ""),
        "priority_source": seen.priority.get("source", ""),
        "criticality": business.criticality,
        "sla_requirement": business.sla,
        "has_owner_chain": bool(chain),
        "owner_chain_length": len(chain),
        "degraded_mode": bool(seen.context.get("degradedMode")),
    }
    return _intent(seen, "signal.processed", SignalPhase.COMPLETED, action="processed", data=data, took=took)


def business_classified(seen: SignalProcessing, business: BusinessClassification) -> AuditIntent:
    """Whose it is and how much it matters."""
    data = {
        "severity": seen.severity,
        "business_unit": business.business_unit,
        "service_owner": business.service_owner,
        "criticality": business.criticality,
        "sla_requirement": business.sla,
    }
    return _intent(seen, "business.classified", SignalPhase.COMPLETED, action="classification", data=data)


def error_occurred(seen: SignalProcessing, error: str) -> AuditIntent:
    """Why the object failed; ``phase`` is the one in which it did."""
    data = {"error": error, "external_severity": seen.signal["severity"]}
    return _intent(seen, "error.occurred", SignalPhase(seen.phase), action="error", outcome="failure", data=data)


def _intent(
    seen: SignalProcessing,
    name: str,
    phase: SignalPhase,
    *,
    action: str,
    data: Mapping[str, Any],
    outcome: str = "success",
    took: timedelta | None = None,
) -> AuditIntent:
    return AuditIntent(
        type=f"signalprocessing.{name}",
        action=action,
        outcome=outcome,
        correlation_id=seen.correlation,
        data={"phase": str(phase), "signal": seen.signal["name"], "rr_name": seen.request_name, **data},
        # A step that was done took time, also where the clock did not move meanwhile: never zero milliseconds.
        duration=None if took is None else max(took, timedelta(microseconds=1)),
    )
