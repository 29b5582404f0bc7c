"""The three stages of a remediation: which child does the work, and under which names the request speaks of it.

One row per stage, so that nothing else has to know that Processing means SignalProcessing. Condition types and reasons
are the platform's (DD-CRD-002), failure phases those of the RemediationRequest's schema.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from operators.api.kinds import AI_ANALYSIS, SIGNAL_PROCESSING, WORKFLOW_EXECUTION, Kind
from operators.api.names import ai_analysis_name, signal_processing_name, workflow_execution_name
from operators.api.phases import RemediationPhase
from operators.api.reasons import ConditionType, FailurePhase


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An active phase of the request, and the child that is at work in it.

    :ivar started_field: the status field with the time at which the stage was entered, from which its limit counts.
    :ivar limit: the stage's key in ``status.timeoutConfig``.
    :ivar reference_field: the status field that names the child.
    :ivar component: value of the child's component label.
    :ivar child_name: the child's name, from the request's.
    :ivar ready: the condition that tells whether the child was made; reasons ``<Kind>Created``, ``<Kind>CreationFailed``.
    :ivar complete: the condition that tells how it ended; reasons ``<result>Succeeded``, ``…Failed``, ``…Timeout``.
    """

    phase: RemediationPhase
    kind: Kind
    started_field: str
    limit: str
    reference_field: str
    component: str
    child_name: Callable[[str], str]
    failure_phase: FailurePhase
    ready: ConditionType
    complete: ConditionType
    result: str


PROCESSING = Stage(
    phase=RemediationPhase.PROCESSING,
    kind=SIGNAL_PROCESSING,
    started_field="processingStartTime",
    limit="processing",
    reference_field="signalProcessingRef",
    component="signal-processing",
    child_name=signal_processing_name,
    failure_phase=FailurePhase.SIGNAL_PROCESSING,
    ready=ConditionType.SIGNAL_PROCESSING_READY,
    complete=ConditionType.SIGNAL_PROCESSING_COMPLETE,
    result="SignalProcessing",
)
ANALYZING = Stage(
    phase=RemediationPhase.ANALYZING,
    kind=AI_ANALYSIS,
    started_field="analyzingStartTime",
    limit="analyzing",
    reference_field="aiAnalysisRef",
    component="ai-analysis",
    child_name=ai_analysis_name,
    failure_phase=FailurePhase.AI_ANALYSIS,
    ready=ConditionType.AI_ANALYSIS_READY,
    complete=ConditionType.AI_ANALYSIS_COMPLETE,
    result="AIAnalysis",
)
EXECUTING = Stage(
    phase=RemediationPhase.EXECUTING,
    kind=WORKFLOW_EXECUTION,
    started_field="executingStartTime",
    limit="executing",
    reference_field="workflowExecutionRef",
    component="workflow-execution",
    child_name=workflow_execution_name,
    failure_phase=FailurePhase.WORKFLOW_EXECUTION,
    ready=ConditionType.WORKFLOW_EXECUTION_READY,
    complete=ConditionType.WORKFLOW_EXECUTION_COMPLETE,
    result="Workflow",
)

STAGES: Mapping[RemediationPhase, Stage] = MappingProxyType({s.phase: s for s in (PROCESSING, ANALYZING, EXECUTING)})
"""The stage of each phase that has one."""
