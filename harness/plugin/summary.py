"""What pytest says at the end about scenarios that a real cluster left out. Under xdist, too, where only workers collect."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from harness.plugin.options import on_real_cluster
from harness.plugin.results import OUTCOMES

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the reasons."""
    reasons = Counter(outcome.reason for outcome in OUTCOMES if outcome.outcome == "skipped")
    if not on_real_cluster(config) or not reasons:
        return
    terminalreporter.write_line(f"harness: {reasons.total()} of {len(OUTCOMES)} scenarios were skipped")
    for reason, count in reasons.items():
        terminalreporter.write_line(f"  {count}  {reason}")
