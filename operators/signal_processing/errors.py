"""What can go wrong in SignalProcessing, in one branch of the operators' hierarchy.

A throttled, unavailable or refusing API server is a ``KubeError`` of the runtime and stays one; the queue tries again.
"""

from operators.runtime.errors import OperatorError

__all__ = ["EnrichmentTimeoutError", "PolicyError", "SignalProcessingError"]


class SignalProcessingError(OperatorError):
    """Root of everything this operator raises by itself."""


class EnrichmentTimeoutError(SignalProcessingError, TimeoutError):
    """Reading the context of a signal took longer than the settings allow; the queue tries again."""


class PolicyError(SignalProcessingError):
    """A Rego policy cannot be loaded, cannot be evaluated, or answered something it may not answer.

    The text is fit for a status and an audit event: one line that names the file and the rule, without a stack trace,
    and the same for the same policy and input.

    :ivar source: the policy's file name, with the line where it is known: ``severity.rego:12``.
    :ivar rule: full name of the rule that was asked, or ``""`` when the file did not even load.
    """

    def __init__(self, problem: str, *, source: str, rule: str = "") -> None:
        asked = f" ({rule})" if rule else ""
        super().__init__(f"{source}{asked}: {problem}")
        self.source = source
        self.rule = rule
