"""The live table of ``harness run``: a row appears as its scenario ends; what runs now stands below."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.text import Text

from harness.plugin.options import CLUSTER, on_real_cluster
from harness.plugin.results import outcomes_in
from harness.report.durations import real, virtual
from harness.report.seeds import Runs, shortened

if TYPE_CHECKING:
    from rich.status import Status

    from harness.report.outcomes import Outcome

_COLOURS = {"passed": "green", "failed": "red", "error": "red", "skipped": "yellow"}

_FIGURES = 8 + 1 + 9 + 1 + 10
"""Columns that a row needs beside its label: outcome, real and virtual time."""

_LABEL = 78
"""Columns of the label where there is room."""


class LiveTable:
    """A pytest plugin that prints outcomes instead of dots. Honours NO_COLOR and plain pipes, as rich does.

    :param quiet: standard output belongs to somebody else: print nothing but failures, and those to standard error.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=quiet, highlight=False, soft_wrap=True)
        self._quiet = quiet
        self._status: Status | None = None
        self._runs: dict[str, Runs] = {}
        self._crashes: list[str] = []
        self._started = time.perf_counter()
        self._total = self._done = 0
        self._seeds = 1
        self._headed = False
        self._virtual = True
        room = self._console.width - _FIGURES if self._console.is_terminal else _LABEL
        self._label = max(20, min(_LABEL, room))

    # -- what pytest tells

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what is about to run."""
        self._total = max(self._total, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Count what the workers are about to run; each of them collects all of it."""
        self._total = len(ids)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Say what is about to run."""
        option = session.config.getoption
        self._seeds = option("--seeds")
        if self._quiet or session.testsfailed:
            return
        noun = "scenario" if self._seeds == 1 else "run"
        what = f"{self._total} {noun}{'s' if self._total != 1 else ''}" if self._total else "scenarios"
        self._virtual = not on_real_cluster(session.config)
        seeds = f"seed {option('--seed')}" if self._virtual else f"real time, {session.config.stash[CLUSTER]}"
        if self._seeds > 1:
            seeds = f"seeds {option('--seed')}-{option('--seed') + self._seeds - 1}"
        workers = f", in {option('numprocesses')} processes" if option("numprocesses", None) else ""
        defects = "".join(f", with defect {name}" for name in option("--with-defect"))
        self._console.print(f"{what} on the {option('--cluster')} cluster, {seeds}{workers}{defects}")
        if self._console.is_terminal and not option("usepdb"):
            self._status = self._console.status("setting the stage")
            self._status.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show what runs now."""
        if self._status is not None:
            now = nodeid.rpartition("::")[2].removeprefix("test_").replace("_", "-")
            of = f" of {self._total}" if self._total else ""
            self._status.update(Text(shortened(f"{self._done}{of} done; now {now}", self._console.width - 4)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the row of a scenario that ended."""
        if report.failed and report.when not in {"setup", "call", "teardown"}:
            self._crashes.append(report.longreprtext)  # a worker is gone, and its scenario with it
        for outcome in outcomes_in(report):
            self._done += 1
            self._take(outcome)

    # -- what people see

    def finish(self, *, stopped: str = "") -> None:
        """Print the failures and the closing line.

        :param stopped: what ended the run before its end, such as ``by Ctrl-C``; else empty.
        """
        if self._status is not None:
            self._status.stop()
            self._status = None
        for runs in self._runs.values():
            if self._seeds > 1 and len(runs.outcomes) < self._seeds:
                self._print_runs(runs)
        for block in [*self._blocks(), *self._crashes]:
            self._console.print()
            self._console.print(Text(block))
        if not self._quiet and (self._runs or stopped):
            self._console.print(f"\n{self._closing(stopped)}")
            for line in self._skipped():
                self._console.print(Text(line, style="dim"))

    def _take(self, outcome: Outcome) -> None:
        if outcome.refused:
            return  # said once, by whoever started the run
        runs = self._runs.setdefault(outcome.id, Runs())
        runs.outcomes.append(outcome)
        if self._seeds == 1:
            self._print(outcome.id, "", outcome.outcome, outcome.real_s, outcome.virtual_s)
        elif len(runs.outcomes) == self._seeds:
            self._print_runs(runs)

    def _blocks(self) -> list[str]:
        """Return what failed; a failure that many scenarios share in every word is told once."""
        blocks: dict[str, str] = {}
        others: dict[str, int] = {}
        for runs in self._runs.values():
            if not runs.failed:
                continue
            first = runs.failed[0]
            key = first.failure if first.outcome == "error" else first.block
            if key in blocks:
                others[key] = others.get(key, 0) + 1
            else:
                blocks[key] = first.block + runs.further()
        return [
            block
            + (f"\n  the same  in {others[key]} more scenario{'s' if others[key] > 1 else ''}" if key in others else "")
            for key, block in blocks.items()
        ]

    def _skipped(self) -> list[str]:
        """Say why scenarios were skipped, a line for each reason."""
        reasons: dict[str, int] = {}
        for runs in self._runs.values():
            for one in runs.outcomes:
                if one.outcome == "skipped":
                    reasons[one.reason] = reasons.get(one.reason, 0) + 1
        return [f"  {count} skipped: {reason}" for reason, count in reasons.items()]

    def _closing(self, stopped: str) -> str:
        counts: dict[str, int] = {}
        for runs in self._runs.values():
            for one in runs.outcomes:
                counts[one.outcome] = counts.get(one.outcome, 0) + 1
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing done"
        of = f" of {self._total}" if self._total else ""
        left = f"; stopped {stopped} after {self._done}{of}" if stopped else ""
        return f"{told} in {real(time.perf_counter() - self._started)}{left}"

    def _print_runs(self, runs: Runs) -> None:
        real_s, virtual_s = (sum(getattr(one, name) or 0 for one in runs.outcomes) for name in ("real_s", "virtual_s"))
        word = "failed" if runs.failed else "passed"
        seeds = runs.summary() if self._label == _LABEL else runs.brief()
        self._print(runs.outcomes[0].id, f"  {seeds}", word, real_s, virtual_s)

    def _print(self, name: str, rest: str, outcome: str, real_s: float, virtual_s: float | None) -> None:
        if self._quiet:
            return
        if not self._headed:
            self._headed = True
            head = f"{'':7} {'scenario':<{self._label}} {'real':>9}" + (f" {'virtual':>10}" if self._virtual else "")
            self._console.print()
            self._console.print(Text(head, style="dim"))
        label = shortened(name, max(10, self._label - len(rest))) + rest
        row = Text(f"{outcome:<7}", style=_COLOURS.get(outcome, ""))
        row.append(f" {label:<{self._label}} {real(real_s):>9}", style="default")
        if self._virtual:
            row.append(f" {virtual(virtual_s or 0.0):>10}", style="default")
        self._console.print(row)
