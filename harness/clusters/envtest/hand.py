"""One control plane that outlives the command which started it: for kubectl, and for trying out an operator by hand.

A process of its own keeps it (`keeper`), and holds a file locked as long as it lives. So "it runs" is what the kernel says, not what
a file claims, and the process that is ended is always the one that we started: a process id that was given away again is never met.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

import orjson

from harness.clusters.envtest.errors import ControlPlaneError
from harness.clusters.envtest.pinned import cache
from harness.clusters.private import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LOOK_S: Final = 0.05
"""Between two looks at something that takes a second or more."""

_LEAVE_S: Final = 20.0
"""What an orderly end may take: it kills three programs and removes a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A control plane that is kept running.

    :ivar pid: of the process that keeps it.
    :ivar folder: where its logs are.
    :ivar source: where its programs came from.
    :ivar missing: what it lacks, in one line; empty for nothing.
    """

    pid: int
    url: str
    kubeconfig: str
    folder: str
    since: datetime
    source: str
    missing: str = ""

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read what `write` wrote."""
        found = orjson.loads(content)
        return cls(**{**found, "since": datetime.fromisoformat(found["since"])})

    def write(self) -> bytes:
        """Return it as JSON."""
        return orjson.dumps(asdict(self))


class Place:
    """The files of the one control plane that is kept for a person.

    :param folder: where they are; by default in the cache folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache() / "clusters" / "envtest"
        self.kubeconfig, self.log = self.folder / "kubeconfig", self.folder / "keeper.log"
        self._state, self._lock = self.folder / "state.json", self.folder / "lock"

    @contextlib.contextmanager
    def held(self, *, tries: int = 1) -> Iterator[bool]:
        """Hold the lock while the block runs; yields whether it could be had: not while a keeper lives.

        :param tries: a keeper tries more than once, since somebody who only looks holds the lock for a moment, too.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield any(_locked(handle, wait=bool(attempt)) for attempt in range(tries))
        finally:
            os.close(handle)

    def announce(self, kept: Kept, *, kubeconfig: bytes) -> None:
        """Write down what is kept. For its keeper, who holds the lock."""
        write_private(self.kubeconfig, kubeconfig)
        write_private(self._state, kept.write())

    def clear(self) -> None:
        """Forget what was kept. For who holds the lock."""
        self._state.unlink(missing_ok=True)
        self.kubeconfig.unlink(missing_ok=True)

    def status(self) -> Kept | None:
        """Return what runs and is ready, if anything does; what a killed keeper left behind is cleared."""
        with self.held() as free:
            if free:
                self.clear()
                return None
        return self.announced()

    def announced(self) -> Kept | None:
        """Return what was announced last, whether or not its keeper lives; ``None`` on its way up or down."""
        try:
            return Kept.read(self._state.read_bytes())
        except FileNotFoundError:
            return None


def up(place: Place, *, crds: Sequence[Path] = ()) -> Kept:
    """Start a control plane that stays, and wait until it is ready. One that runs already is returned as it is.

    :param crds: files or folders of CRDs and namespaces to begin with.
    :raises ControlPlaneError: it did not start, or it runs already and ``crds`` came too late.
    """
    if (kept := place.status()) is not None:
        if crds:
            raise ControlPlaneError("it is up already: kubectl apply -f what it lacks, or take it down first")
        return kept
    with place.log.open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603  this very Python
            [
                sys.executable,
                "-m",
                "harness.clusters.envtest.keeper",
                str(place.folder),
                *(str(one.absolute()) for one in crds),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it stays when the terminal goes
        )
    try:
        return _ready(place, keeper)
    except BaseException:  # Ctrl-C too: a control plane that nobody heard of must not stay
        keeper.terminate()
        keeper.wait()
        raise


def down(place: Place) -> Kept | None:
    """End what runs; returns what it was.

    :raises ControlPlaneError: it does not end.
    """
    kept = place.status()
    if kept is None:
        return None
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.kill(kept.pid, number)
        end = time.monotonic() + _LEAVE_S
        while time.monotonic() < end:
            with place.held() as free:
                if free:
                    place.clear()
                    return kept
            time.sleep(_LOOK_S)
    raise ControlPlaneError(f"the keeper, process {kept.pid}, does not end")


def _locked(handle: int, *, wait: bool) -> bool:
    if wait:
        time.sleep(_LOOK_S)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ready(place: Place, keeper: subprocess.Popen[bytes]) -> Kept:
    """Wait for our keeper. Looks at what it wrote, not at the lock, which a look would hold for a moment."""
    while True:
        ended = keeper.poll() is not None
        if (kept := place.announced()) is not None and (kept.pid == keeper.pid or ended):
            return kept  # of another keeper, if ours came second
        if ended:
            raise ControlPlaneError(_last_line(place.log))
        time.sleep(_LOOK_S)


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "its keeper ended and said nothing"
