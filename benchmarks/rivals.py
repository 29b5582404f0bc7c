"""The embedded server and a real kube-apiserver, side by side, for the same client: over TLS, with a token, with crds/ applied."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import ssl
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
        """CPU seconds of the server so far, to a hundredth; 0 where there is no /proc to ask."""
        return sum(map(_cpu, self.pids))

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
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    times = stat.read_text("utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Return the resident memory of a process in MB, 0 where there is no /proc to ask."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / _KB
