"""Docker, by its command."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from pathlib import Path


def docker(*words: str, cwd: Path | None = None) -> str:
    """Run one command; returns what it wrote.

    :raises ClusterError: there is no Docker, or it refuses; in its own last words.
    """
    try:
        done = subprocess.run(  # noqa: S603  words of ours
            ["docker", *words],  # noqa: S607  whichever docker is first on the user's PATH
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd,
        )
    except FileNotFoundError:
        raise ClusterError("no docker on PATH: images are built with it; install Docker") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise ClusterError(f"docker {words[0]} failed: {' / '.join(said[-3:])}")
    return done.stdout.strip()


def image_id(name: str) -> str:
    """Return the id of a local image; empty when there is none.

    :raises ClusterError: Docker does not answer.
    """
    return docker("images", "--no-trunc", "--quiet", name).partition("\n")[0]
