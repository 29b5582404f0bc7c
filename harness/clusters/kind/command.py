"""Calls kind: tells its steps as they come, keeps what it says, and tells in one line why it failed.

It runs in a process group of its own: Ctrl-C in a terminal reaches us alone, and we end it before we remove what it has begun.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.engine import PROVIDER
from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.clusters.kind.engine import Engine

_LEAVE_S: Final = 15.0
"""What kind, and what it has started, may take to end when it is asked to."""

_LOOK_S: Final = 0.05
"""Between two looks whether they have."""

_KNOWN_TROUBLE: Final = {
    r"port is already allocated|address already in use|bind: .*permission denied": "a port that the configuration names cannot be had "
    "({detail}): free it, or take it out of the configuration",
    r"failed to pull image|pull access denied|manifest unknown|no such host|failed to resolve reference": "no node image, and no registry "
    "that has one: make kind-node-image makes one of Go modules and Debian packages, KIND_NODE_IMAGE names one that is at hand",
    r"unable to apply caps|operation not permitted": "{engine} may not start privileged containers here ({detail}): docs/kind.md says "
    "how, without CAP_SYS_RESOURCE",
    r"unknown field|unable to decode config|invalid configuration|error converting YAML": "kind does not take the configuration: {detail}",
    r"could not find a log line that matches": "the node does not start: is it a node image? ({detail})",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """The program, with the engine that it uses."""

    program: Path
    engine: Engine

    def run(self, *words: str, log: Path, at: Callable[[str], None] = lambda _: None) -> str:
        """Run one command; returns the last lines of what it said.

        :param log: takes all that it says.
        :param at: hears of its steps.
        :raises KindError: it failed.
        """
        lines: list[str] = []
        with (
            log.open("wb") as kept,
            subprocess.Popen(  # noqa: S603  kind, with words of ours
                [self.program, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, PROVIDER: self.engine.name},
                process_group=0,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                for raw in process.stdout:
                    kept.write(raw)
                    line = raw.decode("utf-8", "replace").strip()
                    lines.append(line)
                    if step := re.match(r"• (.+?)\W*$", line):
                        at(step[1].lower())
            except BaseException:  # Ctrl-C above all: what it has begun is removed by whoever called
                _end(process)
                raise
        if process.returncode:
            raise KindError(self._why(words[0], lines, log))
        return "\n".join(lines[-5:])

    def _why(self, what: str, lines: list[str], log: Path) -> str:
        text = "\n".join(lines)
        if trouble := self.engine.known_trouble(text):
            return trouble
        errors = [line for line in lines if "ERROR" in line or "Error" in line or "error" in line]
        for pattern, advice in _KNOWN_TROUBLE.items():
            if match := re.search(pattern, text, re.IGNORECASE):
                detail = next((line for line in lines if match[0] in line), match[0])[-160:]
                return f"{advice.format(detail=detail, engine=self.engine.name)}; all of it: {log}"
        return f"kind {what} failed: {(errors or lines or ['it said nothing'])[0][-200:]}; all of it: {log}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it, and wait for what it has started: a call of the engine that is under way makes a container yet, if it is cut off."""
    end = time.monotonic() + _LEAVE_S
    process.terminate()
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(_LOOK_S)
        os.killpg(process.pid, signal.SIGKILL)
