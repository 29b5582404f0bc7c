"""A kind cluster to play on: the one that `make kind-up` makes."""

import fcntl
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness.clusters.cluster import ClusterError
from harness.clusters.kind import venue
from tests.deployment.conftest import ROOT

PATIENCE_S = 900


def _missing():
    try:
        venue.check()
    except ClusterError as error:
        return str(error)
    return "" if shutil.which("docker") else "no docker on PATH"


def pytest_collection_modifyitems(items):
    """Skip what is here where there is no such cluster, with the one reason; asked once, and only when something is here."""
    here = [item for item in items if item.path.parent == ROOT / "tests" / "deployment" / "kind"]
    if here and (why := _missing()):
        for item in here:
            item.add_marker(pytest.mark.skip(reason=f"no kind cluster to play on: {why}"))


@pytest.fixture(scope="session")
def run():
    """Play scenarios with operators as pods, by way of pytest; returns the process when it has ended."""

    def play(*words):
        """Wait for one's turn: there is one deployment on a cluster, and these tests may have several workers."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--cluster", "kind", "--deploy", *words]
        with (Path(tempfile.gettempdir()) / "controller-rehearsal-deployment.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return subprocess.run(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
            )

    return play
