"""The kinds our operators read and write, as coordinates on the API server.

A :class:`Kind` is all that a thin client needs to build a path and all that a controller needs to know where the phase of
an object is kept. RemediationRequest keeps its phase in ``status.overallPhase``, the others in ``status.phase``.
"""

from dataclasses import dataclass

__all__ = [
    "AI_ANALYSIS",
    "APPROVAL_REQUEST",
    "EVENT",
    "GROUP",
    "KINDS",
    "LEASE",
    "NOTIFICATION_REQUEST",
    "REMEDIATION_REQUEST",
    "SIGNAL_PROCESSING",
    "VERSION",
    "WORKFLOW_EXECUTION",
    "Kind",
]

GROUP = "kubernaut.ai"
VERSION = "v1alpha1"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its coordinates and the status field of its phase."""

    group: str
    """API group; empty for the core group."""
    version: str
    plural: str
    """Lower-case plural, as in the path."""
    kind: str
    phase_field: str = ""
    """Name of the field below ``status`` that holds the phase; empty where there is none."""

    @property
    def api_version(self) -> str:
        """``group/version`` as objects carry it; only the version in the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


REMEDIATION_REQUEST = Kind(GROUP, VERSION, "remediationrequests", "RemediationRequest", "overallPhase")
SIGNAL_PROCESSING = Kind(GROUP, VERSION, "signalprocessings", "SignalProcessing", "phase")
AI_ANALYSIS = Kind(GROUP, VERSION, "aianalyses", "AIAnalysis", "phase")
WORKFLOW_EXECUTION = Kind(GROUP, VERSION, "workflowexecutions", "WorkflowExecution", "phase")
APPROVAL_REQUEST = Kind(GROUP, VERSION, "remediationapprovalrequests", "RemediationApprovalRequest")
NOTIFICATION_REQUEST = Kind(GROUP, VERSION, "notificationrequests", "NotificationRequest", "phase")
EVENT = Kind("", "v1", "events", "Event")
LEASE = Kind("coordination.k8s.io", "v1", "leases", "Lease")

KINDS = (
    REMEDIATION_REQUEST,
    SIGNAL_PROCESSING,
    AI_ANALYSIS,
    WORKFLOW_EXECUTION,
    APPROVAL_REQUEST,
    NOTIFICATION_REQUEST,
)
"""The six kinds of ``crds/``, in the order in which a remediation meets them."""
