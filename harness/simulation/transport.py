"""A connection in memory that speaks HTTP/1.1 to an unmodified client.

aiohttp writes a request's bytes; the connection takes them apart, lets the seam (`trouble`) and the backend have them, and
feeds the reply's bytes to aiohttp's own parser. Timeouts, broken connections and half-read bodies are therefore the real
ones. A watch becomes a `stream.Stream`.
"""

from __future__ import annotations

import asyncio
import contextvars
import errno
import functools
from typing import TYPE_CHECKING, Any

from harness.apiserver import Reply, Request, Subscription
from harness.apiserver.http1 import encode
from harness.simulation.errors import SimulationError
from harness.simulation.http1 import parse
from harness.simulation.stream import Stream, Wire
from harness.simulation.trouble import Answer, Break, Crash, Delay, Hold, Moment, Stage, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.simulation.actors import Actor
    from harness.simulation.network import Backend, Network
    from harness.simulation.trouble import Gate


Outcome = Reply | Subscription | ConnectionError
"""What a backend answers: a reply, a watch, or that the connection breaks."""


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
        self._stream: Stream | None = None
        # Callbacks run on behalf of the connection's owner, whoever's write set them off.
        self._context = contextvars.copy_context()
        self._break = lambda: self._end(_reset(f"{actor.name} died"))
        actor.at_crash(self._break)

    # -- what the client asks of a transport

    def write(self, data: Any) -> None:
        """Collect bytes; a whole request sets out."""
        if self._closing or self._actor.dead:
            return
        self._received += bytes(data)
        while self._received and (taken := parse(self._received)) is not None:
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

        def answered(outcome: Outcome) -> None:
            self._served(moment, journey, outcome)

        def serve() -> None:
            self._backend.serve(request, answered)

        self._pass(moment, journey, go_on=serve, answer=answered, lose=_nothing)

    def _served(self, moment: Moment, journey: _Journey, outcome: Outcome) -> None:
        if isinstance(outcome, ConnectionError):
            journey.end()
            self._end(outcome)
            return
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
            status=outcome.status,
        )
        self._network.observe(after, outcome.body if isinstance(outcome, Reply) else b"")

        def arrive(found: Reply | Subscription = outcome) -> None:
            self._arrive(after, journey, found)

        lose = outcome.close if isinstance(outcome, Subscription) else _nothing
        self._pass(after, journey, go_on=arrive, answer=arrive, lose=lose, reply=outcome)

    def _arrive(self, moment: Moment, journey: _Journey, outcome: Reply | Subscription) -> None:
        journey.end()
        if self._closing:
            if isinstance(outcome, Subscription):
                outcome.close()
            return
        if isinstance(outcome, Subscription):
            wire = Wire(
                network=self._network,
                loop=self._loop,
                context=self._context,
                deliver=self._protocol.data_received,
                kill=self._kill,
                cut=lambda: self._end(_reset("the connection broke")),
            )
            self._stream = Stream(wire, moment, outcome)
            # Only now: the first lines may already crash the actor, and the connection has to know what to close then.
            self._stream.open()
            return
        self._protocol.data_received(encode(outcome, head_only=moment.request.method == "HEAD"))

    def _pass(
        self,
        moment: Moment,
        journey: _Journey,
        *,
        go_on: Callable[[], None],
        answer: Callable[[Reply], None],
        lose: Callable[[], None],
        reply: Reply | Subscription | None = None,
    ) -> None:
        """Let the message through the seam.

        :param go_on: called when it may go on; ``answer`` when a trouble answers in its stead.
        :param lose: called when what was served will not arrive.
        :param reply: what was served, if it was.
        """
        due = self._loop.time()
        gates: list[Gate] = []
        for verdict in self._network.verdicts(moment):
            match verdict:
                case Delay(seconds):
                    due += seconds
                case Hold(gate):
                    gates.append(gate)
                case Answer(instead):
                    lose()
                    go_on = functools.partial(answer, instead)
                case Break(sent):
                    lose()
                    go_on = functools.partial(self._break_off, journey, reply, sent)
                case Crash():
                    journey.end()
                    lose()
                    self._kill()
                    return
        self._go_on(moment, journey, gates, due=due, go_on=go_on)

    def _go_on(
        self, moment: Moment, journey: _Journey, gates: list[Gate], *, due: float, go_on: Callable[[], None]
    ) -> None:
        """Wait at every gate, then for the time that is left."""
        for gate in gates:
            if not gate.is_open:
                journey.end()  # what stands at a gate is not under way: the scenario decides about it

                def opened(_: object) -> None:
                    journey.resume()
                    self._go_on(moment, journey, gates, due=due, go_on=go_on)

                gate.wait(moment).add_done_callback(opened, context=self._context)
                return
        if due > self._loop.time():
            self._loop.call_at(due, go_on, context=self._context)
        else:
            self._loop.call_soon(go_on, context=self._context)

    def _break_off(self, journey: _Journey, reply: Reply | Subscription | None, sent: int) -> None:
        journey.end()
        if isinstance(reply, Reply) and sent and not self._closing:
            whole = encode(reply, head_only=False)
            self._protocol.data_received(whole[: len(whole) - len(reply.body) + sent])
        self._end(_reset("the connection broke"))

    def _kill(self) -> None:
        if self._actor.dead:
            return  # a late message of an earlier incarnation: its successor has nothing to do with it
        try:
            self._actor.die()
        except SimulationError as error:
            report(error)

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

    def resume(self) -> None:
        if not self._under_way:
            self._under_way = True
            self._network.under_way += 1


def _nothing() -> None:
    """Have nothing to lose."""


def _reset(text: str) -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, text)
