"""The root file system of a node, by debootstrap: packages of Debian and nothing else. Made once, kept as a tar file.

That needs root (`harness.clusters.kind.debootstrap`). So this part is a command of its own (``make kind-node-root``), which gives what
it made to the person behind ``sudo``; all the rest is done as that person. Beside it lie the files that the image of kube-proxy needs,
taken from the same packages: a program of iptables looks for its extensions' libraries only when a rule uses them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters import makefile
from harness.clusters.envtest.build import paced, say, show
from harness.clusters.kind.debootstrap import bootstrap, missing, pack
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.image import pins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ROOM: Final = 2 * 2**30
"""Bytes: the unpacked system, its packages, and the tar file."""

_IPTABLES: Final = ("usr/sbin/xtables-nft-multi", "usr/sbin/nft", "usr/lib/*/xtables/*.so")
_NAMES_OF_IPTABLES: Final = tuple(
    f"{name}{end}" for name in ("iptables", "ip6tables") for end in ("", "-save", "-restore")
)


@dataclass(frozen=True, slots=True)
class Debian:
    """What was made.

    :ivar system: a tar file of the whole.
    :ivar iptables: a tar file of iptables and nft with every library that they may load.
    """

    system: Path
    iptables: Path


def debian(*, say: Callable[[str], None] = say, show: Callable[[str], None] = show) -> Debian:
    """Return the root file system, made if need be.

    :raises KindError: debootstrap, the rights or the room for it are missing, or it failed.
    """
    folder = pins.home() / f"debian-{pins.debian_key()}"
    made = Debian(folder / "system.tar", folder / "iptables.tar")
    if made.system.exists():
        return made
    _check(folder)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".debian-", dir=folder.parent) as scratch:
        root = Path(scratch) / "root"
        show(f"Debian {pins.RELEASE}: fetching packages")
        tell = paced(show)
        bootstrap(
            root,
            pins.RELEASE,
            pins.PACKAGES,
            steps=lambda count: tell(f"Debian {pins.RELEASE}: {count} steps, {time.monotonic() - start:.0f} s"),
        )
        parts = Path(scratch) / "parts"
        parts.mkdir()
        _pack(parts / made.iptables.name, _files_of_iptables(root))
        pack(root, parts / made.system.name)
        _give(parts)
        parts.replace(folder)
    size = made.system.stat().st_size / 2**20
    say(f"Debian {pins.RELEASE}: root file system made in {time.monotonic() - start:.0f} s ({size:.0f} MB)")
    return made


def _check(folder: Path) -> None:
    if problem := missing():
        raise KindError(f"{problem}; then sudo -E make kind-node-root")
    folder.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder.parent).free
    if free < _ROOM:
        raise KindError(f"needs {_ROOM / 2**30:.0f} GB free in {folder.parent}, found {free / 2**30:.1f}: make room")


def _give(folder: Path) -> None:
    """Give it to the person behind ``sudo``, whose cache it lies in."""
    if user := os.environ.get("SUDO_UID"):
        for one in (folder, *folder.iterdir(), pins.home()):
            os.chown(one, int(user), int(os.environ.get("SUDO_GID", user)))


def _pack(archive: Path, files: Iterable[tuple[str, Path | str]]) -> None:
    """Write files under the given names; a string is the target of a symbolic link."""
    with tarfile.open(archive, "w", dereference=True) as tar:
        for name, source in files:
            if isinstance(source, Path):
                tar.add(source, name)
            else:
                link = tarfile.TarInfo(name)
                link.type, link.linkname = tarfile.SYMTYPE, source
                tar.addfile(link)


def _files_of_iptables(root: Path) -> Iterator[tuple[str, Path | str]]:
    programs = [file for pattern in _IPTABLES for file in sorted(root.glob(pattern))]
    yield from ((str(file.relative_to(root)), file) for file in programs)
    asked = ["chroot", str(root), "ldd", *(f"/{file.relative_to(root)}" for file in programs)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout  # noqa: S603  in the system just made
    for library in sorted(set(re.findall(r"(?:=> |^\t)(/\S+)", told, re.MULTILINE))):
        yield library.lstrip("/"), _within(root, library)
    yield from ((f"usr/sbin/{name}", "xtables-nft-multi") for name in _NAMES_OF_IPTABLES)


def _within(root: Path, path: str) -> Path:
    """Follow the symbolic links of a path as seen from inside."""
    at = root
    for part in Path(path).parts[1:]:
        at = at / part
        while at.is_symlink():
            target = at.readlink()
            at = root / target.relative_to("/") if target.is_absolute() else at.parent / target
    return at


if __name__ == "__main__":
    sys.exit(makefile.run("kind-node-root", lambda: debian(say=say, show=show)))
