"""Typed views of the six kinds and the vocabulary around them: pure data, no I/O, no Kopf.

Controllers, scenarios, oracles and services share this package; it imports nothing of theirs.
"""

from operators.api.children import AIAnalysisView, SignalProcessingView, WorkflowExecutionView
from operators.api.conditions import Condition, apply_conditions, find_condition, set_condition
from operators.api.edges import EDGES, is_legal, is_terminal
from operators.api.kinds import (
    AI_ANALYSIS,
    APPROVAL_REQUEST,
    KINDS,
    LEASE,
    NOTIFICATION_REQUEST,
    REMEDIATION_REQUEST,
    SIGNAL_PROCESSING,
    WORKFLOW_EXECUTION,
    Kind,
)
from operators.api.phases import (
    LEGAL_ANALYSIS_EDGES,
    LEGAL_EXECUTION_EDGES,
    LEGAL_REMEDIATION_EDGES,
    LEGAL_SIGNAL_EDGES,
    TERMINAL_ANALYSIS,
    TERMINAL_EXECUTION,
    TERMINAL_REMEDIATION,
    TERMINAL_SIGNAL,
    AnalysisPhase,
    ExecutionPhase,
    NotificationPhase,
    RemediationPhase,
    SignalPhase,
)
from operators.api.reasons import BlockReason, ConditionType, FailurePhase, Outcome, Severity
from operators.api.remediation_request import RemediationRequestView
from operators.api.resource import Key, Resource
from operators.api.scripts import Script, ScriptError

__all__ = [
    "AI_ANALYSIS",
    "APPROVAL_REQUEST",
    "EDGES",
    "KINDS",
    "LEASE",
    "LEGAL_ANALYSIS_EDGES",
    "LEGAL_EXECUTION_EDGES",
    "LEGAL_REMEDIATION_EDGES",
    "LEGAL_SIGNAL_EDGES",
    "NOTIFICATION_REQUEST",
    "REMEDIATION_REQUEST",
    "SIGNAL_PROCESSING",
    "TERMINAL_ANALYSIS",
    "TERMINAL_EXECUTION",
    "TERMINAL_REMEDIATION",
    "TERMINAL_SIGNAL",
    "WORKFLOW_EXECUTION",
    "AIAnalysisView",
    "AnalysisPhase",
    "BlockReason",
    "Condition",
    "ConditionType",
    "ExecutionPhase",
    "FailurePhase",
    "Key",
    "Kind",
    "NotificationPhase",
    "Outcome",
    "RemediationPhase",
    "RemediationRequestView",
    "Resource",
    "Script",
    "ScriptError",
    "Severity",
    "SignalPhase",
    "SignalProcessingView",
    "WorkflowExecutionView",
    "apply_conditions",
    "find_condition",
    "is_legal",
    "is_terminal",
    "set_condition",
]
