"""What can go wrong in the orchestrator beyond what the API server says."""

from operators.runtime.errors import OperatorError


class OrchestratorError(OperatorError):
    """Base of the orchestrator's own errors."""


class ClaimMovedError(OrchestratorError):
    """Somebody else changed the claim since it was read: whatever was decided on it no longer holds, reconcile again."""


class UnbuildableChildError(OrchestratorError):
    """What the child's body needs is not there any more; the text says what is missing and where it was looked for."""
