"""The embedded server and a real kube-apiserver, side by side, for the same client: over TLS, with a token, with crds/ applied."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.registry import UnavailableError
from benchmarks.serving import served
from benchmarks.ways import Client
from benchmarks.workload import CRDS
from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.errors import BinariesError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from harness.clusters.cluster import Address

OURS, REAL = "embedded", "kube-apiserver"
_KB = 1024

_GLANCE_S = 0.03
_RESTING_SHARE = 0.1
"""Of one core: what etcd and kube-apiserver take when nobody asks them anything is a fifth of that."""
_PATIENCE_S = 2.0
"""A server that is not at rest by then never is; the figure is taken all the same."""

_CPU_CLOCK = 2
"""The kind of clock, in the lowest bits of its number, that counts what a process has had of CPUs (clock_getcpuclockid(3) on Linux)."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the two servers.

    :ivar start_s: from the decision to have one to its first good answer; without the CRDs.
    :ivar memory_mb: what it takes in memory then; of the embedded one, what it adds to a Python that has imported it.
    """

    name: str
    url: str
    token: str
    tls: ssl.SSLContext
    start_s: float
    memory_mb: float
    pids: tuple[int, ...]

    def cpu(self) -> float:
        """CPU seconds of the server so far; 0 on a system that does not tell."""
        return sum(map(_cpu, self.pids))

    async def at_rest(self) -> None:
        """Wait until the server has done what it does behind its replies: a collection of garbage, a batch of writes to disk.

        After a burst of requests kube-apiserver now and then collects for a third of a second on every core that it can have. The next figure is
        not to pay for that, whoever's it is.
        """
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            before, begun = self.cpu(), time.monotonic()
            await asyncio.sleep(_GLANCE_S)
            if self.cpu() - before < _RESTING_SHARE * (time.monotonic() - begun):
                return

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Connect; the same client for either."""
        headers = {
            "User-Agent": "benchmark",
            "Authorization": f"Bearer {self.token}",
            "Accept-Encoding": "identity",  # how fast zlib is says nothing of either
        }
        connector = aiohttp.TCPConnector(limit=0, ssl=self.tls)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
            yield Client(session, self.url)


@contextlib.contextmanager
def rivals() -> Iterator[tuple[Rival, Rival]]:
    """Run both, ours first.

    :raises UnavailableError: the programs of a real one are missing.
    """
    try:
        binaries = dataclasses.replace(find(), controller_manager=None)
    except BinariesError as error:
        raise UnavailableError(str(error)) from error
    with served("tls") as ours, tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        ca_file.write_text(ours.hello["ca_pem"], "ascii")
        begun = time.perf_counter()
        with control_plane(binaries) as plane:
            start_s = time.perf_counter() - begun
            memory_mb = sum(_resident(daemon.pid) for daemon in plane.daemons)
            plane.apply(CRDS)
            yield (
                Rival(
                    OURS,
                    ours.hello["url"],
                    ours.hello["token"],
                    ssl.create_default_context(cafile=str(ca_file)),
                    ours.hello["start_ms"] / 1e3,
                    ours.hello["started"] - ours.hello["imported"],
                    (ours.pid,),
                ),
                _real(plane.address, start_s, memory_mb, tuple(daemon.pid for daemon in plane.daemons)),
            )


def _real(address: Address, start_s: float, memory_mb: float, pids: tuple[int, ...]) -> Rival:
    tls = address.ssl_context()
    assert isinstance(tls, ssl.SSLContext)
    return Rival(REAL, address.server, address.token, tls, start_s, memory_mb, pids)


def _cpu(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK) if sys.platform == "linux" else 0.0


def _resident(pid: int) -> float:
    """Return the resident memory of a process in MB, 0 where there is no /proc to ask."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / _KB
