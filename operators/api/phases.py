"""Phases of the kinds, which of them are terminal, and the edges that may be walked.

The empty phase (``UNSET``) is an object that its controller has not seen yet. The graphs are what controllers, property
tests and oracles share; :mod:`operators.runtime.transitions` refuses an edge that is not in them. A terminal phase has no
way out: a request that failed stays failed, whatever arrives later (BR-ORCH-025).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

__all__ = [
    "LEGAL_ANALYSIS_EDGES",
    "LEGAL_EXECUTION_EDGES",
    "LEGAL_REMEDIATION_EDGES",
    "LEGAL_SIGNAL_EDGES",
    "TERMINAL_ANALYSIS",
    "TERMINAL_EXECUTION",
    "TERMINAL_REMEDIATION",
    "TERMINAL_SIGNAL",
    "AnalysisPhase",
    "ExecutionPhase",
    "NotificationPhase",
    "RemediationPhase",
    "SignalPhase",
]


class RemediationPhase(StrEnum):
    """``status.overallPhase`` of a RemediationRequest."""

    UNSET = ""
    PENDING = "Pending"
    PROCESSING = "Processing"
    ANALYZING = "Analyzing"
    AWAITING_APPROVAL = "AwaitingApproval"
    EXECUTING = "Executing"
    BLOCKED = "Blocked"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"
    SKIPPED = "Skipped"
    CANCELLED = "Cancelled"


class SignalPhase(StrEnum):
    """``status.phase`` of a SignalProcessing."""

    UNSET = ""
    PENDING = "Pending"
    ENRICHING = "Enriching"
    CLASSIFYING = "Classifying"
    CATEGORIZING = "Categorizing"
    COMPLETED = "Completed"
    FAILED = "Failed"


class AnalysisPhase(StrEnum):
    """``status.phase`` of an AIAnalysis."""

    UNSET = ""
    PENDING = "Pending"
    INVESTIGATING = "Investigating"
    ANALYZING = "Analyzing"
    COMPLETED = "Completed"
    FAILED = "Failed"


class ExecutionPhase(StrEnum):
    """``status.phase`` of a WorkflowExecution."""

    UNSET = ""
    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"


class NotificationPhase(StrEnum):
    """``status.phase`` of a NotificationRequest."""

    UNSET = ""
    PENDING = "Pending"
    SENDING = "Sending"
    RETRYING = "Retrying"
    SENT = "Sent"
    PARTIALLY_SENT = "PartiallySent"
    FAILED = "Failed"


_P = TypeVar("_P", bound=StrEnum)
_R, _S, _A, _E = RemediationPhase, SignalPhase, AnalysisPhase, ExecutionPhase

LEGAL_REMEDIATION_EDGES: Mapping[RemediationPhase, frozenset[RemediationPhase]] = {
    _R.UNSET: frozenset({_R.PENDING}),
    _R.PENDING: frozenset({_R.PROCESSING, _R.BLOCKED, _R.FAILED, _R.TIMED_OUT, _R.CANCELLED}),
    _R.PROCESSING: frozenset({_R.ANALYZING, _R.FAILED, _R.TIMED_OUT, _R.CANCELLED}),
    _R.ANALYZING: frozenset(
        {
            _R.AWAITING_APPROVAL,
            _R.EXECUTING,
            _R.BLOCKED,
            _R.COMPLETED,
            _R.FAILED,
            _R.TIMED_OUT,
            _R.CANCELLED,
        },
    ),
    _R.AWAITING_APPROVAL: frozenset({_R.EXECUTING, _R.BLOCKED, _R.FAILED, _R.TIMED_OUT, _R.CANCELLED}),
    _R.EXECUTING: frozenset({_R.COMPLETED, _R.FAILED, _R.TIMED_OUT, _R.SKIPPED, _R.CANCELLED}),
    _R.BLOCKED: frozenset(
        {_R.PENDING, _R.ANALYZING, _R.COMPLETED, _R.FAILED, _R.TIMED_OUT, _R.SKIPPED, _R.CANCELLED},
    ),
    _R.COMPLETED: frozenset(),
    _R.FAILED: frozenset(),
    _R.TIMED_OUT: frozenset(),
    _R.SKIPPED: frozenset(),
    _R.CANCELLED: frozenset(),
}

LEGAL_SIGNAL_EDGES: Mapping[SignalPhase, frozenset[SignalPhase]] = {
    _S.UNSET: frozenset({_S.PENDING}),
    _S.PENDING: frozenset({_S.ENRICHING, _S.FAILED}),
    _S.ENRICHING: frozenset({_S.CLASSIFYING, _S.FAILED}),
    _S.CLASSIFYING: frozenset({_S.CATEGORIZING, _S.FAILED}),
    _S.CATEGORIZING: frozenset({_S.COMPLETED, _S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset(),
}

LEGAL_ANALYSIS_EDGES: Mapping[AnalysisPhase, frozenset[AnalysisPhase]] = {
    _A.UNSET: frozenset({_A.PENDING}),
    _A.PENDING: frozenset({_A.INVESTIGATING, _A.FAILED}),
    # Investigating may end at once: the problem had already gone (WorkflowNotNeeded).
    _A.INVESTIGATING: frozenset({_A.ANALYZING, _A.COMPLETED, _A.FAILED}),
    _A.ANALYZING: frozenset({_A.COMPLETED, _A.FAILED}),
    _A.COMPLETED: frozenset(),
    _A.FAILED: frozenset(),
}

LEGAL_EXECUTION_EDGES: Mapping[ExecutionPhase, frozenset[ExecutionPhase]] = {
    _E.UNSET: frozenset({_E.PENDING}),
    _E.PENDING: frozenset({_E.RUNNING, _E.FAILED}),
    _E.RUNNING: frozenset({_E.COMPLETED, _E.FAILED}),
    _E.COMPLETED: frozenset(),
    _E.FAILED: frozenset(),
}


def _ends(edges: Mapping[_P, frozenset[_P]]) -> frozenset[_P]:
    return frozenset(phase for phase, onward in edges.items() if not onward)


TERMINAL_REMEDIATION = _ends(LEGAL_REMEDIATION_EDGES)
TERMINAL_SIGNAL = _ends(LEGAL_SIGNAL_EDGES)
TERMINAL_ANALYSIS = _ends(LEGAL_ANALYSIS_EDGES)
TERMINAL_EXECUTION = _ends(LEGAL_EXECUTION_EDGES)
