"""Runs the scenarios on one cluster: ``harness run --record`` as a process of its own, and what it wrote.

A process, because a run leaves its marks on one (the clocks, imported scenarios, the garbage collector's memory), and no
column of the table should know what was played before it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from harness.parity.record import Record
from harness.processes import bound_to_us

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ROWS = ("passed ", "failed ", "error ", "skipped ")
"""How the lines of a table begin that are about one scenario."""

_WELL = (0, 1)
"""Exit codes of a run that came to its end; see `cli.exits`."""


class PlayError(Exception):
    """The scenarios could not be run; the message is what the run said.

    :ivar code: its exit code.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of one scenario.

    :ivar outcome: passed, failed, error or skipped.
    :ivar failure: the failure as it is printed; empty when there is none.
    :ivar differs: what may differ, and why, as the scenario says.
    :ivar record: what it did; ``None`` when it did not pass.
    """

    id: str
    outcome: str
    real_s: float
    seed: int = 0
    reason: str = ""
    failure: str = ""
    differs: Mapping[str, str] = field(default_factory=dict)
    record: Record | None = None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``harness run --json``."""
        return cls(
            id=row["id"],
            outcome=row["outcome"],
            real_s=row["real_s"],
            seed=row["seed"],
            reason=row.get("reason", ""),
            failure=row.get("failure", ""),
            differs=row.get("differs", {}),
            record=Record.read(row["record"]) if "record" in row else None,
        )


@dataclass(frozen=True, slots=True)
class Played:
    """All scenarios on one cluster.

    :ivar runs: in the order in which they ended.
    :ivar real_s: what it took, with the cluster's start and end.
    """

    runs: Sequence[Run]
    real_s: float

    def by_id(self) -> dict[str, Run]:
        """Return the runs by scenario; of several seeds the last."""
        return {run.id: run for run in self.runs}


def play(arguments: Sequence[str], *, ended: Callable[[str], None]) -> Played:
    """Run scenarios.

    :param arguments: what ``harness run`` takes beside ``--record`` and ``--json``.
    :param ended: is told the line of each scenario that ends.
    :raises PlayError: nothing was run, or the run was cut short.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="harness-parity-") as folder:
        outcomes, said = Path(folder, "outcomes.json"), Path(folder, "stderr")
        code = _run([*arguments, "--record", f"--json={outcomes}"], said, ended)
        if code not in _WELL:
            raise PlayError(code, said.read_text("utf-8", "replace").strip() or f"the run ended with exit code {code}")
        rows = json.loads(outcomes.read_text("utf-8"))["scenarios"]
    return Played([Run.read(row) for row in rows], time.perf_counter() - began)


def _run(arguments: Sequence[str], said: Path, ended: Callable[[str], None]) -> int:
    command = [sys.executable, "-m", "harness.cli", "run", *arguments]
    environ = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    with (
        said.open("wb") as errors,
        subprocess.Popen(  # noqa: S603  this very Python, and what the person gave us
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environ,
            process_group=0,  # Ctrl-C reaches us alone, and we pass it on
            preexec_fn=bound_to_us(signal.SIGINT),  # noqa: PLW1509  made for it; there are no threads here
        ) as child,
    ):
        assert child.stdout is not None
        try:
            for line in child.stdout:
                if line.startswith(_ROWS):
                    ended(line)
            return child.wait()
        except BaseException:  # a Ctrl-C, too: the run takes its cluster down before we go
            _interrupt(child)
            raise


def _interrupt(child: subprocess.Popen[str]) -> None:
    """End a run in good order: it takes its cluster down first. At a second Ctrl-C, at once."""
    child.send_signal(signal.SIGINT)
    try:
        child.communicate()
    except KeyboardInterrupt:
        child.kill()
