"""The WorkflowExecution stand-in: runs no pipeline, ends as the script says."""

import kopf

from operators.api.kinds import WORKFLOW_EXECUTION
from operators.api.phases import ExecutionPhase
from operators.api.reasons import FailurePhase
from operators.api.scripts import WORKFLOW_EXECUTION_SCRIPT
from operators.api.times import format_duration, micro, parse
from operators.runtime.operator import Operator
from operators.runtime.settings import RuntimeSettings
from operators.standins.kopf_run import register_if_named
from operators.standins.part import Ending, Part, Scene
from operators.standins.player import play

_REASONS = frozenset(
    {
        "OOMKilled",
        "DeadlineExceeded",
        "Forbidden",
        "ResourceExhausted",
        "ConfigurationError",
        "ImagePullBackOff",
        "TaskFailed",
        "Unknown",
    }
)
"""What the schema lets in as ``failureDetails.reason``; a script's other words go into the message alone."""


Settings = RuntimeSettings
"""A stand-in has no settings of its own."""


def build(registry: kopf.OperatorRegistry, settings: RuntimeSettings) -> Operator:
    """Register the stand-in on ``registry``; for one start.

    :raises SettingsError: no API server is known.
    """
    return play(PART, registry, settings)


def _succeed(scene: Scene) -> Ending:
    message = f"workflow {scene.spec['workflowRef']['workflowId']} completed"
    return Ending(phase=ExecutionPhase.COMPLETED, status={**_common(scene), "message": message})


def _fail(scene: Scene, problem: str) -> Ending:
    reason = scene.script.reason if scene.script.reason in _REASONS else "TaskFailed"
    details = {
        "reason": reason,
        "message": problem,
        "failedAt": micro(scene.now),
        "executionTimeBeforeFailure": _duration(scene),
        "naturalLanguageSummary": f"the workflow failed while it ran: {problem}",
        "wasExecutionFailure": True,
    }
    told = {"message": problem, "failureReason": reason, "failureDetails": details}
    return Ending(phase=ExecutionPhase.FAILED, status={**_common(scene), **told})


def _common(scene: Scene) -> dict[str, object]:
    return {"completionTime": micro(scene.now), "duration": _duration(scene)}


def _duration(scene: Scene) -> str:
    began = scene.child["status"].get("startTime") or scene.child["metadata"]["creationTimestamp"]
    return format_duration(scene.now - parse(began))


PART = Part(
    name="workflow-execution-standin",
    kind=WORKFLOW_EXECUTION,
    annotation=WORKFLOW_EXECUTION_SCRIPT,
    working=(ExecutionPhase.PENDING, ExecutionPhase.RUNNING),
    started_field="startTime",
    failure_phase=FailurePhase.WORKFLOW_EXECUTION,
    succeed=_succeed,
    fail=_fail,
)

register_if_named(__name__, build)
