"""The in-memory front: an unmodified aiohttp over the simulated network, on a loop that owns its clock.

Behaviours wait for a real server by polling in real time. Before each request this clock is moved by the time that has passed
outside, so that what such a wait is for happens here, too; a watch that lasts a second takes none.
"""

import asyncio
import io
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from harness.apiserver import ApiServer, Reply, Request, ServerSettings
from harness.simulation.backends import ApiServerBackend
from harness.simulation.clock import VirtualLoop
from harness.simulation.clocks import instant
from harness.simulation.network import Network

from .connections import Raw
from .hooks import Hooks

HOST = "api.conformance"
_SHOWN = "127.0.0.1:6443"
"""The server as its clients call it, an address as those of the others."""


class HookHost:
    """The webhooks of `Hooks`, which listen on loopback, as a host of the simulated network."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def serve(self, request: Request, answer: Any) -> None:
        host = request.headers["host"]
        if urlsplit(f"//{host}").port != self._hooks.port:
            answer(ConnectionRefusedError(f"dial tcp {host}: connect: connection refused"))
            return
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        found = self._hooks.respond(f"{request.path}?{query}" if query else request.path, request.body)
        if found is None:
            return  # the caller's time limit ends it
        media = "application/json" if found[0] == 200 else "text/plain"
        answer(Reply(status=found[0], headers={"content-type": media}, body=found[1]))


class Memory:
    """An embedded server in memory, as long as `memory_server` lasts."""

    def __init__(self, settings: ServerSettings, hooks: Hooks, *, token: str) -> None:
        self.token = token
        self._loop = VirtualLoop()
        self.server = ApiServer(
            clock=lambda: instant(self._loop.time()), new_uid=lambda: str(uuid.uuid4()), settings=settings
        )
        self._network = Network()
        self._backend = ApiServerBackend(self.server, loop=self._loop, instant=instant, network=self._network)
        self._network.add(HOST, self._backend)
        self._network.add("127.0.0.1", HookHost(hooks))
        self._session: aiohttp.ClientSession | None = None
        self._seen = time.monotonic()

    def connect(self) -> "Memory":
        """Return itself: aiohttp's session keeps the connections."""
        return self

    def exchange(self, method: str, target: str, body: bytes, headers: CIMultiDict[str]) -> Raw:
        outside, self._seen = time.monotonic() - self._seen, time.monotonic()
        with self._network.installed():
            return self._loop.run_until_complete(self._ask(method, target, body, headers, outside))

    async def _ask(self, method: str, target: str, body: bytes, headers: CIMultiDict[str], outside: float) -> Raw:
        await asyncio.sleep(outside)
        headers.setdefault("host", _SHOWN)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None), skip_auto_headers=["Content-Type", "Accept"]
            )
        url = URL(f"http://{HOST}{target}", encoded=True)
        async with self._session.request(
            method, url, data=io.BytesIO(body) if body else None, headers=headers, allow_redirects=False
        ) as reply:
            return (
                reply.status,
                [(name, _as_sockets(value)) for name, value in reply.headers.items()],
                await reply.read(),
            )

    def close(self) -> None:
        """Keep the session: the next behaviour uses it, too."""

    def stop(self) -> None:
        """End for good."""
        if self._session is not None:
            self._loop.run_until_complete(self._session.close())
        self._backend.stop()
        self._loop.close()


def _as_sockets(header: str) -> str:
    """Return a header as `http.client` reads it, which the other two are asked by."""
    return header.encode("utf-8", "surrogateescape").decode("latin-1")


@contextmanager
def memory_server(settings: ServerSettings, hooks: Hooks, *, token: str) -> Iterator[Memory]:
    """Run one."""
    memory = Memory(settings, hooks, token=token)
    try:
        yield memory
    finally:
        memory.stop()
