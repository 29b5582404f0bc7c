"""One client's connection: HTTP/1.1 off the wire and onto it, without a task or a queue between a request and the core.

The core is synchronous, so most requests are answered in the very call that brings their last byte. What has to wait for others (a
watch for events, a write for webhooks) occupies the connection; what the client sends meanwhile is looked at afterwards. It need not
send more than it is ready to read: while it does not take its replies, none of its requests is served.
"""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Final

from harness.apiserver.codec.coding import compressed
from harness.apiserver.http.bodies import Body, body_of
from harness.apiserver.http.heads import BadRequestError, Head, read_head
from harness.apiserver.http.outgoing import Caller
from harness.apiserver.http.stream import Stream
from harness.apiserver.http.tls import certified_user
from harness.apiserver.http1 import CHUNKED, encode, head
from harness.apiserver.messages import Reply, Request, User
from harness.apiserver.outcalls import Outcall
from harness.apiserver.server import Answer, ApiServer
from harness.apiserver.subscription import Subscription

_LONGEST_HEAD: Final = 1024 * 1024
"""How long request line and headers may be, the limit of kube-apiserver: selectors and tokens stand in them."""

_MOST_WAITING: Final = 64 * 1024
"""How many bytes a client may send ahead, while something of its own is under way, before they are left in its hands."""

_LINGER_SECONDS: Final = 1.0
"""For how long nothing must come of what is thrown away: who closes at once takes the refusal away from a client that still sends."""

_IDLE_SECONDS: Final = 90.0
_HEAD_SECONDS: Final = 32.0
"""How long a request is waited for, and its head when it has begun: kube-apiserver's patience."""

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """Serves the requests of one connection, in the order in which they come.

    :param opened: called with this connection when it is there; ``closed`` when it is not there any more.
    """

    def __init__(
        self,
        server: ApiServer,
        caller: Caller,
        *,
        opened: Callable[["Connection"], None],
        closed: Callable[["Connection"], None],
    ) -> None:
        self._server, self._caller = server, caller
        self._opened, self._closed = opened, closed
        self._transport: asyncio.Transport
        self._loop: asyncio.AbstractEventLoop
        self._waiting_since = 0.0  # for a request, or for the rest of a head
        self._user: User | None = None
        self._received = b""
        self._head: Head | None = None  # of the request whose body is under way, or that is being answered
        self._body: Body = body_of(0, 0)
        self._occupied = False  # by a request that has to wait for others
        self._clogged = False  # the client does not take its replies
        self._last = False  # no further request is served
        self._over = False  # nothing that comes is looked at
        self._stream: Stream | None = None
        self._asking: asyncio.Task[None] | None = None
        self._lingering: asyncio.TimerHandle | None = None

    # -- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of who it is."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._loop = transport, asyncio.get_running_loop()
        self._waiting_since = self._loop.time()
        self._user = certified_user(transport.get_extra_info("ssl_object"))
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Serve what is whole by now."""
        if self._over:
            if self._lingering is not None:
                self._linger()
            return
        if self._received:
            self._received += data
        else:
            self._received, self._waiting_since = data, self._loop.time()
        if self._occupied or self._clogged:
            if len(self._received) > _MOST_WAITING:
                self._transport.pause_reading()
        else:
            self._proceed()

    def pause_writing(self) -> None:
        """Serve nothing until the client has taken what there is."""
        self._clogged = True

    def resume_writing(self) -> None:
        """Go on."""
        self._clogged = False
        self._resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind: a watch must not outlive its client until the next event."""
        del exc
        self._over = True
        if self._stream is not None:
            self._stream.close()
        if self._asking is not None:
            self._asking.cancel()
        if self._lingering is not None:
            self._lingering.cancel()
        self._closed(self)

    # -- what the front asks

    def shut(self) -> None:
        """End a watch, and close as soon as what is under way has been answered."""
        self._last = True
        if self._stream is not None:
            self._stream.end()
        elif not self._occupied:
            self._close()

    def tire(self) -> None:
        """Close when what is waited for has not come in good time. To be called now and then."""
        if self._occupied or self._clogged or self._over or self._head is not None:
            return
        if self._loop.time() - self._waiting_since > (_HEAD_SECONDS if self._received else _IDLE_SECONDS):
            self._over = True
            self._transport.close()

    @property
    def under_way(self) -> asyncio.Task[None] | None:
        """The request that waits for an answer of somebody else, if there is one."""
        return self._asking

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    # -- the way of a request

    def _resume(self) -> None:
        if self._occupied or self._clogged or self._over:
            return
        self._transport.resume_reading()
        if self._received:
            self._proceed()

    def _proceed(self) -> None:
        try:
            while self._received and not (self._occupied or self._clogged or self._over):
                if not self._take():
                    return
                self._serve()
        except BadRequestError as refusal:
            self._refuse(refusal)

    def _take(self) -> bool:
        """Take what has come of a request; tells whether it is whole.

        :raises BadRequestError: it is none.
        """
        if self._head is None:
            data = self._received if self._received[0] > 13 else self._received.lstrip(b"\r\n")
            end = data.find(b"\r\n\r\n")
            if end > _LONGEST_HEAD or (end < 0 and len(data) > _LONGEST_HEAD):
                raise BadRequestError("431 Request Header Fields Too Large", unread=True)
            if end < 0:
                return False
            self._head, self._received = read_head(data[:end]), data[end + 4 :]
            fields = self._head.fields
            self._body = body_of(fields.length, self._server.settings.max_body_bytes)
            if fields.waits and not self._received and not self._body.whole:
                self._transport.write(_CONTINUE)
        self._received = self._body.take(self._received)
        return self._body.ready

    def _serve(self) -> None:
        assert self._head is not None
        method, path, query, _, fields = self._head
        self._last = self._last or self._head.closes or not self._body.whole
        self._give(self._server.handle(Request(method, path, query, fields.headers, self._body.data, self._user)))

    def _give(self, answer: Answer) -> None:
        if isinstance(answer, Reply):
            self._reply(answer)
        elif isinstance(answer, Subscription):
            self._open(answer)
        else:
            self._occupied = True
            self._asking = self._loop.create_task(self._ask(answer))

    def _reply(self, reply: Reply) -> None:
        assert self._head is not None
        reply = compressed(reply, self._head.fields.headers)
        head_only = self._head.method == "HEAD"
        self._write(encode(reply, head_only=head_only, last=f"Date: {_date()}\r\n{self._ending()}"))
        self._finish()

    def _write(self, data: bytes) -> None:
        """Write something that begins with a status line, in the client's own version."""
        old = self._head is not None and self._head.old
        self._transport.write(b"HTTP/1.0" + data[len(b"HTTP/1.0") :] if old else data)

    def _ending(self) -> str:
        """Return the line that tells what becomes of the connection, where it is not what the client's version has it do."""
        old = self._head is not None and self._head.old
        if self._last:
            return "" if old else "Connection: close\r\n"
        return "Connection: keep-alive\r\n" if old else ""

    def _open(self, subscription: Subscription) -> None:
        assert self._head is not None
        chunked = not self._head.old
        self._last = self._last or not chunked
        framing = f"{self._ending()}{CHUNKED}\r\n" if chunked else ""
        self._occupied = True
        self._write(head(subscription.status, subscription.headers, f"{framing}Date: {_date()}"))
        self._stream = Stream(self._transport, subscription, chunked=chunked, over=self._finish)
        self._stream.open()

    async def _ask(self, outcall: Outcall) -> None:
        answer: Answer = outcall
        try:
            while isinstance(answer, Outcall):
                if answer.pause:
                    await asyncio.sleep(answer.pause.total_seconds())
                answer = answer.resume(await self._caller.make(answer.calls))
        except BaseException:  # whatever it was, an answer half given must not look like a whole one
            self._transport.abort()
            raise
        self._asking = None
        self._give(answer)

    def _finish(self) -> None:
        """Turn to the next request, unless this was the last."""
        self._head = self._stream = None
        waited, self._occupied = self._occupied, False
        self._waiting_since = self._loop.time()
        if self._last:
            self._close()
        elif waited:
            self._loop.call_soon(self._resume)

    # -- the ends

    def _refuse(self, refusal: BadRequestError) -> None:
        text = refusal.text.encode()
        framing = f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        opening = f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain; charset=utf-8\r\n{framing}"
        self._transport.write(opening.encode() + text)
        if refusal.unread:
            self._linger()
        else:
            self._over = True
            self._transport.close()

    def _close(self) -> None:
        if self._body.whole:
            self._over = True
            self._transport.close()
        else:
            self._linger()

    def _linger(self) -> None:
        """Throw away what the client still sends, and close when it has stopped."""
        if self._lingering is not None:
            self._lingering.cancel()
        elif self._transport.can_write_eof():
            self._transport.write_eof()
        self._over = True
        self._lingering = self._loop.call_later(_LINGER_SECONDS, self._transport.close)


_shown: tuple[int, str] = (0, "")


def _date() -> str:
    """Return the time as a header has it; it is written once a second."""
    global _shown  # noqa: PLW0603
    now = int(time.time())
    if now != _shown[0]:
        _shown = (now, formatdate(now, usegmt=True))
    return _shown[1]
