"""A connection by itself: bytes in, bytes out, with a transport that only takes notes. Against the real server: tests/conformance/test_wire.py."""

import asyncio
import itertools
import re
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from harness.apiserver import ApiServer, ServerSettings
from harness.apiserver.http.connection import Connection
from harness.apiserver.http.outgoing import Caller

from .fronts import ManualClock, new_server
from .samples import CONFIG_MAPS


class Notes(asyncio.Transport):
    """A transport whose other end takes what it is given, or, while ``slow``, nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.slow = self.closed = self.paused = False

    def write(self, data: Any) -> None:
        self.sent += data

    def get_write_buffer_size(self) -> int:
        return len(self.sent) if self.slow else 0

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close


class Client:
    """Somebody who writes bytes to a server, their own unless another one is given."""

    def __init__(self, server: ApiServer | None = None, **options: Any) -> None:
        self.clock = ManualClock()
        self.server = server or new_server(self.clock, ServerSettings(**options))
        self.wire = Notes()
        self.connection = Connection(self.server, Caller(), opened=lambda _: None, closed=lambda _: None)
        self.connection.connection_made(self.wire)

    def says(self, *pieces: bytes) -> bytes:
        """Write some bytes, and return what is answered; without dates."""
        self.wire.sent = b""
        for piece in pieces:
            self.connection.data_received(piece)
        return re.sub(rb"Date: [^\r]+", b"Date: today", self.wire.sent)


def request(method: str, target: str, body: bytes = b"", *lines: str, chunks: int = 0) -> bytes:
    """Return a request; with ``chunks``, its body in so many of these."""
    framing = "Transfer-Encoding: chunked" if chunks else f"Content-Length: {len(body)}"
    head = "\r\n".join((f"{method} {target} HTTP/1.1", "Host: a", "Content-Type: application/json", framing, *lines))
    if chunks:
        size = -(-len(body) // chunks)
        cut = [body[at : at + size] for at in range(0, len(body), size)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in cut) + b"0\r\n\r\n"
    return f"{head}\r\n\r\n".encode() + body


def config_map(name: str) -> bytes:
    return b'{"metadata": {"name": "%b"}}' % name.encode()


CONVERSATION = (
    request("GET", "/readyz")
    + request("POST", CONFIG_MAPS, config_map("a"))
    + request("POST", CONFIG_MAPS, config_map("b"), chunks=3)
    + request("HEAD", f"{CONFIG_MAPS}/a")
    + request("DELETE", f"{CONFIG_MAPS}/a")
    + request("GET", f"{CONFIG_MAPS}?watch=true&timeoutSeconds=1")
    + request("GET", "/livez", b"", "Connection: close")
    + request("GET", "/readyz")
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.integers(1, len(CONVERSATION) - 1), unique=True, max_size=12))
async def test_where_bytes_are_cut_does_not_matter(places: list[int]) -> None:
    """A network delivers them as it likes: a head in two halves, three requests at once."""
    edges = [0, *sorted(places), len(CONVERSATION)]
    pieces = [CONVERSATION[start:end] for start, end in itertools.pairwise(edges)]

    heard = []
    for said in ([CONVERSATION], pieces):
        client = Client()
        found = client.says(*said)
        client.clock.now = client.server.next_deadline  # the watch ends
        client.wire.sent = b""
        client.server.step()
        await asyncio.sleep(0)
        heard.append((found, client.wire.sent.partition(b"0\r\n\r\n")[2].partition(b"Date")[0], client.wire.closed))

    assert heard[0] == heard[1]
    assert heard[0][1].startswith(b"HTTP/1.1 200 OK")
    assert heard[0][2]


async def test_who_does_not_take_replies_is_served_no_more() -> None:
    """Or a client with a small socket and a long list of wishes would fill the server's memory."""
    client = Client()
    served = []
    handle = client.server.handle
    client.server.handle = lambda request: served.append(request) or handle(request)  # type: ignore[method-assign]
    wishes = request("GET", "/readyz") * 2000

    client.connection.pause_writing()
    client.says(wishes)
    assert (0, True) == (len(served), client.wire.paused)

    client.connection.resume_writing()
    assert (2000, False) == (len(served), client.wire.paused)


async def test_what_comes_behind_a_watch_waits_for_its_end() -> None:
    """Replies have no names in HTTP/1.1: they come in the order of the requests."""
    client = Client()

    assert b"ok" not in client.says(request("GET", f"{CONFIG_MAPS}?watch=true"), request("GET", "/readyz"))
    client.connection.connection_lost(None)
    assert {} == client.server._cluster.store.collection("", "configmaps").subscribers


async def test_a_body_beyond_the_limit_is_refused_before_it_is_there() -> None:
    """And what still comes of it is thrown away, until the client has stopped."""
    client = Client(max_body_bytes=1000)
    said = request("POST", CONFIG_MAPS, b"x" * 5000)

    assert client.says(said[:3000]).startswith(b"HTTP/1.1 413 Request Entity Too Large")
    assert b"" == client.says(said[3000:], request("GET", "/readyz"))
    assert not client.wire.closed
    client.connection.connection_lost(None)


async def test_a_body_in_endless_chunks_is_refused_as_well() -> None:
    """Its length is told nowhere."""
    client = Client(max_body_bytes=1000)
    said = request("POST", CONFIG_MAPS, b"x" * 5000, chunks=50)

    assert client.says(said[:3000]).startswith(b"HTTP/1.1 413 Request Entity Too Large")
    client.connection.connection_lost(None)


@pytest.mark.parametrize("size", [b"x", b"-1", b"1_0", b"", b"f" * 5000])
async def test_chunks_that_are_none_end_the_conversation(size: bytes) -> None:
    """Nobody knows where the next request begins."""
    client = Client()
    said = request("POST", CONFIG_MAPS, b"x", chunks=1).partition(b"\r\n\r\n")[0]

    assert client.says(said + b"\r\n\r\n" + size + b"\r\nx").startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert client.wire.closed


async def test_a_line_of_a_chunk_without_an_end_is_not_waited_for() -> None:
    """It would be a way to fill the memory."""
    client = Client()
    said = request("POST", CONFIG_MAPS, b"x", chunks=1).partition(b"\r\n\r\n")[0]

    assert client.says(said + b"\r\n\r\n", b"1;" + b"a" * 5000).startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_a_watch_may_begin_with_more_than_may_pile_up_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What there is at its start was asked for; what comes faster than it is read was not."""
    monkeypatch.setattr("harness.apiserver.http.stream.BUFFER_LIMIT", 1000)
    client = Client()
    for number in range(50):
        client.says(request("POST", CONFIG_MAPS, config_map(f"n{number}")))
    client.wire.slow = True

    client.says(request("GET", f"{CONFIG_MAPS}?watch=true"))
    await asyncio.sleep(0)
    assert (50, False) == (client.wire.sent.count(b'"ADDED"'), client.wire.closed)

    writer = Client(client.server)
    for number in range(50, 60):
        writer.says(request("POST", CONFIG_MAPS, config_map(f"n{number}")))
        await asyncio.sleep(0)
    assert client.wire.closed
    client.connection.connection_lost(None)


@pytest.mark.parametrize(("said", "patience_s"), [(b"", 90), (b"GET /readyz HTT", 32)], ids=["nothing", "half a head"])
async def test_who_says_nothing_more_is_left(monkeypatch: pytest.MonkeyPatch, said: bytes, patience_s: float) -> None:
    """Sockets are few, and a client that is gone without a word holds one for ever."""
    client = Client()
    assert client.says(request("GET", "/readyz"), said).endswith(b"ok")
    start = asyncio.get_running_loop().time()

    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: start + patience_s - 1)
    client.connection.tire()
    assert not client.wire.closed
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: start + patience_s + 1)
    client.connection.tire()
    assert client.wire.closed


async def test_a_watch_is_never_tired_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may happen for hours."""
    client = Client()
    client.says(request("GET", f"{CONFIG_MAPS}?watch=true"))
    start = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: start + 10_000)

    client.connection.tire()

    assert not client.wire.closed
    client.connection.connection_lost(None)
