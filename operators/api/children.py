"""The children of a RemediationRequest as their readers see them: owner, phase, and what each step found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from operators.api.kinds import AI_ANALYSIS, REMEDIATION_REQUEST, SIGNAL_PROCESSING, WORKFLOW_EXECUTION
from operators.api.phases import AnalysisPhase, ExecutionPhase, SignalPhase
from operators.api.resource import controller_of, phase_of, status_of

__all__ = ["AIAnalysisView", "SignalProcessingView", "WorkflowExecutionView"]

_PhaseT = TypeVar("_PhaseT", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChildView(Generic[_PhaseT]):
    namespace: str
    name: str
    uid: str
    owner_uid: str = ""
    """uid of the RemediationRequest that controls it; empty when none does."""
    phase: _PhaseT
    spec: Mapping[str, Any] = field(default_factory=dict)
    status: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalProcessingView(_ChildView[SignalPhase]):
    """A SignalProcessing: phase and result of the classification."""

    @property
    def severity(self) -> str:
        """The normalised severity; empty before Classifying."""
        return str(self.status.get("severity") or "")

    @property
    def environment(self) -> str:
        """The environment found; empty before Classifying."""
        return str((self.status.get("environmentClassification") or {}).get("environment") or "")

    @property
    def priority(self) -> str:
        """The business priority; empty before Classifying."""
        return str((self.status.get("priorityAssignment") or {}).get("priority") or "")

    @property
    def error(self) -> str:
        """Why it failed."""
        return str(self.status.get("error") or "")

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> "SignalProcessingView":
        """The view of an object as the API server sent it."""
        return cls(**_common(obj), phase=SignalPhase(phase_of(obj, SIGNAL_PROCESSING)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AIAnalysisView(_ChildView[AnalysisPhase]):
    """An AIAnalysis: phase and what it recommends."""

    @property
    def reason(self) -> str:
        """Why it ended as it did, such as ``WorkflowNotNeeded``."""
        return str(self.status.get("reason") or "")

    @property
    def message(self) -> str:
        """The same for people."""
        return str(self.status.get("message") or "")

    @property
    def approval_required(self) -> bool:
        """Whether a person must approve the workflow (BR-ORCH-026)."""
        return bool(self.status.get("approvalRequired"))

    @property
    def needs_human_review(self) -> bool:
        """Whether a person must take over (BR-HAPI-197)."""
        return bool(self.status.get("needsHumanReview"))

    @property
    def selected_workflow(self) -> Mapping[str, Any]:
        """``workflowId``, ``version``, ``containerImage``, …; empty when nothing was selected."""
        return self.status.get("selectedWorkflow") or {}

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> "AIAnalysisView":
        """The view of an object as the API server sent it."""
        return cls(**_common(obj), phase=AnalysisPhase(phase_of(obj, AI_ANALYSIS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowExecutionView(_ChildView[ExecutionPhase]):
    """A WorkflowExecution: phase and why it failed."""

    @property
    def failure(self) -> str:
        """The failure for people: details' message, else the reason; empty when it did not fail."""
        details = self.status.get("failureDetails") or {}
        return str(details.get("message") or details.get("reason") or self.status.get("failureReason") or "")

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> "WorkflowExecutionView":
        """The view of an object as the API server sent it."""
        return cls(**_common(obj), phase=ExecutionPhase(phase_of(obj, WORKFLOW_EXECUTION)))


def _common(obj: Mapping[str, Any]) -> dict[str, Any]:
    metadata = obj["metadata"]
    owner = controller_of(obj, REMEDIATION_REQUEST)
    return {
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
        "uid": metadata["uid"],
        "owner_uid": owner["uid"] if owner else "",
        "spec": obj.get("spec") or {},
        "status": status_of(obj),
    }
