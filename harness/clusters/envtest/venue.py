"""The envtest cluster as a place for scenarios: a control plane that runs while the block runs."""

from __future__ import annotations

import contextlib
import re
import subprocess
from typing import TYPE_CHECKING

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.real.venue import Venue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "envtest"


def check() -> str:
    """Look whether there is what it takes; returns what will run, for people.

    :raises BinariesError: a program is missing; the message says what to do.
    """
    found = find()
    return f"Kubernetes {_version(found.api_server)} ({found.source})"


@contextlib.contextmanager
def venue() -> Iterator[Venue]:
    """Run a control plane for many scenarios. Start it in the main thread.

    :raises ClusterError: it does not start.
    """
    found = find()
    with control_plane(found) as plane:
        yield Venue(
            name=NAME,
            address=plane.address,
            about=f"Kubernetes {_version(found.api_server)} ({found.source})",
            missing=found.missing,
            check=plane.check,
        )


def _version(program: Path) -> str:
    """Ask a program which version it is: ``Kubernetes v1.36.3``."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603  of a control plane of ours
    match = re.search(r"v(\d\S*)", done.stdout)
    return match[1] if match else "of unknown version"
