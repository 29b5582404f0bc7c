"""Bodies of the three children: what the orchestrator hands on, under derived names and a controlling owner reference.

Each body is computed from the request and from what the stage before found, so that it can be made again, alike, by
whoever finds the phase without its child. The owner reference is the only link that counts (garbage collection follows it,
so a deleted request takes its children along); the labels are for people and selectors. There are no finalizers.
"""

from collections.abc import Mapping
from typing import Any

from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.names import child_labels, target_key
from operators.api.phases import RemediationPhase
from operators.api.reasons import Severity
from operators.api.resource import Resource
from operators.remediation_orchestrator.errors import UnbuildableChildError
from operators.remediation_orchestrator.snapshot import Child, Request
from operators.remediation_orchestrator.stages import ANALYZING, EXECUTING, PROCESSING, Stage

_UNKNOWN_ENVIRONMENT = "unknown"
_DEFAULT_PRIORITY = "P2"  # what the platform assumes of a signal that nobody gave a priority
_ANALYSIS_TYPES = ("investigation", "root-cause", "workflow-selection")


def needs_source(stage: Stage) -> Stage | None:
    """The stage whose child's result goes into this stage's child; None for the first."""
    return {ANALYZING.phase: PROCESSING, EXECUTING.phase: ANALYZING}.get(stage.phase)


def body(stage: Stage, request: Request, source: Child | None) -> Resource:
    """The child of ``stage``, ready to be created.

    :param source: the child of the stage before (`needs_source`).
    :raises UnbuildableChildError: the source is needed and absent, or holds no result.
    """
    before = needs_source(stage)
    if before is not None and source is None:
        raise UnbuildableChildError(
            f"{stage.kind.kind} {stage.child_name(request.name)} cannot be made: "
            f"{before.kind.kind} {before.child_name(request.name)}, whose result it needs, is gone"
        )
    return {
        "apiVersion": stage.kind.api_version,
        "kind": stage.kind.kind,
        "metadata": {
            "name": stage.child_name(request.name),
            "namespace": request.namespace,
            "labels": child_labels(request.name, stage.component),
            "ownerReferences": [
                {
                    "apiVersion": REMEDIATION_REQUEST.api_version,
                    "kind": REMEDIATION_REQUEST.kind,
                    "name": request.name,
                    "uid": request.uid,
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "spec": _spec(stage, request, source),
    }


def _spec(stage: Stage, request: Request, source: Child | None) -> dict[str, Any]:
    if stage.phase is RemediationPhase.PROCESSING or source is None:
        return _signal_processing(request)
    return _ai_analysis(request, source) if stage.phase is RemediationPhase.ANALYZING else _execution(request, source)


def _signal_processing(request: Request) -> dict[str, Any]:
    spec = request.resource["spec"]
    signal = {
        "fingerprint": request.fingerprint,
        "name": spec["signalName"],
        "severity": spec["severity"],  # as sent: what it means is SignalProcessing's to say (DD-SEVERITY-001)
        "type": spec["signalType"],
        "source": spec.get("signalSource"),
        "targetType": spec["targetType"],
        "targetResource": _target(spec),
        "labels": spec.get("signalLabels"),
        "annotations": spec.get("signalAnnotations"),
        "firingTime": spec.get("firingTime"),
        "receivedTime": spec["receivedTime"],
        "providerData": spec.get("providerData"),
    }
    return {"remediationRequestRef": _reference(request), "signal": _given(signal)}


def _ai_analysis(request: Request, processing: Child) -> dict[str, Any]:
    spec, found = request.resource["spec"], processing.status
    context = found.get("kubernetesContext") or {}
    namespace = context.get("namespace") or {}
    chain = [{"kind": owner["kind"], "name": owner["name"]} for owner in context.get("ownerChain") or ()]
    return {
        "remediationRequestRef": _reference(request),
        "remediationId": request.name,
        "analysisRequest": {
            "signalContext": {
                "fingerprint": request.fingerprint,
                "severity": found.get("severity") or Severity.UNKNOWN.value,
                "signalType": spec["signalType"],
                "environment": (found.get("environmentClassification") or {}).get("environment")
                or _UNKNOWN_ENVIRONMENT,
                "businessPriority": (found.get("priorityAssignment") or {}).get("priority") or _DEFAULT_PRIORITY,
                "targetResource": _target(spec),
                "enrichmentResults": _given(
                    {
                        "kubernetesContext": _given(
                            {"namespace": namespace.get("name"), "namespaceLabels": namespace.get("labels")}
                        ),
                        "ownerChain": chain,
                    }
                ),
            },
            "analysisTypes": list(_ANALYSIS_TYPES),
        },
        "isRecoveryAttempt": False,
    }


def _execution(request: Request, analysis: Child) -> dict[str, Any]:
    workflow: Mapping[str, Any] = analysis.status.get("selectedWorkflow") or {}
    if not workflow:
        raise UnbuildableChildError(f"AIAnalysis {analysis.name} holds no selectedWorkflow to execute")
    timeout = request.timeout_config.get(EXECUTING.limit)
    return _given(
        {
            "remediationRequestRef": _reference(request),
            "targetResource": target_key(request.resource["spec"]["targetResource"]),
            "workflowRef": _given(
                {name: workflow.get(name) for name in ("workflowId", "version", "containerImage", "containerDigest")}
            ),
            "parameters": workflow.get("parameters"),
            "confidence": workflow.get("confidence"),
            "rationale": workflow.get("rationale"),
            "executionConfig": {"timeout": timeout} if timeout else None,
        }
    )


def _target(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The target with its namespace spelt out: the children's schemas require it, empty for a cluster-scoped one."""
    target = spec["targetResource"]
    return {"kind": target["kind"], "name": target["name"], "namespace": target.get("namespace") or ""}


def _reference(request: Request) -> dict[str, str]:
    return {
        "apiVersion": REMEDIATION_REQUEST.api_version,
        "kind": REMEDIATION_REQUEST.kind,
        "name": request.name,
        "namespace": request.namespace,
        "uid": request.uid,
    }


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is absent: an optional field is left out, never sent as null."""
    return {name: value for name, value in fields.items() if value is not None}
