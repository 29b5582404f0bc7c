"""One client, two fronts: what the in-memory network claims to be, a real server on loopback is.

A double is worth what holds it to the real thing. Each test plays the same client code on both and expects the same.
"""

import asyncio

import aiohttp
import pytest

from .fronts import FRONTS, LINES


@pytest.fixture(params=sorted(FRONTS))
def play(request):
    """Play a client's behaviour on each front in turn."""
    return FRONTS[request.param]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_arrives_as_it_was_sent(play, method):
    """Method, path, query, headers and body are all that a server can go by."""

    async def asks(session, url, _):
        async with session.request(
            method, f"{url}/echo", params={"a": "1", "b": ""}, data=b"hello", headers={"x-mine": "yes"}
        ) as reply:
            return reply.status, reply.reason, reply.headers["content-type"], await reply.json()

    shown = {"method": method, "path": "/echo", "query": {"a": "1", "b": ""}, "body": "hello", "mine": "yes"}
    assert (200, "OK", "application/json", shown) == play(asks)


def test_percent_encoding_is_undone_once_in_path_and_query(play):
    """Label selectors hold ``=`` and ``,``, names may hold ``%``: decoding twice or never finds the wrong object."""

    async def asks(session, url, _):
        query = {"labelSelector": "a=b,c in (d, é)", "plus": "1+1", "percent": "%41"}
        async with session.get(f"{url}/echo/ä b", params=query) as reply:
            shown = await reply.json()
            return shown["path"], shown["query"]

    path, query = play(asks)

    assert "/echo/ä b" == path
    assert {"labelSelector": "a=b,c in (d, é)", "plus": "1+1", "percent": "%41"} == query


def test_a_chunked_request_body_arrives_whole(play):
    """A client sends generators and streams in chunks, without a content length."""

    async def pieces():
        for piece in (b"one ", b"two ", b"three"):
            await asyncio.sleep(0)
            yield piece

    async def asks(session, url, _):
        async with session.patch(f"{url}/echo", data=pieces()) as reply:
            return (await reply.json())["body"]

    assert "one two three" == play(asks)


def test_big_bodies_go_both_ways(play):
    """Two megabytes leave in many writes and arrive in many reads."""

    async def asks(session, url, _):
        async with session.post(f"{url}/echo", data=b"x" * 1_000_000) as reply:
            sent = len((await reply.json())["body"])
        async with session.get(f"{url}/big") as reply:
            return sent, len(await reply.read())

    assert (1_000_000, 2_097_152) == play(asks)


def test_a_reply_to_head_has_a_length_and_no_body(play):
    """A body after a HEAD would be read as the head of the next reply."""

    async def asks(session, url, _):
        async with session.head(f"{url}/big") as reply:
            first = reply.status, reply.headers["content-length"], await reply.read()
        async with session.get(f"{url}/echo") as reply:
            return (*first, reply.status)

    assert (200, "2097152", b"", 200) == play(asks)


@pytest.mark.parametrize(("path", "expected"), [("/empty", (204, b"")), ("/refused", (409, b'{"reason":"Conflict"}'))])
def test_other_statuses_come_through_with_their_bodies(play, path, expected):
    """A client decides by the status and explains by the body."""

    async def asks(session, url, _):
        async with session.get(url + path) as reply:
            return reply.status, await reply.read()

    assert expected == play(asks)


def test_requests_in_sequence_use_one_connection_and_those_at_once_one_each(play):
    """Keep-alive is part of what is rehearsed: stale connections are among the bugs of real clients."""

    async def asks(session, url, seen):
        for _ in range(3):
            async with session.get(f"{url}/echo") as reply:
                await reply.read()
        in_sequence = len(seen.connections)
        async with session.get(f"{url}/endless"), session.get(f"{url}/endless"):
            return in_sequence, len(seen.connections)

    assert (1, 2) == play(asks)


def test_a_connection_that_breaks_in_place_of_an_answer(play):
    """The very error decides whether a client tries again."""

    async def asks(session, url, _):
        try:
            await session.post(f"{url}/drop")
        except aiohttp.ClientError as error:
            return type(error), getattr(error, "errno", None)

    assert (aiohttp.ClientOSError, 104) == play(asks)


def test_half_a_body_is_an_error_of_reading(play):
    """The status has been seen by then: code that trusts it alone takes half a list for a list."""

    async def asks(session, url, _):
        async with session.get(f"{url}/half") as reply:
            first = await reply.content.read(5)
            try:
                await reply.read()
            except aiohttp.ClientError as error:
                return reply.status, first, type(error)

    assert (200, b"01234", aiohttp.ClientPayloadError) == play(asks)


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (aiohttp.ClientTimeout(sock_read=0.05), aiohttp.SocketTimeoutError),
        (aiohttp.ClientTimeout(total=0.05), TimeoutError),
    ],
    ids=["sock_read", "total"],
)
def test_a_silent_server_ends_in_the_clients_timeout(play, limits, error):
    """Two kinds of time-out, two classes of error; a client may catch only one."""

    async def asks(session, url, _):
        try:
            await session.get(f"{url}/silent", timeout=limits)
        except TimeoutError as found:
            return type(found)

    assert error is play(asks)


def test_a_stream_comes_line_by_line_and_ends(play):
    """A watch is that, and nothing else."""

    async def asks(session, url, _):
        async with session.get(f"{url}/stream") as reply:
            return reply.headers["content-type"], [line async for line in reply.content], reply.content.at_eof()

    assert ("application/json", list(LINES), True) == play(asks)


def test_a_stream_that_breaks_is_an_error_after_its_last_line(play):
    """What came before the break is good, and that it broke must not look like an end."""

    async def asks(session, url, _):
        lines = []
        async with session.get(f"{url}/torn") as reply:
            try:
                async for line in reply.content:
                    lines.append(line)  # noqa: PERF401 - what came before the error counts
            except aiohttp.ClientError as error:
                return lines, type(error)

    assert ([LINES[0]], aiohttp.ClientPayloadError) == play(asks)


def test_closing_a_stream_tells_the_server(play):
    """The server must not go on feeding a watch that nobody reads."""

    async def asks(session, url, seen):
        reply = await session.get(f"{url}/endless")
        line = await reply.content.readline()
        reply.close()
        await asyncio.wait_for(seen.gone.wait(), 5)
        return line

    assert LINES[0] == play(asks)


def test_a_closed_session_leaves_no_request_behind(play):
    """A request that is under way when its session is closed fails; it does not hang."""

    async def asks(session, url, _):
        asking = asyncio.ensure_future(session._request("GET", f"{url}/silent"))
        await asyncio.sleep(0.05)
        await session.close()
        await asyncio.wait({asking}, timeout=5)
        return type(asking.exception())

    assert issubclass(play(asks), aiohttp.ClientConnectionError)


def test_a_host_that_is_not_there_is_a_connector_error(play):
    """Nothing listens there: in memory because the name is unknown, on loopback because the port is closed."""

    async def asks(session, url, _):
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get("http://127.0.0.1:9/")  # the discard port: nothing of ours listens there
        return isinstance(caught.value.os_error, OSError)

    assert play(asks)
