"""A private folder for one run, removed with it; what a killed process left behind is swept up by the next one.

Its maker holds a file beside it locked while it lives: the kernel lets go of the lock when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clusters.envtest.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def workspace(*, parent: Path | None = None) -> Iterator[Path]:
    """Provide an empty folder that only we may enter (0700), and remove it at the end.

    :raises ControlPlaneError: the folder around it belongs to somebody else.
    """
    base = _base(parent or Path(tempfile.gettempdir()))
    _sweep(base)
    lock, folder = _locked_name(base)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".lock").unlink(missing_ok=True)
        os.close(lock)


def _base(parent: Path) -> Path:
    """Make or find the folder around all runs. Its name can be guessed, so it is used only when it is ours alone."""
    base = parent / f"controller-rehearsal-envtest-{os.geteuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    found = base.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise ControlPlaneError(f"{base} is not a folder of ours alone: remove it")
    return base


def _locked_name(base: Path) -> tuple[int, Path]:
    while True:
        handle, name = tempfile.mkstemp(prefix="run-", suffix=".lock", dir=base)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # a sweeper that came in between has taken the file away: take another
            return handle, Path(name).with_suffix("")
        os.close(handle)


def _sweep(base: Path) -> None:
    """Remove the folders whose makers are gone: the processes in them ended with their makers."""
    for lock in sorted(base.glob("run-*.lock")):
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue  # swept by somebody else in this moment
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
        except BlockingIOError:
            pass  # its maker lives
        finally:
            os.close(handle)
