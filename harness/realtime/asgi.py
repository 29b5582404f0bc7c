"""A service on a port of loopback, for as long as a scenario plays."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from harness.simulation.actors import Actor


_KEEP_ALIVE_S = 3600
"""By default uvicorn closes a connection that was idle for five seconds, at times in the very moment in which a client writes."""


@contextlib.asynccontextmanager
async def served(app: Any, *, actor: Actor) -> AsyncIterator[str]:
    """Serve an ASGI application on this loop, as an actor; yields its base URL. Sends no lifespan events."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        server = _Server(config(app))
        task = actor.spawn(server.serve([listening]))
        try:
            await _first(asyncio.ensure_future(server.listens.wait()), task)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


def config(app: Any) -> uvicorn.Config:
    """Return how an application is served: idle connections stay for as long as a scenario may take."""
    return uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_keep_alive=_KEEP_ALIVE_S)


async def _first(wanted: asyncio.Future[Any], task: asyncio.Task[Any]) -> None:
    await asyncio.wait({wanted, task}, return_when=asyncio.FIRST_COMPLETED)
    wanted.cancel()
    if task.done():
        task.result()


class _Server(uvicorn.Server):
    """Says when it listens, and leaves the signals of the process to their owner."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.listens.set()
