"""A simulated run: one loop, its network, its actors and its tape, put together.

    >>> async def main() -> None:
    ...     with Simulation() as simulation:
    ...         simulation.network.add("service.test", backend)
    ...         async with aiohttp.ClientSession() as session:
    ...             await session.get("http://service.test/")
    ...         await simulation.quiescence.reached()
    >>> run(main(), seed=7)

Operators under rehearsal are `KopfProcess` es of it, services are `AsgiBackend` s. Everything that a run changes outside of
its own objects (the clocks of the process, aiohttp's connector, Kopf's sets) is put back when it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Self

from harness.simulation.actors import current_actor
from harness.simulation.clock import VirtualLoop
from harness.simulation.clocks import instant
from harness.simulation.decoding import quick_decoding
from harness.simulation.determinism import ordered_kopf
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_process import KopfProcess, Loaded
from harness.simulation.kopf_work import counted_processing
from harness.simulation.latency import Latency
from harness.simulation.network import Network
from harness.simulation.quiescence import Quiescence
from harness.simulation.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from harness.simulation.trouble import Trouble


class Simulation:
    """What belongs to one run. Enter it on a running `VirtualLoop`.

    :ivar loop: the loop, its clock and its seeded streams.
    :ivar network: hosts and the trouble between them.
    :ivar quiescence: when nothing more will happen by itself.
    :ivar tape: everything seen on the network.
    :raises SimulationError: the running loop is not a `VirtualLoop`.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise SimulationError(
                f"a simulation runs on a VirtualLoop, this is a {type(loop).__name__}; "
                "use harness.simulation.run(…) or mark the test `virtual_time`"
            )
        self.loop = loop
        self.streams = loop.streams
        self.network = Network()
        self.latency = Latency(loop.streams)
        self.network.troubles.append(self.latency)
        self.quiescence = Quiescence(loop)
        self.quiescence.add(self.network, "network")
        self.tape = Tape(loop)
        self.network.observers.append(self.tape)
        self._stack = contextlib.ExitStack()
        self._at = (0.0, instant(0.0))

    def __enter__(self) -> Self:
        self.loop.clocks.seed(self.streams.of("random").getrandbits(64))
        gate, self.loop.executor_gate = self.loop.executor_gate, _refuse_the_dead
        self._stack.callback(setattr, self.loop, "executor_gate", gate)
        self._stack.callback(self.quiescence.close)
        self._stack.enter_context(self.network.installed())
        self._stack.enter_context(ordered_kopf())
        self._stack.enter_context(quick_decoding())
        self._stack.enter_context(counted_processing())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def now(self) -> datetime:
        """Return the moment that the wall clock of the run shows."""
        seconds = self.loop.time()
        if seconds != self._at[0]:  # asked several times for each request
            self._at = (seconds, instant(seconds))
        return self._at[1]

    def operator(self, name: str, load: Callable[[], Loaded], *, restarts: bool = False) -> KopfProcess:
        """Make a Kopf operator an actor of this run; start it yourself."""
        return KopfProcess(name, load, quiescence=self.quiescence, tape=self.tape, restarts=restarts)

    @contextlib.contextmanager
    def trouble(self, trouble: Trouble) -> Any:
        """Put a trouble in force for the length of the body. It is asked before the latency is."""
        self.network.troubles.insert(0, trouble)
        try:
            yield trouble
        finally:
            self.network.troubles.remove(trouble)


def _refuse_the_dead() -> None:
    """Blocking work of a dead process does not happen either: no database writes after a crash."""
    actor = current_actor()
    if actor.dead:
        raise ConnectionResetError(f"{actor.name} is dead: it does no blocking work")
