"""A watch on its way to a client: a chunked reply whose lines the API server pushes.

Each line meets the seam (`trouble`) when it sets out. It arrives at its own time, but never before its predecessor: a stream
keeps its order, whatever latencies are drawn and whatever the loop does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from harness.apiserver.http1 import CHUNKED, LAST_CHUNK, chunk, head
from harness.simulation.errors import TroubleError
from harness.simulation.trouble import Answer, Break, Crash, Delay, Hold, Moment, report

if TYPE_CHECKING:
    import asyncio
    import contextvars
    from collections.abc import Callable

    from harness.apiserver import Subscription
    from harness.simulation.network import Network
    from harness.simulation.trouble import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What a stream needs of its connection.

    :ivar context: of the connection's owner; callbacks run in it, whoever's write set them off.
    :ivar deliver: hands bytes to the client.
    :ivar kill: crashes the actor.
    :ivar cut: breaks the connection.
    """

    network: Network
    loop: asyncio.AbstractEventLoop
    context: contextvars.Context
    deliver: Callable[[bytes], None]
    kill: Callable[[], None]
    cut: Callable[[], None]


class Stream:
    """The watch on a connection: lines in the order of the store, each at its own time but none before its predecessor."""

    def __init__(self, wire: Wire, moment: Moment, subscription: Subscription) -> None:
        self._wire, self._network, self._loop = wire, wire.network, wire.loop
        self._moment, self._subscription = moment, subscription
        self._queue: deque[_Line] = deque()
        self._held = False
        self._closed = self._ended = False

    def open(self) -> None:
        """Send the head, and take lines from now on."""
        self._wire.deliver(head(self._subscription.status, self._subscription.headers, CHUNKED))
        self._subscription.attach(self._push, self._end)

    def close(self) -> None:
        """Let go of everything: the lines that are under way or held are lost."""
        self._closed = True
        if not self._held:
            self._network.under_way -= len(self._queue)
        self._queue.clear()
        self._subscription.close()

    def _push(self, data: bytes) -> None:
        """Take a line from the store. What happens to it on its way is settled now; it may have to wait for its turn."""
        if self._closed or self._ended:
            return
        line = _Line(data, self._network.delivery(self._moment), self._loop.time())
        for verdict in self._network.verdicts(cast("Moment", line.moment)):
            match verdict:
                case Delay(seconds):
                    line.due += seconds
                case Hold(gate):
                    line.gates.append(gate)
                case Break(sent):
                    line.cut = sent
                case Crash():
                    self._wire.kill()
                    return
                case Answer():
                    report(TroubleError("a watch event cannot be answered; use Delay, Hold, Break or Crash"))
        self._enqueue(line)

    def _end(self) -> None:
        if not self._closed:
            self._ended = True
            self._enqueue(_Line(LAST_CHUNK, None, self._loop.time()))

    def _enqueue(self, line: _Line) -> None:
        self._queue.append(line)
        if not self._held:
            self._network.under_way += 1
            if len(self._queue) == 1:
                self._start()

    def _start(self) -> None:
        """Send the head of the queue on its way."""
        line = self._queue[0]
        gate = next((one for one in line.gates if not one.is_open), None)
        if gate is not None:
            # What stands at a gate, and all behind it, is not under way: the scenario decides about it.
            self._held = True
            self._network.under_way -= len(self._queue)
            gate.wait(cast("Moment", line.moment)).add_done_callback(self._opened, context=self._wire.context)
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
        if line.cut is not None:
            self._wire.deliver((b"%x\r\n%b" % (len(line.data), line.data[: line.cut])) if line.cut else b"")
            self._wire.cut()
            return
        self._network.observe(line.moment, line.data)
        self._wire.deliver(chunk(line.data))
        if self._queue and not self._closed:
            self._start()


class _Line:
    """One line of a watch under way; ``moment`` is None for the end of the stream."""

    __slots__ = ("cut", "data", "due", "gates", "moment")

    def __init__(self, data: bytes, moment: Moment | None, due: float) -> None:
        self.data, self.moment, self.due = data, moment, due
        self.gates: list[Gate] = []
        self.cut: int | None = None
