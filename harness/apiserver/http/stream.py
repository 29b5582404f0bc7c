"""One watch over HTTP: lines from the store's writes, to a client that may be slow.

The store pushes synchronously and must not wait for anybody, so lines go into a buffer that a task empties. A client that
lets more than `BUFFER_LIMIT` bytes pile up loses the stream, as it would with the real server; it resumes from its last version.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from harness.apiserver.subscription import Subscription

BUFFER_LIMIT = 16 * 1024 * 1024


class Watches:
    """The watches that are being streamed, so that a stop can end them."""

    def __init__(self) -> None:
        self._open: dict[int, Subscription] = {}

    @contextmanager
    def open(self, subscription: Subscription) -> Iterator[None]:
        """Count a watch in while it is streamed."""
        self._open[id(subscription)] = subscription
        try:
            yield
        finally:
            del self._open[id(subscription)]

    def end(self) -> None:
        """End every watch, as a server does that goes down."""
        for subscription in list(self._open.values()):
            subscription.end()


async def stream(request: web.BaseRequest, subscription: Subscription) -> web.StreamResponse:
    """Send a watch until it ends, the client leaves, or the client falls behind too far."""
    response = web.StreamResponse(status=subscription.status, headers=dict(subscription.headers))
    response.enable_chunked_encoding()
    buffer: deque[bytes] = deque()
    waiting, over, size = asyncio.Event(), False, 0

    def push(line: bytes) -> None:
        nonlocal over, size
        if over:
            return
        buffer.append(line)
        size += len(line)
        if size > BUFFER_LIMIT:
            over = True
            buffer.clear()
            subscription.close()
        waiting.set()

    def end() -> None:
        nonlocal over
        over = True
        waiting.set()

    try:
        await response.prepare(request)
        subscription.attach(push, end)
        while True:
            await waiting.wait()
            waiting.clear()
            if buffer:
                chunk = b"".join(buffer)
                buffer.clear()
                await response.write(chunk)
                size -= len(chunk)
            if over and not buffer:
                break
        if size > BUFFER_LIMIT:
            _drop(request)
        else:
            await response.write_eof()
    except ConnectionError:
        pass  # the client left: there is nobody to tell
    finally:
        subscription.close()
    return response


def _drop(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()
