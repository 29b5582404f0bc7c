"""Docker and kind as scripts, for situations that cannot be made with the real ones."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """Provide a function that writes an executable shell script into a folder ``bin``."""

    def write(name: str, script: str = "exit 0") -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave nothing on the PATH but that folder, and a cache that is empty."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    for name in ("KIND_EXPERIMENTAL_PROVIDER", "KIND_NODE_IMAGE", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    return folder
