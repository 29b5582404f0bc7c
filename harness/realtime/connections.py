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

    A connector belongs to the actor that makes it. Closed ones keep Python from complaining about the sessions that a dead
    process leaves; one that a ``finally`` block makes after the death is closed from the beginning.
    """
    make, connect = aiohttp.TCPConnector.__init__, aiohttp.TCPConnector._create_connection  # noqa: SLF001 - unchanged from aiohttp 3.8 to 3.14

    def __init__(connector: aiohttp.TCPConnector, *args: Any, **options: Any) -> None:  # noqa: N807  it stands in its place
        make(connector, *args, **options)
        actor, close = current_actor(), connector._close  # noqa: SLF001
        if actor.dead:
            close()
        else:
            actor.at_crash(close)

    async def create_connection(connector: aiohttp.TCPConnector, req: Any, *args: Any) -> Any:
        actor, close = current_actor(), connector._close  # noqa: SLF001
        try:
            refuse_the_dead(actor)
        except ConnectionResetError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        try:
            return await connect(connector, req, *args)
        finally:
            if not actor.dead:
                # Behind the connection that was made: closing would send what is buffered, which breaking does not.
                actor.forget(close)
                actor.at_crash(close)

    aiohttp.TCPConnector.__init__ = __init__  # type: ignore[method-assign, assignment]
    aiohttp.TCPConnector._create_connection = create_connection  # type: ignore[method-assign, assignment]  # noqa: SLF001
    try:
        yield
    finally:
        aiohttp.TCPConnector.__init__ = make  # type: ignore[method-assign]
        aiohttp.TCPConnector._create_connection = connect  # type: ignore[method-assign]  # noqa: SLF001
