"""A running ``harness serve``, for tests."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HARNESS = [sys.executable, "-m", "harness.cli"]

PATIENCE_S = 60
"""For what takes two seconds on a machine with nothing else to do."""


@dataclass(frozen=True)
class Server:
    """A running ``harness serve``."""

    process: subprocess.Popen[str]
    url: str
    kubeconfig: Path

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig)}

    def kubectl(self, *words: str, text: str | None = None) -> str:
        """Run kubectl to its end; returns what it printed."""
        done = subprocess.run(
            ["kubectl", *words],  # noqa: S607 - whichever the machine has
            input=text,
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout

    def descendants(self) -> list[int]:
        """Return a handle of each process below it; handles stay good when the processes are gone."""
        return [os.pidfd_open(pid) for pid in _below(self.process.pid)]


def _below(pid: int) -> list[int]:
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return [*children, *(grandchild for child in children for grandchild in _below(child))]


def gone(handles: list[int]) -> bool:
    """Wait until all of the processes have ended."""
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    left = set(handles)
    while left and (found := poll.poll(PATIENCE_S * 1000)):
        for handle, _ in found:
            poll.unregister(handle)
            left.discard(handle)
            os.close(handle)
    return not left


@contextlib.contextmanager
def starter() -> Iterator[Callable[..., Server]]:
    """Provide a function that starts ``harness serve --json`` and waits for its line; what still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, folder: Path = ROOT) -> Server:
        process = subprocess.Popen(
            [*HARNESS, "serve", "--json", *arguments],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        line = process.stdout.readline()
        assert line, f"harness serve ended: {process.communicate()[1]}"
        found = json.loads(line)
        assert {"url", "kubeconfig"} == set(found)
        return Server(process, found["url"], Path(found["kubeconfig"]))

    try:
        yield start
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
