"""A base image with Python and nothing else, out of Debian's packages: for machines that reach no image registry.

Where a registry can be reached, any image with Python 3.11 or newer does as well: ``IMAGE_BASE=python:3.13-slim make images``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.kind.engine import Engine

RELEASE: Final = "bookworm"
_PACKAGES: Final = ("python3", "ca-certificates")
NAME: Final = f"controller-rehearsal/python:debian-{RELEASE}"

_MIRROR: Final = "DEBIAN_MIRROR"
_NOT_NEEDED: Final = (
    "var/cache/apt", "var/cache/debconf", "var/lib/apt/lists", "var/log", "usr/share/doc", "usr/share/man", "usr/share/locale",
    "usr/share/info", "usr/share/lintian",
)  # fmt: skip
"""Folders whose content stays out."""


def base_image(engine: Engine, *, say: Callable[[str], None]) -> str:
    """Return the name of the base image, made if need be.

    :raises ClusterError: debootstrap or the rights for it are missing, or it failed; the message says what to do.
    """
    if engine.image(NAME):
        return NAME
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise ClusterError(
            "a base image is made as root, with debootstrap (apt-get install debootstrap); "
            "or name one that has Python 3.11 or newer: IMAGE_BASE=python:3.13-slim make images"
        )
    say(f"making a base image out of Debian {RELEASE} (a minute)")
    with tempfile.TemporaryDirectory(prefix="base-image-") as scratch:
        root, archive = Path(scratch) / "root", Path(scratch) / "root.tar"
        _bootstrap(root)
        for name in _NOT_NEEDED:
            shutil.rmtree(root / name, ignore_errors=True)
            (root / name).mkdir(parents=True)
        with tarfile.open(archive, "w") as tar:
            tar.add(root, ".")
        engine.run("import", str(archive), NAME)
    return NAME


def _bootstrap(root: Path) -> None:
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(_PACKAGES)}", RELEASE, str(root)]
    if mirror := os.environ.get(_MIRROR):
        command.append(mirror)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603  fixed words
    if done.returncode:
        last = (done.stdout.strip() or done.stderr.strip()).splitlines()[-1:]
        raise ClusterError(f"debootstrap failed: {' '.join(last)}; {_MIRROR} names another mirror")
