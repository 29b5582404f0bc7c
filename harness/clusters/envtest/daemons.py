"""Programs of a control plane: they write into a log of their own, and end when we do, however we end.

Nothing that they hold is worth an orderly end: kube-apiserver would take four seconds for one. So they are killed, by us or, when
we are killed ourselves, by the kernel (`harness.processes.bound_to_us`; Linux only).
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from harness.clusters.envtest.errors import ControlPlaneError
from harness.processes import ProcessError, bound_to_us, how

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LAST_WORDS = 3
"""Lines of a log that an error ends with."""


class Daemon:
    """One running program. Start it in the main thread.

    :param log: the file that takes all that it writes.
    :raises ControlPlaneError: there is no such program, or it cannot be run here.
    """

    def __init__(self, name: str, command: Sequence[str], *, log: Path) -> None:
        self.name, self.log = name, log
        try:
            with log.open("ab") as stream:
                self._process = subprocess.Popen(  # noqa: S603  a program of a control plane of ours
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    env={"PATH": os.environ.get("PATH", os.defpath)},  # no proxy, no flags of Go's, nobody's kubeconfig
                    cwd=log.parent,
                    process_group=0,  # a Ctrl-C at our terminal is ours alone
                    preexec_fn=bound_to_us(signal.SIGKILL),  # noqa: PLW1509  takes no lock, imports nothing
                )
        except OSError as error:
            raise ControlPlaneError(f"cannot run {command[0]}: {error.strerror}") from error
        except ProcessError as error:
            raise ControlPlaneError(str(error)) from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """Look whether it still runs.

        :raises ControlPlaneError: it has ended; the message says how, and what it said last.
        """
        if (code := self._process.poll()) is not None:
            raise ControlPlaneError(f"{self.name} ended {how(code)}: {self.last_words()}")

    def last_words(self) -> str:
        """Return the last lines of its log, on one line."""
        lines = [line.strip() for line in self.log.read_text("utf-8", "replace").splitlines() if line.strip()]
        return " / ".join(lines[-_LAST_WORDS:]) or "it said nothing"

    def end(self) -> None:
        """End it at once, if it has not, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
