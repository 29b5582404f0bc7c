"""What can go wrong in SignalProcessing, in one hierarchy.

Only what no retry will mend is raised from here. A throttled, unavailable or slow API server raises the runtime's own errors, and the queue tries again.
"""


class SignalProcessingError(Exception):
    """Root of everything this operator raises by itself."""


class PolicyError(SignalProcessingError):
    """A Rego policy cannot be loaded, cannot be evaluated, or answered something it may not answer.

    The text is fit for a status and an audit event: it names the file and the rule, holds no path of the machine and no stack trace, and is the same
    for the same policy and input.

    :ivar source: the policy's file name, with the line where it is known: ``severity.rego:12``.
    :ivar rule: full name of the rule that was asked, or ``""`` when the file did not even load.
    """

    def __init__(self, problem: str, *, source: str, rule: str = "") -> None:
        asked = f" ({rule})" if rule else ""
        super().__init__(f"{source}{asked}: {problem}")
        self.source = source
        self.rule = rule
