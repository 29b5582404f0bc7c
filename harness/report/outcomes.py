"""What became of each scenario: the rows of the table and of ``--json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.report.durations import real, virtual

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of one scenario.

    :ivar outcome: passed, failed, error or skipped.
    :ivar real_s: seconds that it took, with its stage.
    :ivar virtual_s: virtual seconds that passed in it; ``None`` in real time, and when it did not begin.
    :ivar cluster: embedded, envtest or kind.
    :ivar reason: why it was skipped; empty when it was not.
    :ivar differs: what the scenario says may differ from cluster to cluster, and why.
    :ivar record: what it did, as `parity.record.Record.json` has it; ``None`` unless asked for, and when it did not pass.
    :ivar failure: what went wrong, in words; empty when nothing did.
    :ivar block: the failure as it is printed, with story and replay command.
    :ivar refused: whether it could not even begin, for a reason that every other scenario of the run would meet, too.
    """

    id: str
    sentence: str
    upstream: str
    outcome: str
    real_s: float
    virtual_s: float | None
    seed: int
    cluster: str = "embedded"
    reason: str = ""
    failure: str = ""
    block: str = ""
    refused: bool = False
    differs: Mapping[str, str] = field(default_factory=dict)
    record: Mapping[str, Any] | None = None

    @property
    def clean(self) -> bool:
        """Whether there is nothing to look into."""
        return self.outcome in {"passed", "skipped"}

    def json(self) -> dict[str, Any]:
        """Return the row of ``--json``."""
        row = {
            "id": self.id,
            "upstream": self.upstream,
            "outcome": self.outcome,
            "real_s": round(self.real_s, 4),
            "virtual_s": None if self.virtual_s is None else round(self.virtual_s, 6),
            "seed": self.seed,
        }
        further = {"reason": self.reason, "failure": self.block, "differs": dict(self.differs), "record": self.record}
        return {**row, **{name: value for name, value in further.items() if value}}


def failure_block(outcome: Outcome, *, story: str, replay: str) -> str:
    """Tell a failure: what was expected, what came, the timeline, and the command that brings it back.

    :param story: the lines between; an expectation's own words, or a traceback.
    """
    took = f"seed {outcome.seed}   {real(outcome.real_s)} real   {virtual(outcome.virtual_s or 0.0)} virtual"
    if outcome.cluster != "embedded":
        took = f"{outcome.cluster}   {real(outcome.real_s)} real"
    body = [f"  {line}".rstrip() for line in story.splitlines()]
    return "\n".join([f"FAILED  {outcome.id:<60} {took}", f"  {outcome.sentence}", *body, f"  replay   {replay}"])
