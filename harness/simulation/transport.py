"""A connection in memory that speaks HTTP/1.1 to an unmodified client.

aiohttp writes a request's bytes; the connection takes them apart, lets the seam (`trouble`) and the backend have them, and
feeds the reply's bytes to aiohttp's own parser. Timeouts, broken connections and half-read bodies are therefore the real
ones. A watch is a chunked reply whose lines the API server pushes; each stream keeps its order whatever the loop does.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote

from harness.apiserver import Reply, Request, Subscription
from harness.simulation.trouble import Answer, Crash, Delay, Hold, Moment, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.simulation.actors import Actor
    from harness.simulation.network import Backend, Network
    from harness.simulation.trouble import Gate


class Connection(asyncio.Transport):
    """The client's end of one connection of one actor."""

    def __init__(
        self,
        *,
        network: Network,
        host: str,
        backend: Backend,
        actor: Actor,
        protocol: Any,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__()
        self._network, self._host, self._backend = network, host, backend
        self._actor, self._protocol, self._loop = actor, protocol, loop
        self._received = b""
        self._closing = False
        self._stream: _Stream | None = None
        # Callbacks run on behalf of the connection's owner, whoever's write set them off.
        self._context = contextvars.copy_context()
        self._break = lambda: self._end(ConnectionResetError(f"{actor.name} died"))
        actor.at_crash(self._break)

    # -- what the client asks of a transport

    def write(self, data: Any) -> None:
        """Collect bytes; a whole request sets out."""
        if self._closing or self._actor.dead:
            return
        self._received += bytes(data)
        while (taken := _parse(self._received)) is not None:
            request, self._received = taken
            # Never serve inside write(): the client is in the middle of sending.
            self._depart(request)

    def writelines(self, list_of_data: Any) -> None:
        """Collect several pieces."""
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        """Whether the connection was closed by either end."""
        return self._closing

    def close(self) -> None:
        """Close from the client's side."""
        self._end(None)

    def abort(self) -> None:
        """Close at once."""
        self._end(None)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known about the peer."""
        del name
        return default

    def get_write_buffer_size(self) -> int:
        """Everything written has left."""
        return 0

    def pause_reading(self) -> None:
        """Ignored: the reply is in memory already."""

    def resume_reading(self) -> None:
        """Ignored, as `pause_reading`."""

    # -- the way of a request

    def _depart(self, request: Request) -> None:
        moment = self._network.moment(self._actor, self._host, request)
        journey = _Journey(self._network)
        self._pass(
            moment, journey, lambda: self._serve(moment, journey), lambda reply: self._served(moment, journey, reply)
        )

    def _serve(self, moment: Moment, journey: _Journey) -> None:
        self._backend.serve(moment.request, lambda outcome: self._served(moment, journey, outcome))

    def _served(self, moment: Moment, journey: _Journey, outcome: Reply | Subscription) -> None:
        after = Moment(
            stage=Stage.AFTER,
            actor=moment.actor,
            host=moment.host,
            verb=moment.verb,
            resource=moment.resource,
            object=moment.object,
            n=moment.n,
            write=moment.write,
            request=moment.request,
            status=outcome.status if isinstance(outcome, Reply) else int(HTTPStatus.OK),
        )
        self._network.observe(after, outcome.body if isinstance(outcome, Reply) else b"")
        self._pass(
            after,
            journey,
            lambda: self._arrive(after, journey, outcome),
            lambda reply: self._arrive(after, journey, reply),
        )

    def _arrive(self, moment: Moment, journey: _Journey, outcome: Reply | Subscription) -> None:
        journey.end()
        if self._closing:
            if isinstance(outcome, Subscription):
                outcome.close()
            return
        if isinstance(outcome, Subscription):
            wire = _Wire(self._network, self._loop, self._context, self._protocol.data_received, self._kill)
            self._stream = _Stream(wire, moment, outcome)
            return
        self._protocol.data_received(_encode(outcome, head_only=moment.request.method == "HEAD"))

    def _pass(
        self, moment: Moment, journey: _Journey, go_on: Callable[[], None], answer: Callable[[Reply], None]
    ) -> None:
        """Let the message through the seam; ``go_on`` when it may, ``answer`` when a trouble answers in its stead."""
        delay = 0.0
        for verdict in self._network.verdicts(moment):
            match verdict:
                case Delay(seconds):
                    delay += seconds
                case Crash():
                    journey.end()
                    self._kill()
                    return
                case Answer(reply):
                    go_on = _bind(answer, reply)
                case Hold(gate):
                    if not gate.is_open:
                        journey.end()  # what stands at a gate is not under way: the scenario decides about it
                        gate.wait(moment).add_done_callback(_then(journey, go_on))
                        return
        if delay:
            self._loop.call_later(delay, go_on, context=self._context)
        else:
            self._loop.call_soon(go_on, context=self._context)

    def _kill(self) -> None:
        self._actor.mute()
        if self._actor.on_crash is not None:
            self._actor.on_crash()

    # -- the ends

    def _end(self, error: Exception | None) -> None:
        if self._closing:
            return
        self._closing = True
        self._actor.forget(self._break)
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._loop.call_soon(self._protocol.connection_lost, error, context=self._context)


class _Journey:
    """One message under way; counted until it arrives, whatever becomes of it."""

    __slots__ = ("_network", "_under_way")

    def __init__(self, network: Network) -> None:
        self._network = network
        self._network.under_way += 1
        self._under_way = True

    def end(self) -> None:
        if self._under_way:
            self._under_way = False
            self._network.under_way -= 1

    def resume(self, then: Callable[[], None]) -> None:
        if not self._under_way:
            self._under_way = True
            self._network.under_way += 1
        then()


@dataclass(frozen=True, slots=True)
class _Wire:
    """What a stream needs of its connection."""

    network: Network
    loop: asyncio.AbstractEventLoop
    context: contextvars.Context
    deliver: Callable[[bytes], None]
    kill: Callable[[], None]


class _Stream:
    """The watch on a connection: lines in the order of the store, each at its own time but none before its predecessor."""

    def __init__(self, wire: _Wire, moment: Moment, subscription: Subscription) -> None:
        self._wire, self._network, self._loop = wire, wire.network, wire.loop
        self._moment, self._subscription = moment, subscription
        self._queue: deque[_Line] = deque()
        self._held = False
        self._closed = False
        wire.deliver(_CHUNKED_HEAD)
        subscription.attach(self._push, self._end)

    def close(self) -> None:
        self._closed = True
        if not self._held:
            self._network.under_way -= len(self._queue)
        self._queue.clear()
        self._subscription.close()

    def _push(self, data: bytes) -> None:
        """Take a line from the store. What happens to it on its way is settled now; it may have to wait for its turn."""
        if self._closed:
            return
        line = _Line(data, self._network.delivery(self._moment), self._loop.time())
        for verdict in self._network.verdicts(cast("Moment", line.moment)):
            match verdict:
                case Delay(seconds):
                    line.due += seconds
                case Hold(gate):
                    line.gate = gate
                case Crash():
                    self._wire.kill()
                    return
                case Answer():
                    raise TypeError("a watch event cannot be answered; use Delay, Hold or Crash")
        self._enqueue(line)

    def _end(self) -> None:
        if not self._closed:
            self._enqueue(_Line(_LAST_CHUNK, None, self._loop.time()))

    def _enqueue(self, line: _Line) -> None:
        self._queue.append(line)
        if not self._held:
            self._network.under_way += 1
            if len(self._queue) == 1:
                self._start()

    def _start(self) -> None:
        """Send the head of the queue on its way."""
        line = self._queue[0]
        if line.gate is not None and line.moment is not None and not line.gate.is_open:
            # What stands at a gate, and all behind it, is not under way: the scenario decides about it.
            self._held = True
            self._network.under_way -= len(self._queue)
            line.gate.wait(line.moment).add_done_callback(self._opened)
        elif line.due > self._loop.time():
            self._loop.call_at(line.due, self._deliver, context=self._wire.context)
        else:
            self._loop.call_soon(self._deliver, context=self._wire.context)

    def _opened(self, _: asyncio.Future[None]) -> None:
        if not self._closed:
            self._held = False
            self._network.under_way += len(self._queue)
            self._start()

    def _deliver(self) -> None:
        if self._closed:
            return
        line = self._queue.popleft()
        self._network.under_way -= 1
        if line.moment is None:
            self._wire.deliver(line.data)
            return
        self._network.observe(line.moment, line.data)
        self._wire.deliver(b"%x\r\n%b\r\n" % (len(line.data), line.data))
        if self._queue and not self._closed:
            self._start()


class _Line:
    """One line of a watch under way; ``moment`` is None for the end of the stream."""

    __slots__ = ("data", "due", "gate", "moment")

    def __init__(self, data: bytes, moment: Moment | None, due: float) -> None:
        self.data, self.moment, self.due = data, moment, due
        self.gate: Gate | None = None


_CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


def _then(journey: _Journey, go_on: Callable[[], None]) -> Callable[[asyncio.Future[None]], None]:
    return lambda _: journey.resume(go_on)


def _bind(answer: Callable[[Reply], None], reply: Reply) -> Callable[[], None]:
    return lambda: answer(reply)


def _parse(data: bytes) -> tuple[Request, bytes] | None:
    """Take one whole HTTP/1.1 request off the front, or ``None`` when it is not all there."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        whole = _dechunk(body)
        if whole is None:
            return None
        body, rest = whole
    else:
        length = int(headers.get("content-length", "0"))
        if len(body) < length:
            return None
        body, rest = body[:length], body[length:]
    path, _, query = target.partition("?")
    pairs = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    return Request(method=method, path=unquote(path), query=pairs, headers=headers, body=body), rest


def _dechunk(data: bytes) -> tuple[bytes, bytes] | None:
    whole = b""
    while True:
        size, found, data = data.partition(b"\r\n")
        if not found:
            return None
        length = int(size.split(b";")[0], 16)
        if len(data) < length + 2:
            return None
        whole += data[:length]
        data = data[length + 2 :]
        if length == 0:
            return whole, data


def _encode(reply: Reply, *, head_only: bool) -> bytes:
    phrase = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items() if name.lower() != "content-length"]
    lines.append(f"Content-Length: {len(reply.body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head if head_only else head + reply.body
