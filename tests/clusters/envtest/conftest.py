"""Programs of a real control plane, or one clear reason why there are none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.clusters.envtest.binaries import Binaries, find
from harness.clusters.envtest.control_plane import ControlPlane, control_plane
from harness.clusters.envtest.errors import BinariesError


@pytest.fixture(scope="session")
def binaries() -> Binaries:
    """Find the programs; a test that needs them is skipped where there are none."""
    try:
        return find()
    except BinariesError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def plane(binaries: Binaries) -> Iterator[ControlPlane]:
    """Run a control plane for all tests of a module: starting one takes seconds."""
    with control_plane(binaries, users={"guest": ("visitors",)}) as found:
        yield found


@pytest.fixture
def program() -> Callable[..., Path]:
    """Provide a function that writes an executable shell script."""

    def write(path: Path, script: str = "exit 0") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def assets(tmp_path: Path, program: Callable[..., Path]) -> Path:
    """Make a folder of programs that only look like some."""
    for name in ("etcd", "kube-apiserver"):
        program(tmp_path / "assets" / name)
    return tmp_path / "assets"
