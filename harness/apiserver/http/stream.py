"""One watch over HTTP: lines from the store's writes, to a client that may be slow.

The store pushes synchronously and must not wait for anybody, so lines go into the transport's buffer, those of one turn of the loop together. A client that
lets more than `BUFFER_LIMIT` bytes pile up, not counting those that it asked for at the start, loses the stream, as it would with the real server; it
resumes from its last version.
"""

import asyncio
from collections.abc import Callable

from harness.apiserver.http1 import LAST_CHUNK, chunk
from harness.apiserver.subscription import Subscription

BUFFER_LIMIT = 16 * 1024 * 1024


class Stream:
    """A watch that is being sent; the head of the reply has been.

    :param chunked: whether its body comes in chunks; else it ends with the connection.
    :param over: called once when the server has ended the watch and all of it is sent.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        subscription: Subscription,
        *,
        chunked: bool,
        over: Callable[[], None],
    ) -> None:
        self._transport, self._subscription = transport, subscription
        self._chunked, self._over = chunked, over
        self._loop = asyncio.get_running_loop()
        self._lines: list[bytes] = []
        self._limit = BUFFER_LIMIT

    def open(self) -> None:
        """Send what there is, and from now on every line as it comes."""
        self._subscription.attach(self._push, self._end)
        self._limit += sum(map(len, self._lines))

    def end(self) -> None:
        """End the watch from the server's side."""
        self._subscription.end()

    def close(self) -> None:
        """Let go of everything: the client has left."""
        self._lines.clear()
        self._subscription.close()

    def _push(self, line: bytes) -> None:
        if not self._lines:
            self._loop.call_soon(self._flush)
        self._lines.append(line)

    def _flush(self) -> None:
        if not self._lines or self._transport.is_closing():
            return
        data = b"".join(self._lines)
        self._lines.clear()
        self._transport.write(chunk(data) if self._chunked else data)
        if self._transport.get_write_buffer_size() > self._limit:
            self.close()
            self._transport.abort()

    def _end(self) -> None:
        self._flush()
        if self._chunked and not self._transport.is_closing():
            self._transport.write(LAST_CHUNK)
        self._over()
