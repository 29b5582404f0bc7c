"""The `harness` command as a process."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.project import project
from tests.cli.servers import HARNESS, PATIENCE_S, ROOT, Server, starter

__all__ = ["project"]


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server of this test's own."""
    with starter() as start:
        yield start


@pytest.fixture
def harness() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the command to its end."""

    def run(*arguments: str, folder: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HARNESS, *arguments],
            cwd=folder,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S * 2,
        )

    return run


@pytest.fixture(scope="session")
def kubectl() -> None:
    """Need kubectl; its absence is the one reason for which a test of this folder is skipped."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")
