"""Who plays on a cluster that outlives them: a mark per session, by which what a killed one left behind is found and removed.

A session holds a file locked while it lives; the kernel lets go of the lock when the process ends, however it ends. All that a session
makes on the cluster carries its mark as a label: namespaces, and the binding of its administrator.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LABEL: Final = "controller-rehearsal/session"


@contextlib.contextmanager
def session(folder: Path) -> Iterator[str]:
    """Provide a mark that nobody else has, for as long as the block runs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        mark = secrets.token_hex(4)
        lock = folder / mark
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:  # a sweeper that came in between has taken the file away: take another
            break
        os.close(handle)
    try:
        yield mark
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


@contextlib.contextmanager
def ended(folder: Path) -> Iterator[list[str]]:
    """Provide the marks of sessions that ended without a word; they are forgotten if the block goes well."""
    handles: dict[Path, int] = {}
    try:
        for lock in sorted(folder.glob("*")) if folder.is_dir() else ():
            try:
                handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # it ended in this moment
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                handles[lock] = handle
            except BlockingIOError:
                os.close(handle)  # it lives
        yield [lock.name for lock in handles]
        for lock in handles:
            lock.unlink(missing_ok=True)
    finally:
        for handle in handles.values():
            os.close(handle)
