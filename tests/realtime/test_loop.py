"""A real-time loop: tasks and connections die with their actor."""

import asyncio

import aiohttp
from aiohttp import web

from harness.realtime.asgi import served
from harness.realtime.connections import mortal_connectors
from harness.realtime.loop import RealLoop
from harness.simulation.actors import Actor


def play(coro):
    with asyncio.Runner(loop_factory=RealLoop) as runner:
        return runner.run(coro)


async def hello(scope, receive, send):
    """Answer at once, except below /slow, where the answer never ends."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello", "more_body": scope["path"] == "/slow"})
    while scope["path"] == "/slow" and (await receive())["type"] != "http.disconnect":
        pass


async def knock(url):
    """Try to reach the outside, by a connection and by a thread; returns what was said."""
    said = []
    try:
        async with aiohttp.ClientSession() as session:
            await session.get(url)
    except (aiohttp.ClientError, RuntimeError) as error:
        said.append(str(error))
    try:
        await asyncio.to_thread(said.append, "a thread")
    except ConnectionResetError as error:
        said.append(str(error))
    return said


def test_a_crash_breaks_connections_and_refuses_new_ones():
    """No byte leaves a dead process, whatever its ``finally`` blocks try."""

    async def main():
        worker, streaming = Actor("worker"), asyncio.Event()

        async def work(url):
            session = aiohttp.ClientSession()  # never closed: a dead process closes nothing
            async with session.get(f"{url}/slow") as reply:
                await reply.content.readany()
                streaming.set()
                await reply.content.readany()

        async with served(hello, actor=Actor("service", mortal=False)) as url:
            with mortal_connectors():
                task = worker.spawn(work(url))
                await streaming.wait()
                assert [] == await worker.crash()
                return task.cancelled(), await worker.spawn(knock(url))

    cancelled, said = play(main())

    assert cancelled
    assert "Session is closed" == said[0]
    assert "worker is dead: nothing of it reaches the outside" in said[1]


def test_others_go_on_when_one_dies():
    """An operator beside it has connections of its own."""

    async def main():
        service = Actor("service", mortal=False)
        async with served(hello, actor=service) as url, aiohttp.ClientSession() as session:
            await (await session.get(url)).read()
            await Actor("worker").crash()
            return await (await session.get(url)).text()

    assert "hello" == play(main())


def test_hooks_hear_before_each_look_whether_the_loop_is_idle():
    heard = []

    async def main():
        loop = asyncio.get_running_loop()
        unhook = loop.before_looking(heard.append)
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        unhook()
        count = len(heard)
        await asyncio.sleep(0.01)
        return count

    count = play(main())

    assert count == len(heard)
    assert [False, True] == heard[:2]


def test_a_hook_that_wakes_somebody_makes_the_loop_go_on():
    """It would sleep until the next timer otherwise, which may be an hour away."""

    async def main():
        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        loop.before_looking(lambda idle: idle and not woken.done() and woken.set_result("up"))
        return await asyncio.wait_for(woken, 3600)

    assert "up" == play(main())


def test_an_application_that_cannot_start_is_told():
    """A service that dies at once must not look like one that is slow."""

    async def main():
        app = web.Application()  # no ASGI application
        service = Actor("service", mortal=False)
        async with served(app, actor=service) as url, aiohttp.ClientSession() as session:
            return (await session.get(url)).status

    assert 500 == play(main())


def test_connections_are_closed_with_the_loop():
    """Closing one takes a turn of the loop, TLS two; what is left open is complained about at any later time."""
    sockets = []

    async def main():
        async with served(hello, actor=Actor("service", mortal=False)) as url:
            session = aiohttp.ClientSession()
            await (await session.get(url)).read()
            sockets.extend(one.get_extra_info("socket") for one in asyncio.get_running_loop()._transports.values())
            await session.close()

    play(main())

    assert sockets
    assert {-1} == {one.fileno() for one in sockets}
