"""A root file system out of packages of Debian and nothing else, by debootstrap: of a node, and of an image with Python in it.

debootstrap unpacks with real owners and runs the packages' scripts in a chroot: both need root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MIRROR: Final = "DEBIAN_MIRROR"
"""Names another mirror than Debian's own."""

_NOT_NEEDED: Final = (
    "var/cache/apt", "var/cache/debconf", "var/lib/apt/lists", "var/log", "usr/share/doc", "usr/share/man", "usr/share/locale",
    "usr/share/info", "usr/share/lintian",
)  # fmt: skip
"""Folders whose content stays out: a quarter of the whole, and of what Docker copies into the volume of every new node."""


def missing() -> str:
    """Say what stands in the way of it, and the way out; "" when nothing does."""
    if os.geteuid() != 0:
        return "a root file system is made as root (debootstrap needs chroot and mknod)"
    if shutil.which("debootstrap") is None:
        return "no debootstrap: on Debian and Ubuntu apt-get install debootstrap"
    return ""


def bootstrap(
    root: Path, release: str, packages: Sequence[str], *, steps: Callable[[int], None] = lambda _: None
) -> None:
    """Make the root file system of a release with some packages.

    :param steps: is told how many steps have been taken, after each.
    :raises KindError: debootstrap failed; the message ends with its last line.
    """
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", release, str(root)]
    if mirror := os.environ.get(MIRROR):
        command.append(mirror)
    last, count = "", 0
    with subprocess.Popen(  # noqa: S603  words of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as run:
        assert run.stdout is not None
        for line in run.stdout:
            last, count = line.strip(), count + 1
            steps(count)
    if run.returncode:
        raise KindError(f"debootstrap failed: {last}; {MIRROR} names another mirror")


def pack(root: Path, archive: Path) -> None:
    """Write a root file system as a tar file, without what nobody needs there."""
    for name in _NOT_NEEDED:
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir(parents=True)
    with tarfile.open(archive, "w") as tar:
        tar.add(root, ".")
