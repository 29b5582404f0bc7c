"""A private folder for one server's files, removed with it; what a killed process left behind is swept up by the next one.

All folders lie side by side in a base folder, ``controller-rehearsal-<uid>``, which also keeps what is made once and copied often. Beside
each folder lies a file that its maker holds locked while it lives: the kernel lets go of the lock when the process ends, however it ends.

The base folder is in memory (``/dev/shm``) where there is room, because some disks take a second for what memory does in 50 ms: a data folder
of a thousand small files. Otherwise, and for programs (memory is often mounted without the right to execute), it is in the temporary folder.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.datastorage.errors import EmbeddedPostgresError

_MEMORY = Path("/dev/shm")  # noqa: S108  what we make there is checked to be ours alone

_ROOM = 512 * 2**20
"""Bytes that must be free in memory: a data folder takes 30 MB, a long exploration perhaps ten times that. A container has 64 MB in all."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The base folder, which outlives us, and a folder that does not."""

    base: Path
    folder: Path


@contextmanager
def workspace(*, parent: Path | None = None) -> Iterator[Workspace]:
    """Provide a folder of our own, and remove it at the end.

    :raises EmbeddedPostgresError: the base folder belongs to somebody else.
    """
    base = base_folder(parent or _roomy())
    _sweep(base)
    lock, folder = _locked_name(base)
    try:
        folder.mkdir(mode=0o711)
        yield Workspace(base, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".lock").unlink(missing_ok=True)
        os.close(lock)


def _roomy() -> Path:
    """Return memory, where there is enough of it, or the temporary folder."""
    try:
        memory = os.statvfs(_MEMORY)
    except OSError:
        return Path(tempfile.gettempdir())
    enough = memory.f_bavail * memory.f_frsize >= _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    return _MEMORY if enough else Path(tempfile.gettempdir())


def base_folder(parent: Path) -> Path:
    """Make or find the base folder. Its name can be guessed, so it is used only when it is ours alone.

    :raises EmbeddedPostgresError: it is not.
    """
    base = parent / f"controller-rehearsal-{os.geteuid()}"
    base.mkdir(mode=0o711, exist_ok=True)
    found = base.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise EmbeddedPostgresError(f"{base} is not a folder of ours alone: remove it")
    return base


def _locked_name(base: Path) -> tuple[int, Path]:
    while True:
        handle, name = tempfile.mkstemp(prefix="run-", suffix=".lock", dir=base)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # a sweeper that came in between has taken the file away: take another
            return handle, Path(name).with_suffix("")
        os.close(handle)


def _sweep(base: Path) -> None:
    """Remove the folders whose makers are gone and whose servers are too."""
    for lock in sorted(base.glob("run-*.lock")):
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue  # swept by somebody else in this moment
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _server_lives(lock.with_suffix("")):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)
        except BlockingIOError:
            pass  # its maker lives
        finally:
            os.close(handle)


def _server_lives(folder: Path) -> bool:
    """Whether the server of a killed maker is still on its way out."""
    try:
        os.kill(int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0]), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
