"""kubectl, and what was said with it on one server."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

from harness.clusters.envtest.pinned import built

from ..script import Scripts, Stage
from ..servers import PERSON
from .masking import mask

script = Scripts("kubectl")

_ENDS_S = 60
_BUILT = built() / "kubectl"
PROGRAM = str(_BUILT) if _BUILT.exists() else shutil.which("kubectl")
"""The one of ``make kubectl``, whose version is known; else the one on the PATH; None where there is neither."""


class Kubectl:
    """Runs kubectl in a namespace of its own, and writes down exit code, stdout and stderr of each command.

    :ivar folder: where manifests are put; the working directory.
    """

    def __init__(self, stage: Stage) -> None:
        self.server, self.namespace, self.folder = stage.server, stage.namespace, stage.folder
        self._steps = stage.recording.steps
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(stage.folder),
            "KUBECONFIG": str(stage.server.kubeconfig),
            "KUBECTL_EXTERNAL_DIFF": "diff -u -N",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    def __call__(self, command: str, stdin: str | None = None, **environment: str) -> str:
        """Run a command line and write down how it went.

        :returns: its standard output, as it is.
        """
        done = self.aside(command, stdin, **environment)
        self.note(command, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def note(self, command: str, code: int, out: str, error: str) -> None:
        self._steps.append({"asked": f"kubectl {command}", "exit": code, "out": mask(out), "error": mask(error)})

    def aside(self, command: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command line that is not part of the suite."""
        return subprocess.run(
            [PROGRAM or "kubectl", "--namespace", self.namespace, *shlex.split(command)],
            check=False,
            input=stdin or "",
            text=True,
            capture_output=True,
            cwd=self.folder,
            env=self._environment | environment,
            timeout=_ENDS_S,
        )

    def write(self, name: str, text: str) -> None:
        """Put a file where the commands run."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def start(self, command: str) -> "Running":
        """Run a command in the background."""
        process = subprocess.Popen(
            [PROGRAM or "kubectl", "--namespace", self.namespace, *shlex.split(command)],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=self._environment,
        )
        return Running(self, command, process)

    def until(self, command: str, wanted: str) -> None:
        """Run a command, not part of the suite, until its output contains what is wanted."""
        deadline = time.monotonic() + _ENDS_S
        while wanted not in (done := self.aside(command)).stdout + done.stderr:
            assert time.monotonic() < deadline, done
            time.sleep(0.1)  # a poll of another process

    def as_person(self) -> str:
        """Return the flags that make kubectl somebody without rights."""
        return f"--token={PERSON}"


class Running:
    """A command in the background."""

    def __init__(self, kubectl: Kubectl, command: str, process: subprocess.Popen[str]) -> None:
        self._kubectl, self._command, self._process = kubectl, command, process
        self._lines: list[str] = []

    def line(self) -> str:
        """Wait for the next line of output."""
        assert self._process.stdout
        self._lines.append(self._process.stdout.readline())
        return self._lines[-1]

    def end(self, *, silently: bool = False) -> None:
        """Wait until it ends, and write down how it went; only the exit code, if what it says depends on the moment."""
        out, error = self._process.communicate(timeout=_ENDS_S)
        out = "" if silently else "".join(self._lines) + out
        self._kubectl.note(self._command, self._process.returncode, out, error)

    def interrupt(self) -> None:
        """End it as Ctrl-C does, and write down what was read from it."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=_ENDS_S)
        self._kubectl.note(self._command, 0, "".join(self._lines), "")


@contextlib.contextmanager
def session(stage: Stage) -> Iterator[Kubectl]:
    """Hand kubectl over; there is nothing to open."""
    yield Kubectl(stage)
