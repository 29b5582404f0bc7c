"""The live table of ``harness run``: a row appears as its scenario ends; the running one stands below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.text import Text

from harness.report.durations import real, virtual
from harness.report.outcomes import Outcome
from harness.simulation.clocks import perf_counter

if TYPE_CHECKING:
    from rich.status import Status

_COLOURS = {"passed": "green", "failed": "red", "error": "red", "skipped": "yellow"}


class LiveTable:
    """A pytest plugin that prints outcomes instead of dots. Honours NO_COLOR and plain pipes, as rich does.

    :param quiet: print nothing but failures, to standard error.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=quiet, highlight=False, soft_wrap=True)
        self._quiet = quiet
        self._status: Status | None = None
        self._failures: list[str] = []
        self._counts: dict[str, int] = {}
        self._errors: list[str] = []
        self._started = perf_counter()
        self._merged: dict[str, list[Outcome]] = {}
        self._total = 0
        self._seeds = 1

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say what is about to run."""
        self._total = len(session.items)
        self._seeds = session.config.getoption("--seeds")
        if self._quiet or not session.items:
            return
        runs = "" if self._seeds == 1 else f" runs ({self._seeds} seeds each)"
        seed = f", seed {session.config.getoption('--seed')}" if self._seeds == 1 else ""
        defects = "".join(f", with defect {name}" for name in session.config.getoption("--with-defect"))
        self._console.print(
            f"{self._total} scenario{'s' if self._total != 1 else ''}{runs} on the "
            f"{session.config.getoption('--cluster')} cluster{seed}{defects}\n"
        )
        self._console.print(Text(f"{'':7} {'scenario':<78} {'real':>9} {'virtual':>10}", style="dim"))
        if self._console.is_terminal:
            self._status = self._console.status("setting the stage")
            self._status.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show what runs now."""
        if self._status is not None:
            done = sum(self._counts.values())
            self._status.update(f"{done} of {self._total} done; now {nodeid.rpartition('::')[2]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str]:
        """Keep pytest's own letters off the screen."""
        return report.outcome, "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the row of a scenario that ended."""
        if report.failed:
            self._failures.append(report.longreprtext)
        for name, value in report.user_properties if report.when == "teardown" else ():
            if name == "harness":
                self._row(Outcome(**value))  # type: ignore[arg-type]

    def pytest_exception_interact(self, node: Any) -> None:
        """Make room for a debugger."""
        if self._status is not None and isinstance(node, pytest.Item):
            self._status.stop()

    def finish(self) -> None:
        """Print the failures and the closing line."""
        if self._status is not None:
            self._status.stop()
        for failure in self._failures:
            self._console.print()
            self._console.print(Text(failure))
        if self._quiet or not self._counts:
            return
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self._counts.items()))
        self._console.print(f"\n{counts} in {real(perf_counter() - self._started)}")

    def _row(self, outcome: Outcome) -> None:
        self._counts[outcome.outcome] = self._counts.get(outcome.outcome, 0) + 1
        if self._quiet:
            return
        if self._seeds == 1:
            self._print(outcome.id, outcome.outcome, outcome.real_s, outcome.virtual_s)
            return
        runs = self._merged.setdefault(outcome.id, [])
        runs.append(outcome)
        if outcome.outcome not in {"passed", "skipped"}:
            self._print(f"{outcome.id}  seed {outcome.seed}", outcome.outcome, outcome.real_s, outcome.virtual_s)
        if len(runs) == self._seeds:
            failed = sum(one.outcome not in {"passed", "skipped"} for one in runs)
            word = "failed" if failed else "passed"
            label = f"{outcome.id}  {self._seeds - failed} of {self._seeds} seeds clean"
            self._print(label, word, sum(one.real_s for one in runs), sum(one.virtual_s for one in runs))

    def _print(self, label: str, outcome: str, real_s: float, virtual_s: float) -> None:
        row = Text(f"{outcome:<7}", style=_COLOURS.get(outcome, ""))
        row.append(f" {label:<78} {real(real_s):>9} {virtual(virtual_s):>10}", style="default")
        self._console.print(row)
