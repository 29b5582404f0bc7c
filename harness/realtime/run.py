"""One run in real time: its loop, its operators and what is known of them.

The counterpart of `simulation.world.Simulation`. Nothing stands between an operator and its cluster here: there are no
troubles, no seeds and no tape. What is left is starting, stopping and killing, and knowing when all are at rest.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from harness.realtime.connections import mortal_connectors
from harness.realtime.log import Log
from harness.realtime.loop import RealLoop
from harness.realtime.quiescence import RealQuiescence
from harness.realtime.sight import KopfSight, followed_streams
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_process import KopfProcess, Life, Loaded
from harness.simulation.kopf_work import counted_processing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Container, Mapping

    import kopf

    from harness.clusters.real.look import Look
    from harness.deployment.company import Company
    from harness.realtime.quiescence import Follower


class RealRun:
    """What belongs to one run. Enter it on a running `RealLoop`.

    :ivar quiescence: when nothing more will happen by itself.
    :ivar log: what happened to actors.
    :ivar places: the only namespaces of which operators hear (empty for what is in none); ``None`` for all.
    :ivar company: the operators that run as pods, if any do.
    :raises SimulationError: the running loop is not a `RealLoop`.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, RealLoop):
            raise SimulationError(f"a run in real time needs a RealLoop, this is a {type(loop).__name__}")
        self.loop = loop
        self._began = loop.time()
        self.log = Log(lambda: loop.time() - self._began)
        self.places: Container[str] | None = None
        self.quiescence = RealQuiescence(loop, now=self.now)
        self._operators: list[KopfProcess] = []
        self.company: Company | None = None
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self.quiescence.close)
        self._stack.enter_context(mortal_connectors())
        self._stack.enter_context(counted_processing())
        self._stack.enter_context(followed_streams(self.hears))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def hears(self, namespace: str) -> bool:
        """Whether operators hear of what is in a namespace."""
        return self.places is None or namespace in self.places

    def now(self) -> datetime:
        """Return the moment that the wall clock shows."""
        return datetime.now(UTC)

    def operator(self, name: str, load: Callable[[], Loaded], *, restarts: bool = False) -> KopfProcess:
        """Make a Kopf operator an actor of this run; start it yourself."""
        process = KopfProcess(
            name, load, quiescence=self.quiescence, tape=self.log, restarts=restarts, tune=_tune, also=KopfSight.of
        )
        self._operators.append(process)
        return process

    def deploy(self, company: Company) -> None:
        """Ask these operators, too, whether they are at rest: they run as pods."""
        self.company = company
        self.quiescence.elsewhere = lambda: company.reason

    async def around(self, look: Callable[[], Awaitable[Look]], *, namespaces: Collection[str]) -> Look:
        """Look at what there is, at a moment when all operators outside of this process are at rest."""
        return await look() if self.company is None else await self.company.around(look, namespaces=namespaces)

    def followers(self) -> Mapping[str, Follower]:
        """Return what each operator that runs has heard of."""
        return {
            one.name: KopfSight.of(one.actor)
            for one in self._operators
            if one.life is Life.RUNNING and one.actor is not None
        }


def _tune(settings: kopf.OperatorSettings) -> None:
    # Ten minutes after a stop that it deems stuck Kopf sends SIGKILL to its own process, and the process is ours.
    settings.process.ultimate_exiting_timeout = None
