"""Three ways to ask the embedded server the same thing, behind one small client.

- ``core``: `ApiServer.handle`, in this process, without any transport.
- ``memory``: aiohttp's client on the network in memory of a simulated run, as operators and scenarios ask.
- ``http``: aiohttp's client on a loopback port, to a server in a process of its own, with so many requests in flight.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import aiohttp
import orjson

from benchmarks.serving import served
from benchmarks.workload import CRDS, DEFINITIONS
from harness.apiserver import ApiServer, Reply, Request, Subscription
from harness.apiserver.messages import ADMINISTRATOR
from harness.apiserver.uids import random_uid
from harness.clusters.embedded import EmbeddedCluster
from harness.clusters.manifests import read
from harness.simulation.clock import VirtualLoop
from harness.simulation.world import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MERGE = "application/merge-patch+json"


class Asked(Protocol):
    """A client of one server."""

    async def send(self, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None) -> bytes:
        """Ask once; returns the reply's body.

        :raises RuntimeError: the server refuses.
        """
        ...

    async def watch(self, path: str, sink: Callable[[], None], *, name: str = "") -> Callable[[], None]:
        """Open a watch, of all objects or the one of a name; ``sink`` is called at each piece that arrives. Returns what closes it."""
        ...


Scene = Callable[[Asked, Callable[[], float]], Awaitable[None]]
"""What is played: it gets a client, and the CPU seconds of a server that is in another process."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking.

    :ivar play: runs a scene against a fresh server with the CRDs applied.
    :ivar in_flight: how many requests a scene should keep going at once.
    """

    name: str
    play: Callable[[Scene], None]
    in_flight: int = 1


def apply_definitions(server: ApiServer) -> None:
    """Create our CRDs by the core."""
    for _, manifest in read(CRDS):
        request = replace(_request("POST", DEFINITIONS, manifest, None), user=ADMINISTRATOR)
        _refuse_errors(server.handle(request))


def asked(
    server: ApiServer, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None
) -> bytes:
    """Ask the core; returns the reply's body.

    :raises RuntimeError: the server refuses.
    """
    return _refuse_errors(server.handle(_request(method, path, body, query)))


def opened(server: ApiServer, path: str, *, name: str = "") -> Subscription:
    """Open a watch at the core."""
    subscription = server.handle(_request("GET", path, None, _watching(name)))
    assert isinstance(subscription, Subscription)
    return subscription


class _Core:
    def __init__(self, server: ApiServer) -> None:
        self._server = server

    async def send(self, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None) -> bytes:
        return asked(self._server, method, path, body, query=query)

    async def watch(self, path: str, sink: Callable[[], None], *, name: str = "") -> Callable[[], None]:
        subscription = opened(self._server, path, name=name)
        subscription.attach(lambda _: sink(), lambda: None)
        return subscription.close


class Client:
    """aiohttp's client of one server."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        content: str = "",
    ) -> bytes:
        """Ask once, with a body of the usual type for the method where ``content`` names no other."""
        async with self._session.request(
            method,
            self._target(path, query),
            data=None if body is None else orjson.dumps(body),
            headers={} if body is None else {"Content-Type": content or _content(method)},
        ) as reply:
            data = await reply.read()
            if reply.status >= 300:
                raise RuntimeError(f"{reply.status}: {data[:300].decode()}")
            return data

    async def watch(self, path: str, sink: Callable[[], None], *, name: str = "") -> Callable[[], None]:
        """Open a watch, see `Asked`."""
        reply = await self._session.get(self._target(path, _watching(name)))

        async def listen() -> None:
            async for _ in reply.content:
                sink()

        listening = asyncio.create_task(listen())

        def close() -> None:
            listening.cancel()
            reply.close()

        return close

    def _target(self, path: str, query: Mapping[str, str] | None) -> str:
        return self._url + path + (f"?{urlencode(query)}" if query else "")


@contextlib.asynccontextmanager
async def _connected(url: str) -> Any:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), headers={"User-Agent": "benchmark", "Accept-Encoding": "identity"}
    ) as session:
        yield Client(session, url)


def _nowhere_else() -> float:
    return 0.0


def _play_core(scene: Scene) -> None:
    async def main() -> None:
        server = ApiServer(clock=lambda: datetime.now(UTC), new_uid=random_uid)
        apply_definitions(server)
        await scene(_Core(server), _nowhere_else)

    asyncio.run(main())


def _play_memory(scene: Scene) -> None:
    async def main() -> None:
        with Simulation() as simulation:
            async with EmbeddedCluster(simulation) as cluster, _connected(cluster.address.server) as client:
                await cluster.apply(CRDS)
                await scene(client, _nowhere_else)

    with _virtual() as loop:
        loop.run_until_complete(main())


def _play_http(scene: Scene) -> None:
    with served() as server:

        async def main() -> None:
            async with _connected(server.hello["url"]) as client:
                await scene(client, server.cpu)

        asyncio.run(main())


@contextlib.contextmanager
def _virtual() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    try:
        yield loop
    finally:
        loop.close()


CORE = Way("core", _play_core)
MEMORY = Way("memory", _play_memory)
HTTP = Way("http", _play_http)
HTTP_16 = Way("http, 16 in flight", _play_http, in_flight=16)


async def each(count: int, in_flight: int, one: Callable[[int], Awaitable[object]]) -> None:
    """Do ``one(0)`` … ``one(count - 1)``, so many at a time."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await one(number)

    await asyncio.gather(*(worker() for _ in range(in_flight)))


def _watching(name: str) -> dict[str, str]:
    return {"watch": "true"} | ({"fieldSelector": f"metadata.name={name}"} if name else {})


def _content(method: str) -> str:
    return _MERGE if method == "PATCH" else "application/json"


def _request(method: str, path: str, body: Any, query: Mapping[str, str] | None) -> Request:
    headers = {"user-agent": "benchmark", "content-type": _content(method)}
    return Request(method, path, query or {}, headers, b"" if body is None else orjson.dumps(body))


def _refuse_errors(reply: Reply | Subscription) -> bytes:
    assert isinstance(reply, Reply)
    if reply.status >= 300:
        raise RuntimeError(f"{reply.status}: {reply.body[:300].decode()}")
    return reply.body
