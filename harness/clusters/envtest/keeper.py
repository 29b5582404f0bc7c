"""The process that keeps a control plane for ``harness cluster up``: ``python -m … FOLDER [CRDS…]``.

It ends at SIGTERM, or when a program of the control plane ends. When it is killed, the kernel ends the programs.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harness.clusters.cluster import ClusterError
from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.hand import Kept, Place

_LOOK_S: Final = 1.0
"""Between two looks whether all programs still run."""

_TRIES: Final = 20
"""Of taking the lock: one second in all."""


def keep(place: Place, crds: list[Path]) -> None:
    """Keep a control plane until a signal comes.

    :raises ClusterError: it did not start, ended by itself, or another one is kept already.
    """
    with place.held(tries=_TRIES) as free:
        if not free:
            raise ClusterError("another one is up, or on its way up or down")
        binaries = find()
        try:
            with control_plane(binaries) as plane:
                for one in crds:
                    plane.apply(one)
                kept = Kept(
                    pid=os.getpid(),
                    url=plane.address.server,
                    kubeconfig=str(place.kubeconfig),
                    folder=str(plane.folder),
                    since=datetime.now(UTC).replace(microsecond=0),
                    source=binaries.source,
                    missing=binaries.missing,
                )
                place.announce(kept, kubeconfig=plane.kubeconfig.read_bytes())
                while True:
                    plane.check()
                    time.sleep(_LOOK_S)
        finally:
            place.clear()


def _leave(*_: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # once is enough: what follows is the orderly end
    sys.exit(0)


def main() -> None:
    """Keep one, as the command line says."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    folder, *crds = map(Path, sys.argv[1:])
    try:
        keep(Place(folder), crds)
    except ClusterError as error:
        print(error, file=sys.stderr)  # noqa: T201  the log's last line, which `up` tells
        sys.exit(1)


if __name__ == "__main__":
    main()
