"""What became of each scenario: the rows of the table and of ``--json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.report.durations import real, virtual


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of one scenario.

    :ivar outcome: passed, failed, error or skipped.
    :ivar real_s: seconds that it took, with its stage.
    :ivar virtual_s: seconds that passed in it.
    """

    id: str
    sentence: str
    upstream: str
    outcome: str
    real_s: float
    virtual_s: float
    seed: int
    failure: str = ""

    def json(self) -> dict[str, Any]:
        """Return the row of ``--json``."""
        return {
            "id": self.id,
            "upstream": self.upstream,
            "outcome": self.outcome,
            "real_s": round(self.real_s, 4),
            "virtual_s": round(self.virtual_s, 6),
            "seed": self.seed,
        }


def failure_block(outcome: Outcome, *, replay: str) -> str:
    """Tell a failure: what was expected, what came, the timeline, and the command that brings it back."""
    head = f"FAILED  {outcome.id:<60} seed {outcome.seed}   {real(outcome.real_s)} real   {virtual(outcome.virtual_s)} virtual"
    body = [f"  {line}" for line in outcome.failure.splitlines()]
    return "\n".join([head, f"  {outcome.sentence}", *body, f"  replay   {replay}"])
