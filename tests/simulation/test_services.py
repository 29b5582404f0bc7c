"""ASGI services in memory: their errors, their death, and the protocol around one request."""

import asyncio
import json
import logging

import aiohttp
import pytest

from harness.simulation.actors import Actor
from harness.simulation.backends import AsgiBackend

from .doubles import URL, now, stage

pytestmark = pytest.mark.virtual_time


def service(app):
    return AsgiBackend(app, actor=Actor("service"))


async def _reply(send, *pieces, status=200):
    await send({"type": "http.response.start", "status": status, "headers": [(b"x-from", b"app")]})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


async def test_a_request_reaches_the_application_as_asgi_says():
    """Frameworks route by path and query string, and read the body by messages."""

    async def app(scope, receive, send):
        message = await receive()
        shown = [scope["method"], scope["path"], scope["raw_path"].decode(), scope["query_string"].decode()]
        await _reply(send, json.dumps([*shown, message["body"].decode()]).encode(), status=202)

    async with stage(service(app)) as simulation, simulation.session.put(f"{URL}/a b?q=1 2", data=b"hello") as reply:
        assert ["PUT", "/a b", "/a%20b", "q=1+2", "hello"] == json.loads(await reply.text())
        assert (202, "app") == (reply.status, reply.headers["x-from"])


async def test_an_application_that_raises_has_answered_500(caplog):
    """A bug in a service is an internal error to its client, not a request that hangs for ever."""

    async def app(scope, receive, send):
        raise ValueError("a bug")

    with caplog.at_level(logging.CRITICAL, logger="harness.simulation.backends"):
        async with stage(service(app)) as simulation:
            reply = await simulation.open()

            assert (500, 0) == (reply.status, simulation.network.under_way)


async def test_who_listens_for_the_clients_leaving_is_told_at_the_end_and_does_not_spin():
    """Starlette's streaming responses do; an endless supply of request messages would block the loop."""
    heard = []

    async def app(scope, receive, send):
        await receive()
        listening = asyncio.ensure_future(receive())
        await asyncio.sleep(3)
        await _reply(send, b"one ", b"two")
        heard.append((await listening)["type"])

    async with stage(service(app)) as simulation:
        reply = await simulation.open()

        assert (b"one two", ["http.disconnect"], 3.0) == (await reply.read(), heard, now())


async def test_a_service_that_dies_breaks_the_connections_of_its_clients():
    """Also of a request whose task had not yet begun."""

    async def app(scope, receive, send):
        await asyncio.sleep(100)

    backend = service(app)
    async with stage(backend) as simulation:
        asking = asyncio.create_task(simulation.session._request("POST", URL))
        await asyncio.sleep(1)
        await backend.actor.crash()
        with pytest.raises(aiohttp.ClientOSError, match="service died"):
            await asking

        assert (1.0, 0) == (now(), simulation.network.under_way)


async def test_a_service_that_is_down_refuses():
    """Its clients see what they see when nothing listens."""
    backend = service(None)
    async with stage(backend) as simulation:
        await backend.actor.crash()
        with pytest.raises(aiohttp.ClientOSError, match="service is down"):
            await simulation.session.post(URL)

        assert 0 == simulation.network.under_way
