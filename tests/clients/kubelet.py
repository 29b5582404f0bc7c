"""A stand-in for the nodes of a real cluster, which has none here: pods run and are ready as soon as somebody looks.

The embedded server's stages do the same. Only what controllers wait for is told: a phase, and that the pod is ready.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from .servers import Server

_LOOKS_EVERY_S = 0.1
_READY = [{"type": kind, "status": "True"} for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")]


@contextlib.contextmanager
def kubelet(server: Server) -> Iterator[None]:
    """Let the pods of a server run, from another thread, until the end of the block."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOKS_EVERY_S):
            _, found = server.ask("/api/v1/pods?fieldSelector=status.phase%3DPending")
            for pod in found["items"]:
                _run(server, pod["metadata"])

    thread = threading.Thread(target=look, name="kubelet")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _run(server: Server, metadata: Any) -> None:
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
    server.ask(path, "PATCH", {"status": {"phase": "Running", "conditions": _READY}})  # it may be gone by now
