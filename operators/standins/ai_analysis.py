"""The AIAnalysis stand-in: investigates nothing, finds what the script says (``outcome=workflow|not-needed|human-review``)."""

import kopf

from operators.api.kinds import AI_ANALYSIS
from operators.api.phases import AnalysisPhase
from operators.api.reasons import FailurePhase
from operators.api.scripts import AI_ANALYSIS_SCRIPT, AnalysisOutcome
from operators.api.times import micro, parse
from operators.runtime.operator import Operator
from operators.runtime.settings import RuntimeSettings
from operators.standins.kopf_run import register_if_named
from operators.standins.part import Ending, Part, Scene
from operators.standins.player import play

WORKFLOW = {
    "workflowId": "restart-workload",
    "version": "1.0.0",
    "containerImage": "registry.example/workflows/restart-workload:1.0.0",
    "confidence": 0.9,
    "rationale": "restarting the workload has cured this signal before",
}
"""What is recommended, whatever the signal; the target goes into its parameters."""


Settings = RuntimeSettings
"""A stand-in has no settings of its own."""


def build(registry: kopf.OperatorRegistry, settings: RuntimeSettings) -> Operator:
    """Register the stand-in on ``registry``; for one start.

    :raises SettingsError: no API server is known.
    """
    return play(PART, registry, settings)


def _succeed(scene: Scene) -> Ending:
    match scene.script.outcome:
        case AnalysisOutcome.NOT_NEEDED:
            message = "the problem had resolved itself"
            told = {"reason": "WorkflowNotNeeded", "subReason": "ProblemResolved", "message": message}
            return Ending(phase=AnalysisPhase.COMPLETED, status={**_common(scene), **told})
        case AnalysisOutcome.HUMAN_REVIEW:
            return _human_review(scene)
        case AnalysisOutcome.WORKFLOW:
            told = {"message": f"selected workflow {WORKFLOW['workflowId']}"}
            status = {**_common(scene), **told, **_root_cause(scene), "selectedWorkflow": _workflow(scene)}
            return Ending(phase=AnalysisPhase.COMPLETED, status=status)


def _fail(scene: Scene, problem: str) -> Ending:
    if scene.script.outcome is AnalysisOutcome.HUMAN_REVIEW:
        return _human_review(scene)
    told = {"reason": scene.script.reason or "APIError", "subReason": "PermanentError", "message": problem}
    return Ending(phase=AnalysisPhase.FAILED, status={**_common(scene), **told})


def _human_review(scene: Scene) -> Ending:
    told = {
        "reason": scene.script.reason or "WorkflowResolutionFailed",
        "subReason": "LowConfidence",
        "message": "no workflow was selected with enough confidence",
        "needsHumanReview": True,
        "humanReviewReason": "low_confidence",
    }
    return Ending(phase=AnalysisPhase.FAILED, status={**_common(scene), **told})


def _common(scene: Scene) -> dict[str, object]:
    began = scene.child["status"].get("startedAt") or scene.child["metadata"]["creationTimestamp"]
    return {
        "approvalRequired": False,
        "needsHumanReview": False,
        "completedAt": micro(scene.now),
        "totalAnalysisTime": int((scene.now - parse(began)).total_seconds()),
    }


def _root_cause(scene: Scene) -> dict[str, object]:
    signal = scene.spec["analysisRequest"]["signalContext"]
    summary = f"{signal['targetResource']['kind']} {signal['targetResource']['name']} does not recover by itself"
    analysis = {"summary": summary, "severity": signal["severity"], "signalType": signal["signalType"]}
    return {"rootCause": summary, "rootCauseAnalysis": analysis}


def _workflow(scene: Scene) -> dict[str, object]:
    target = scene.spec["analysisRequest"]["signalContext"]["targetResource"]
    parameters = {"TARGET_KIND": target["kind"], "TARGET_NAME": target["name"], "TARGET_NAMESPACE": target["namespace"]}
    return {**WORKFLOW, "parameters": parameters}


PART = Part(
    name="ai-analysis-standin",
    kind=AI_ANALYSIS,
    annotation=AI_ANALYSIS_SCRIPT,
    working=(AnalysisPhase.PENDING, AnalysisPhase.INVESTIGATING, AnalysisPhase.ANALYZING),
    started_field="startedAt",
    failure_phase=FailurePhase.AI_ANALYSIS,
    succeed=_succeed,
    fail=_fail,
)

register_if_named(__name__, build)
