"""The embedded server on a port, in a process of its own: ``python -m benchmarks.serving``.

With ``tls`` as its argument it serves over TLS and wants a token, as a real one does. It says on one line of JSON where it serves and what its start took, then answers each line on standard input (``cpu``: CPU seconds
so far; ``memory``: resident MB) and ends with that stream.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import memory

if TYPE_CHECKING:
    from collections.abc import Iterator

_MB = 1024 * 1024
_TOKEN = "benchmark"  # noqa: S105  on loopback, of a server that lives for seconds


class Served:
    """The parent's end of a server process.

    :ivar hello: what it said of its start: ``url``, ``token`` and ``ca_pem`` (of TLS), ``start_ms``, ``crds_ms``, and resident memory in MB when it had ``imported``, ``started``
        and applied the CRDs (``ready``).
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.hello: dict[str, Any] = json.loads(self._line())

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def cpu(self) -> float:
        """CPU seconds that it has used so far."""
        return self._ask("cpu")

    def memory(self) -> float:
        """Resident memory in MB."""
        return self._ask("memory")

    def _ask(self, what: str) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the server process ended before it answered; what it said is above")
        return line


@contextmanager
def served(*arguments: str) -> Iterator[Served]:
    """Run a server process with the CRDs applied for the length of the body."""
    command = [sys.executable, "-m", "benchmarks.serving", *arguments]
    root = Path(__file__).parent.parent
    with subprocess.Popen(  # noqa: S603  our own module
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Served(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def resident() -> float:
    """Return the resident memory of this process in MB."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / _MB
    import resource  # noqa: PLC0415  where there is no /proc: the peak, which at a start is the present, too

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (_MB if sys.platform == "darwin" else 1024)


def _now() -> datetime:
    return datetime.now(UTC)


def _serve(*, tls: bool) -> None:
    memory.imports()  # here and below as `harness serve` does
    from benchmarks.ways import apply_definitions  # noqa: PLC0415  imports come before the measured start
    from harness.apiserver import ApiServer, ServerSettings  # noqa: PLC0415
    from harness.apiserver.http import Certificates, HttpFront  # noqa: PLC0415
    from harness.apiserver.messages import User  # noqa: PLC0415
    from harness.apiserver.uids import random_uid  # noqa: PLC0415

    hello: dict[str, Any] = {"imported": resident()}
    begun = time.perf_counter()
    settings = ServerSettings(tokens={_TOKEN: User("benchmark", groups=("system:masters",))} if tls else {})
    server = ApiServer(clock=_now, new_uid=random_uid, settings=settings)
    front = HttpFront(server, clock=_now, certificates=Certificates() if tls else None)
    front.start()
    memory.settled()
    hello |= {"url": front.url, "token": _TOKEN, "ca_pem": front.ca_pem.decode("ascii")}
    hello |= {"start_ms": (time.perf_counter() - begun) * 1e3, "started": resident()}
    begun = time.perf_counter()
    # Nobody knows the port yet, so that the front's thread stands still: the core may be asked from here.
    apply_definitions(server)
    hello |= {"crds_ms": (time.perf_counter() - begun) * 1e3, "ready": resident()}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        print(time.process_time() if line.strip() == "cpu" else resident(), flush=True)
    front.stop()


if __name__ == "__main__":
    _serve(tls=sys.argv[1:] == ["tls"])
