"""The closed vocabularies beside the phases: why something is blocked, where it failed, how it ended.

The schemas in ``crds/`` hold the same values; ``tests/crds`` proves it.
"""

from enum import StrEnum

__all__ = ["BlockReason", "ConditionType", "FailurePhase", "Outcome", "Severity"]


class BlockReason(StrEnum):
    """``status.blockReason`` of a RemediationRequest (DD-RO-002)."""

    CONSECUTIVE_FAILURES = "ConsecutiveFailures"
    DUPLICATE_IN_PROGRESS = "DuplicateInProgress"
    RESOURCE_BUSY = "ResourceBusy"
    RECENTLY_REMEDIATED = "RecentlyRemediated"
    EXPONENTIAL_BACKOFF = "ExponentialBackoff"
    MANUAL_BLOCK = "ManualBlock"


class FailurePhase(StrEnum):
    """``status.failurePhase`` of a RemediationRequest: the step that failed."""

    CONFIGURATION = "configuration"
    SIGNAL_PROCESSING = "signal_processing"
    AI_ANALYSIS = "ai_analysis"
    APPROVAL = "approval"
    WORKFLOW_EXECUTION = "workflow_execution"
    BLOCKED = "blocked"
    """The cooldown after consecutive failures was served (BR-ORCH-042)."""
    DEDUPLICATED = "deduplicated"
    """Inherited from the original that this request was a duplicate of."""


class Outcome(StrEnum):
    """``status.outcome`` of a RemediationRequest."""

    REMEDIATED = "Remediated"
    NO_ACTION_REQUIRED = "NoActionRequired"
    MANUAL_REVIEW_REQUIRED = "ManualReviewRequired"


class Severity(StrEnum):
    """The normalised severity that SignalProcessing gives (DD-SEVERITY-001)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class ConditionType(StrEnum):
    """Types of conditions that more than one module names."""

    AUDIT_DELAYED = "AuditDelayed"
    """True while audit events wait for a sink that does not answer, or did not fit into the outbox."""
    AUDIT_REFUSED = "AuditRefused"
    """True when the sink refused an event for good (4xx); it is not sent again."""

    SIGNAL_PROCESSING_READY = "SignalProcessingReady"
    SIGNAL_PROCESSING_COMPLETE = "SignalProcessingComplete"
    AI_ANALYSIS_READY = "AIAnalysisReady"
    AI_ANALYSIS_COMPLETE = "AIAnalysisComplete"
    WORKFLOW_EXECUTION_READY = "WorkflowExecutionReady"
    WORKFLOW_EXECUTION_COMPLETE = "WorkflowExecutionComplete"
    RECOVERY_COMPLETE = "RecoveryComplete"

    ENRICHMENT_COMPLETE = "EnrichmentComplete"
    CLASSIFICATION_COMPLETE = "ClassificationComplete"
    CATEGORIZATION_COMPLETE = "CategorizationComplete"
    PROCESSING_COMPLETE = "ProcessingComplete"
