"""One service, described once, on two fronts: the in-memory network, and a real aiohttp server on loopback.

What a path does:

=============  ===========================================================================
``/echo…``     200, JSON of method, path, query, body and the headers that the client set
``/empty``     204
``/refused``   409 with a JSON body
``/big``       two megabytes
``/silent``    never answers
``/drop``      the connection breaks in place of an answer
``/half``      promises ten bytes, sends five, and breaks
``/stream``    three lines in three chunks, then the end
``/torn``      one line, then the connection breaks
``/endless``   one line, then nothing; notes when the client has gone
=============  ===========================================================================
"""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from harness.apiserver import Reply
from harness.apiserver.subscription import Subscription
from harness.simulation import clock
from harness.simulation.trouble import Break, Stage
from harness.simulation.world import Simulation

JSON = {"content-type": "application/json"}
LINES = (b'{"n":1}\n', b'{"n":2}\n', b'{"n":3}\n')


@dataclass
class Seen:
    """What the service notes."""

    connections: set = field(default_factory=set)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


def plain(method, path, query, headers, body):
    """The answers that need no tricks, or None."""
    if path.startswith("/echo"):
        shown = {"method": method, "path": path, "query": query, "body": body.decode(), "mine": headers.get("x-mine")}
        return Reply(200, JSON, json.dumps(shown).encode())
    return {
        "/empty": Reply(204, {}),
        "/refused": Reply(409, JSON, b'{"reason":"Conflict"}'),
        "/big": Reply(200, {"content-type": "text/plain"}, b"0123456789abcdef" * 131072),
    }.get(path)


class Memory:
    """The front in memory."""

    def __init__(self):
        self.seen = Seen()

    def serve(self, request, answer):
        found = plain(request.method, request.path, dict(request.query), request.headers, request.body)
        match request.path:
            case "/silent":
                return
            case "/drop":
                answer(ConnectionResetError(104, "Connection reset by peer"))
            case "/half":
                answer(Reply(200, {}, b"0123456789"))
            case "/stream" | "/torn" | "/endless":
                watch = Subscription()
                watch.when_released(self.seen.gone.set)
                answer(watch)
                for line in LINES if request.path != "/endless" else LINES[:1]:
                    watch.push(line)
                if request.path == "/stream":
                    watch.end()
            case _:
                answer(found)

    def judge(self, moment):
        """Break what a real server would break."""
        if moment.resource == "/half" and moment.stage is Stage.AFTER:
            return Break(sent=5)
        if moment.resource == "/torn" and moment.stage is Stage.EVENT and moment.n > 1:
            return Break()
        return None


def in_memory(behaviour):
    """Play a client's behaviour on the simulated network."""

    async def main():
        front = Memory()
        with Simulation() as simulation:
            simulation.network.add("service.test", front)
            simulation.network.troubles.append(front)
            connect = simulation.network.connect

            def counted(*args, **options):
                connection = connect(*args, **options)
                front.seen.connections.add(connection)
                return connection

            simulation.network.connect = counted
            async with aiohttp.ClientSession() as session:
                return await behaviour(session, "http://service.test", front.seen)

    return clock.run(main())


async def _real(request, seen):
    seen.connections.add(request.transport)
    if request.path == "/silent":
        await asyncio.Event().wait()
    if request.path == "/drop":
        return _reset(request)
    if request.path == "/half":
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234")
        await asyncio.sleep(0.01)  # a reset overtakes data that the client has not read yet
        return _reset(request)
    if request.path in {"/stream", "/torn", "/endless"}:
        return await _stream(request, seen)
    path = unquote(request.raw_path.partition("?")[0])
    found = plain(request.method, path, dict(request.query), request.headers, await request.read())
    return web.Response(status=found.status, headers=found.headers, body=found.body)


async def _stream(request, seen):
    response = web.StreamResponse(headers=JSON)
    response.enable_chunked_encoding()
    await response.prepare(request)
    try:
        for line in LINES if request.path == "/stream" else LINES[:1]:
            await response.write(line)
        if request.path == "/torn":
            await asyncio.sleep(0.01)
            return _reset(request)
        if request.path == "/endless":
            await asyncio.Event().wait()
    finally:
        seen.gone.set()
    return response


def _reset(request):
    """Send a RST, as a process does that dies with the connection open."""
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


def over_tcp(behaviour):
    """Play a client's behaviour over a real socket, in real time."""

    async def main():
        seen = Seen()
        server = web.Server(lambda request: _real(request, seen), handler_cancellation=True)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            async with aiohttp.ClientSession() as session:
                return await behaviour(session, f"http://127.0.0.1:{port}", seen)
        finally:
            await runner.cleanup()

    return asyncio.run(main())


FRONTS = {"memory": in_memory, "tcp": over_tcp}
