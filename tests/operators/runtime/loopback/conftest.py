"""Tests that need real sockets run on asyncio's own loop, against servers on a loopback port."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Real time and real sockets: what is tested here is where the network begins."""
    return {"real": asyncio.new_event_loop}


class Server:
    """An HTTP server that writes down what it is asked and answers what a test says."""

    def __init__(self) -> None:
        self.requests: list[web.BaseRequest] = []
        self.bodies: list[Any] = []
        self.answers: list[tuple[int, Any, dict[str, str]]] = []
        """Statuses, bodies and headers of the next answers; 200 and {} when there are none."""
        self.silent = False
        self.url = ""

    def will_answer(self, status: int, body: Any, **headers: str) -> None:
        self.answers.append((status, body, headers))

    async def handle(self, request: web.BaseRequest) -> web.Response:
        text = await request.read()
        self.requests.append(request)
        self.bodies.append(orjson.loads(text) if text else None)
        if self.silent:
            await asyncio.Event().wait()
        status, body, headers = self.answers.pop(0) if self.answers else (200, {}, {})
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return web.Response(status=status, body=raw, headers=headers)


@pytest.fixture
async def server():
    asked = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", asked.handle)
    async with TestServer(app, host="127.0.0.1", handler_cancellation=True) as running:
        asked.url = str(running.make_url("")).rstrip("/")
        yield asked
