"""The packages of the image: what the lock names, for the Python of the base image.

They come out of uv's cache where ``make`` has filled it, so that nothing is fetched twice and a machine without a network can
build; what is not there is fetched.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.clusters.kind.engine import Engine


def python_of(engine: Engine, image: str) -> str:
    """Return the version of an image's ``python3``, as ``3.11``.

    :raises ClusterError: it has none, or an old one.
    """
    words = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        version = engine.run("run", "--rm", "--network=none", "--entrypoint=python3", image, "-c", words)
    except ClusterError as error:
        raise ClusterError(f"the base image {image} has no python3 that runs: {error}") from error
    if not re.fullmatch(r"3\.\d+", version) or int(version.partition(".")[2]) < 11:
        raise ClusterError(f"the base image {image} has Python {version}: needs 3.11 or newer")
    return version


def install(target: Path, *, requirements: Path, python: str) -> None:
    """Install packages into a folder, each with the hash that the lock names.

    :raises ClusterError: one cannot be had; in uv's words.
    """
    words = ["pip", "install", "--quiet", f"--target={target}", f"--python-version={python}", "--only-binary=:all:"]
    words += ["--require-hashes", "-r", str(requirements)]
    if _uv([*words, "--offline"]).returncode == 0:
        return
    done = _uv(words)
    if done.returncode:
        raise ClusterError(f"the packages of the image cannot be installed: {done.stderr.strip()}")


def _uv(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("uv")  # not resolved: the virtual environment's
    return subprocess.run([str(program), *words], capture_output=True, text=True, check=False)  # noqa: S603  words of ours
