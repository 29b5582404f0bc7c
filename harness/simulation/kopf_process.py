"""A Kopf operator as an actor: started, stopped and killed beside others on one loop.

Kopf itself is not changed. What it assumes about owning its process is taken care of here: a stopping operator leaves the
tasks of others alone (`actors.Others`), its SIGKILL timer is defused (`clock.VirtualLoop.call_at`), and in virtual time its
patience with silent watches is unlimited, because a stream in memory does not die in silence unless a fault says so.
"""

from __future__ import annotations

import asyncio
import enum
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import kopf
from kopf._core.engines.activities import ActivityError

from harness.simulation.actors import Actor, Others, current_actor
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_work import KopfWork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from harness.simulation.quiescence import Sources, WorkSource

_FOREVER = 10 * 365 * 86400.0
"""Seconds; longer than any rehearsal."""

_KUBELET = Actor("kubelet")

RESTART_DELAY = 1.0
"""Virtual seconds until a crashed operator is started again, when it is to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An operator ready to run: what a loader returns at each start."""

    registry: kopf.OperatorRegistry
    settings: kopf.OperatorSettings = field(default_factory=kopf.OperatorSettings)
    sources: tuple[WorkSource, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of ``kopf.operator``."""
    own: Any = None
    """The operator's own settings, if it has any."""


class Diary(Protocol):
    """Takes note of what happens to operators."""

    def mark(self, actor: str, text: str) -> None:
        """Note what happened to an actor."""
        ...


class Life(enum.StrEnum):
    """Where an operator process stands."""

    NEW = "new"
    RUNNING = "running"
    STOPPED = "stopped"
    CRASHED = "crashed"
    FAILED = "failed"


class KopfProcess:
    """One operator, as a process that can be started, stopped, killed and started again.

    :ivar settings: those that it was started with, if it has any of its own.
    :param name: the actor's name.
    :param load: builds the operator afresh; called at each start, so that a crash loses everything that was in memory.
    :param restarts: whether a crash brings it up again after `RESTART_DELAY`, as a kubelet would.
    :param tune: sets what Kopf has to know about the run; by default about one in virtual time.
    :param also: returns a work source of the run's own for an incarnation.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Loaded],
        *,
        quiescence: Sources,
        tape: Diary,
        restarts: bool = False,
        tune: Callable[[kopf.OperatorSettings], None] | None = None,
        also: Callable[[Actor], WorkSource] | None = None,
    ) -> None:
        self.name, self._load, self._quiescence, self._tape = name, load, quiescence, tape
        self._tune, self._also = tune or _tune, also
        self.settings: Any = None
        self.restarts = restarts
        self.life = Life.NEW
        self.starts = 0
        self.actor: Actor | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._sources: list[WorkSource] = []
        self._reaped = asyncio.Event()
        self._rising: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start, and return when Kopf's startup activities are done, or when a crash came first.

        :raises RuntimeError: it runs already.
        :raises Exception: whatever made the start fail.
        """
        if self.life is Life.RUNNING:
            raise RuntimeError(f"{self.name} is running already")
        loaded = self._load()
        self.starts += 1
        self._failure = None
        self.actor = actor = Actor(self.name)
        actor.on_crash = functools.partial(self._on_crash, actor)
        self._stop, ready = asyncio.Event(), asyncio.Event()
        self.settings = loaded.own
        self._sources = [KopfWork.of(actor), *loaded.sources, *([self._also(actor)] if self._also else [])]
        for source in self._sources:
            self._quiescence.add(source, self.name)
        self.life = Life.RUNNING
        self._tape.mark(self.name, "started" if self.starts == 1 else "started again")
        task = self._task = actor.spawn(self._run(loaded, self._stop, ready))
        waiting = asyncio.ensure_future(ready.wait())
        try:
            await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not ready.is_set() and not actor.dead:
            await task
            self._complain()
            raise SimulationError(f"{self.name} ended before it was ready")

    async def stop(self) -> None:
        """Stop gracefully: queues drain, clean-up activities run. A restart that is pending is called off.

        :raises Exception: what made the operator fail meanwhile, if it did and nobody was told.
        """
        await self._stay_down()
        if self.life is Life.RUNNING and self._stop is not None and self._task is not None:
            self._tape.mark(self.name, "stopped")
            self._stop.set()
            try:
                await self._task
            finally:
                if self.life is Life.RUNNING:
                    self._end(Life.STOPPED)
            await self._stay_down()
        self._complain()

    async def retire(self) -> None:
        """Leave the stage when the scenario is over; as `stop`."""
        await self.stop()

    async def kill(self) -> None:
        """Crash it: no clean-up reaches the outside, nothing in memory survives. Takes no virtual time.

        Returns when its tasks are gone; if it is to rise again, it does so by itself, `RESTART_DELAY` later.
        """
        if self.life is Life.RUNNING and self.actor is not None:
            self.actor.die()
        if self.life is Life.CRASHED:
            await self._reaped.wait()

    def busy(self) -> str | None:
        """Part of the work-source protocol: a crashed process that is to rise again is work."""
        return "restarting after a crash" if self._rising is not None and not self._rising.done() else None

    def next_deadline(self) -> datetime | None:
        """None of its own."""
        return None

    async def _run(self, loaded: Loaded, stop: asyncio.Event, ready: asyncio.Event) -> None:
        settings = loaded.settings
        self._tune(settings)
        options: dict[str, Any] = {"clusterwide": True, "standalone": True, **loaded.options}
        mine = current_actor()
        try:
            tasks = await kopf.spawn_tasks(
                registry=loaded.registry, settings=settings, stop_flag=stop, ready_flag=ready, **options
            )
            await kopf.run_tasks(tasks, ignored=Others(mine))
        except asyncio.CancelledError:
            if not mine.dead:
                raise
        except Exception as error:  # noqa: BLE001 - kept for `start` or `stop` to raise; an operator may fail of anything
            if not mine.dead:
                self._fail(error)
        else:
            if not mine.dead and not stop.is_set():
                self._fail(SimulationError(f"{self.name} ended by itself; its log says why"))

    def _on_crash(self, actor: Actor) -> None:
        if self.life is not Life.RUNNING or actor is not self.actor:
            return
        self._tape.mark(self.name, "crashed")
        self._end(Life.CRASHED)
        self._quiescence.add(self, self.name)
        self._reaped = asyncio.Event()
        self._rising = _KUBELET.spawn(self._rise(actor, self._reaped), name=f"{self.name} after its crash")

    async def _rise(self, actor: Actor, reaped: asyncio.Event) -> None:
        try:
            for task in await actor.reap():
                self._tape.mark(self.name, f"left behind: {task.get_name()} ignores its cancellation")
            reaped.set()
            if self.restarts:
                await asyncio.sleep(RESTART_DELAY)
                if self.life is Life.CRASHED:
                    await self.start()
        except Exception as error:  # noqa: BLE001 - nobody waits for this task: `stop` raises it
            self._failure = error
            self.life = Life.FAILED
        finally:
            if self._rising is asyncio.current_task():
                self._quiescence.remove(self)

    async def _stay_down(self) -> None:
        """Call a pending restart off, but let the crash come to its end."""
        rising = self._rising
        if rising is not None and not rising.done():
            await self._reaped.wait()
            rising.cancel()
            await asyncio.wait({rising})

    def _complain(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _fail(self, error: Exception) -> None:
        # What Kopf's activities raise only says that one failed; their cause says which, and why.
        cause = error.__cause__ if isinstance(error, ActivityError) else None
        self._failure = cause or error
        self._tape.mark(self.name, f"failed: {self._failure!r}")
        self._end(Life.FAILED)

    def _end(self, life: Life) -> None:
        self.life = life
        self._forget_sources()

    def _forget_sources(self) -> None:
        for source in self._sources:
            self._quiescence.remove(source)


def _tune(settings: kopf.OperatorSettings) -> None:
    settings.process.ultimate_exiting_timeout = None
    settings.watching.inactivity_timeout = _FOREVER
    settings.queueing.exit_timeout = 0
