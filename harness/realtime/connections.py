"""What a killed process leaves behind: sessions that nobody closes any more."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import aiohttp

from harness.realtime.loop import refuse_the_dead
from harness.simulation.actors import current_actor

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def mortal_connectors() -> Iterator[None]:
    """Close the connectors of aiohttp with their actors, and let dead ones connect no more.

    Closed connectors keep Python from complaining about the sessions that a dead process leaves.

    The connections themselves are broken first (`loop.RealLoop.create_connection`): closing would send what is still buffered.
    """
    original = aiohttp.TCPConnector._create_connection  # noqa: SLF001 - unchanged from aiohttp 3.8 to 3.14

    async def create_connection(connector: aiohttp.TCPConnector, req: Any, *args: Any) -> Any:
        actor, close = current_actor(), connector._close  # noqa: SLF001
        try:
            refuse_the_dead(actor)
        except ConnectionResetError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        actor.at_crash(close)
        try:
            return await original(connector, req, *args)
        finally:
            if not actor.dead:  # to the end: behind the connection that was made
                actor.forget(close)
                actor.at_crash(close)

    aiohttp.TCPConnector._create_connection = create_connection  # type: ignore[method-assign, assignment]  # noqa: SLF001
    try:
        yield
    finally:
        aiohttp.TCPConnector._create_connection = original  # type: ignore[method-assign]  # noqa: SLF001
