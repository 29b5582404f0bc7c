"""The embedded server behind its HTTP front, in a process of its own.

Not in this one: the in-memory server's loop moves the clocks of the whole process while it runs, and a front's timers live by them.
"""

import dataclasses
import multiprocessing
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from harness.apiserver import ApiServer, ServerSettings
from harness.apiserver.http import Certificates, HttpFront
from harness.clusters.cluster import Address

START_REVISION = 1000
"""Small versions look like numbers in the texts that are masked."""


def _now() -> datetime:
    return datetime.now(UTC)


def _serve(settings: ServerSettings, pipe: Connection) -> None:
    certificates = Certificates()
    settings = dataclasses.replace(settings, root_ca=certificates.ca_pem.decode())
    server = ApiServer(clock=_now, new_uid=lambda: str(uuid.uuid4()), settings=settings)
    server._cluster.store.revision = START_REVISION
    with HttpFront(server, clock=_now, certificates=certificates) as front:
        pipe.send((front.url, front.ca_pem))
        pipe.poll(None)  # until the other end says so, or is gone


@contextmanager
def http_server(settings: ServerSettings, folder: Path, *, token: str) -> Iterator[Address]:
    """Run one on a free port, with TLS, in real time."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(settings, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        url, authority = mine.recv()
        file = folder / "ca.crt"
        file.write_bytes(authority)
        yield Address(url, token=token, ca_file=str(file))
    finally:
        mine.close()
        process.join()
