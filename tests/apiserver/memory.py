"""The third front of the contract suite: aiohttp over the in-memory network, on a virtual-time loop.

Each call drives the loop until its answer is there. The clock is the loop's, so that time-outs and bookmarks of the server
and of the client come in one order.
"""

import asyncio
import io
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import orjson
from yarl import URL

from harness.apiserver import ApiServer, ServerSettings
from harness.simulation.backends import ApiServerBackend
from harness.simulation.clock import VirtualLoop
from harness.simulation.network import Network

from .fronts import Answer, Api, BaseApi, HttpApi, ManualClock, Stream, _encoded, new_server

HOST = "api.suite"
_PATIENCE = 0.001  # virtual seconds: what has left arrives in none


class LoopClock(ManualClock):
    """A clock that is moved by letting a loop's time pass."""

    def __init__(self, start: ManualClock, loop: VirtualLoop) -> None:
        self._start, self._loop = start.now, loop

    @property
    def now(self) -> datetime:
        return self.at(self._loop.time())

    def at(self, seconds: float) -> datetime:
        """Return what the clock shows at a time of the loop."""
        return self._start + timedelta(microseconds=round(seconds * 1e6))


class MemoryStream:
    """A watch as aiohttp sees it."""

    def __init__(self, drive: Callable[[Coroutine[Any, Any, Any]], Any], reply: aiohttp.ClientResponse) -> None:
        self._drive, self._reply = drive, reply

    async def _line(self) -> bytes | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._reply.content.readline()
        except TimeoutError:
            return None

    def take(self, count: int) -> list[dict[str, Any]]:
        lines = [self._drive(self._line()) for _ in range(count)]
        assert all(lines), f"{count} events wanted, there are {lines}"
        return [orjson.loads(line) for line in lines]

    def ended(self) -> bool:
        return self._drive(self._line()) == b""

    def close(self) -> None:
        self._reply.close()


class MemoryApi(BaseApi):
    """The simulated network, asked by an unmodified aiohttp."""

    def __init__(self, loop: VirtualLoop, server: ApiServer, clock: LoopClock, session: aiohttp.ClientSession) -> None:
        self._loop, self.server, self.clock, self._session = loop, server, clock, session
        self.streams: list[MemoryStream] = []

    def _drive(self, main: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(main)

    def _url(self, path: str, query: Any) -> URL:
        return URL(f"http://{HOST}{HttpApi._target(path, query)}", encoded=True)

    async def _ask(self, method: str, url: URL, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._session.request(
            method, url, data=io.BytesIO(body) if body else None, headers=headers
        ) as reply:
            return Answer(
                reply.status, {name.lower(): value for name, value in reply.headers.items()}, await reply.read()
            )

    def request(self, method: str, path: str, body: Any = None, *, headers: Any = None, query: Any = None) -> Answer:
        head = {"user-agent": "suite/1.0", "content-type": "application/json"} | (headers or {})
        return self._drive(self._ask(method, self._url(path, query), _encoded(body), head))

    def watch(self, path: str, **query: str) -> Stream:
        url = self._url(path, {"watch": "true"} | query)
        reply = self._drive(self._session._request("GET", url, headers={"user-agent": "suite/1.0"}))
        self.streams.append(MemoryStream(self._drive, reply))
        return self.streams[-1]

    def advance(self, span: timedelta) -> None:
        self._drive(asyncio.sleep(span.total_seconds()))
        self.server.step()  # what is due at this very moment may stand behind the end of the sleep


@contextmanager
def memory_front(clock: ManualClock, settings: ServerSettings) -> Iterator[Api]:
    loop = VirtualLoop()
    moving = LoopClock(clock, loop)
    server = new_server(moving, settings)
    network = Network()
    backend = ApiServerBackend(server, loop=loop, instant=moving.at)
    network.add(HOST, backend)

    async def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))

    with network.installed():
        opened = loop.run_until_complete(session())
        api = MemoryApi(loop, server, moving, opened)
        try:
            yield api
        finally:
            for stream in api.streams:
                stream.close()
            loop.run_until_complete(opened.close())
            backend.stop()
            loop.close()
            assert 0 == network.under_way
