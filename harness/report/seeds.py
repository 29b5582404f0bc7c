"""One scenario under many seeds, in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.report.outcomes import Outcome

_SHOWN = 12
"""How many further failing seeds are named."""


@dataclass(slots=True)
class Runs:
    """The runs of one scenario that have ended so far."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def failed(self) -> list[Outcome]:
        """Those that are worth a look, by seed."""
        return sorted((one for one in self.outcomes if not one.clean), key=lambda one: one.seed)

    def summary(self) -> str:
        """Say how many seeds were clean, and which was the first that was not."""
        count, failed = len(self.outcomes), self.failed
        first = f", first failing {failed[0].seed}" if failed else ""
        return f"{count - len(failed)} of {count} seeds clean{first}"

    def brief(self) -> str:
        """Say the same where there is little room."""
        count, failed = len(self.outcomes), self.failed
        return f"{count - len(failed)}/{count} clean" + (f", not {failed[0].seed}" if failed else "")

    def further(self) -> str:
        """Name the failing seeds after the first, as a line to be put below its block; empty when there are none."""
        seeds = [str(one.seed) for one in self.failed[1:]]
        if not seeds:
            return ""
        more = f" and {len(seeds) - _SHOWN} more" if len(seeds) > _SHOWN else ""
        return f"\n  also      under seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds[:_SHOWN])}{more}"


def shortened(text: str, width: int) -> str:
    """Cut the middle out of a text that is too wide: the end is what tells the variants of a scenario apart."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"
