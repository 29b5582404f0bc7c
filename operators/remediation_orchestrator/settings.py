"""What an installation may tune: the limits of a remediation and the rule of consecutive failures.

Every span is a `timedelta`. The defaults are the ones the platform documents (BR-ORCH-027, BR-ORCH-028, BR-ORCH-042);
a scenario on a real cluster shortens them here, the code knows no scale.
"""

from dataclasses import dataclass
from datetime import timedelta

from operators.runtime.settings import RuntimeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(RuntimeSettings):
    """The RemediationOrchestrator's settings, on top of those every operator has."""

    failure_threshold: int = 3
    """So many failures in a row of one (namespace, fingerprint) block the next request (BR-ORCH-042)."""

    failure_cooldown: timedelta = timedelta(hours=1)
    """How long such a block lasts, counted from the moment it was written (BR-ORCH-042)."""

    global_timeout: timedelta = timedelta(hours=1)
    """From ``status.startTime`` to the end of the whole remediation; stands still while Blocked (BR-ORCH-027)."""

    processing_timeout: timedelta = timedelta(minutes=5)
    """How long SignalProcessing may take (BR-ORCH-028)."""

    analyzing_timeout: timedelta = timedelta(minutes=10)
    """How long AIAnalysis may take (BR-ORCH-028)."""

    executing_timeout: timedelta = timedelta(minutes=30)
    """How long WorkflowExecution may take (BR-ORCH-028)."""

    def __post_init__(self) -> None:
        RuntimeSettings.__post_init__(self)  # a slotted dataclass is made twice, which super() without arguments misses
        if self.failure_threshold < 1:
            raise ValueError(f"failure_threshold is {self.failure_threshold}: it must be 1 or more")
        if self.failure_cooldown <= timedelta(0):
            raise ValueError(f"failure_cooldown is {self.failure_cooldown}: it must be longer than nothing")
        for name in ("global_timeout", "processing_timeout", "analyzing_timeout", "executing_timeout"):
            span: timedelta = getattr(self, name)
            if span < timedelta(0):
                raise ValueError(f"{name} is {span}: it cannot be negative (zero means no limit)")
