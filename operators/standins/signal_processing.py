"""The SignalProcessing stand-in, for scenarios of the orchestrator alone: enriches nothing, asks no policy.

It walks the phases of the real one and ends with a classification that follows from the request's severity by a small
table. It is never run beside the real SignalProcessing.
"""

import kopf

from operators.api.kinds import SIGNAL_PROCESSING
from operators.api.phases import SignalPhase
from operators.api.reasons import FailurePhase, Severity
from operators.api.scripts import SIGNAL_PROCESSING_SCRIPT
from operators.api.times import micro
from operators.runtime.operator import Operator
from operators.runtime.settings import RuntimeSettings
from operators.standins.kopf_run import register_if_named
from operators.standins.part import Ending, Part, Scene
from operators.standins.player import play

_ENVIRONMENT = "staging"  # nothing is looked up; production would ask for approvals elsewhere
_SOURCE = "stand-in"

_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "sev1": Severity.CRITICAL,
    "p0": Severity.CRITICAL,
    "high": Severity.HIGH,
    "sev2": Severity.HIGH,
    "p1": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "sev3": Severity.MEDIUM,
    "p2": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.LOW,
    "sev4": Severity.LOW,
    "p3": Severity.LOW,
}
_PRIORITIES = {Severity.CRITICAL: "P1", Severity.HIGH: "P2"}  # outside production; everything else P3


Settings = RuntimeSettings
"""A stand-in has no settings of its own."""


def build(registry: kopf.OperatorRegistry, settings: RuntimeSettings) -> Operator:
    """Register the stand-in on ``registry``; for one start.

    :raises SettingsError: no API server is known.
    """
    return play(PART, registry, settings)


def _succeed(scene: Scene) -> Ending:
    signal = scene.spec["signal"]
    severity = _SEVERITIES.get(signal["severity"].lower(), Severity.UNKNOWN)
    status: dict[str, object] = {
        "severity": severity.value,
        "environmentClassification": {
            "environment": _ENVIRONMENT,
            "source": _SOURCE,
            "classifiedAt": micro(scene.now),
        },
        "priorityAssignment": {
            "priority": _PRIORITIES.get(severity, "P3"),
            "source": _SOURCE,
            "assignedAt": micro(scene.now),
        },
        "completionTime": micro(scene.now),
    }
    if namespace := signal["targetResource"]["namespace"]:
        status["kubernetesContext"] = {"namespace": {"name": namespace}, "degradedMode": True}
    return Ending(phase=SignalPhase.COMPLETED, status=status)


def _fail(scene: Scene, problem: str) -> Ending:
    return Ending(phase=SignalPhase.FAILED, status={"error": problem, "completionTime": micro(scene.now)})


PART = Part(
    name="signal-processing-standin",
    kind=SIGNAL_PROCESSING,
    annotation=SIGNAL_PROCESSING_SCRIPT,
    working=(SignalPhase.PENDING, SignalPhase.ENRICHING, SignalPhase.CLASSIFYING, SignalPhase.CATEGORIZING),
    started_field="startTime",
    failure_phase=FailurePhase.SIGNAL_PROCESSING,
    succeed=_succeed,
    fail=_fail,
)

register_if_named(__name__, build)
