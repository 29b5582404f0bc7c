"""A Kopf operator as an actor: started, stopped and killed beside others on one loop.

Kopf itself is not changed. What it assumes about owning its process is taken care of here: a stopping operator leaves the
tasks of others alone (`actors.Others`), its SIGKILL timer is defused (`clock.VirtualLoop.call_at`), and its patience with
silent watches is unlimited, because a stream in memory does not die in silence unless a fault says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import kopf
from kopf._core.reactor import processing

from harness.simulation.actors import Actor, Others, current_actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from harness.simulation.quiescence import Quiescence, WorkSource
    from harness.simulation.tape import Tape

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


class Life(enum.StrEnum):
    """Where an operator process stands."""

    NEW = "new"
    RUNNING = "running"
    STOPPED = "stopped"
    CRASHED = "crashed"
    FAILED = "failed"


class KopfProcess:
    """One operator, as a process that can be started, stopped, killed and started again.

    :param name: the actor's name.
    :param load: builds the operator afresh; called at each start, so that a crash loses everything that was in memory.
    :param restarts: whether a crash brings it up again after `RESTART_DELAY`, as a kubelet would.
    """

    def __init__(
        self, name: str, load: Callable[[], Loaded], *, quiescence: Quiescence, tape: Tape, restarts: bool = False
    ) -> None:
        self.name, self._load, self._quiescence, self._tape = name, load, quiescence, tape
        self.restarts = restarts
        self.life = Life.NEW
        self.starts = 0
        self.actor: Actor | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop: asyncio.Event | None = None
        self._sources: list[WorkSource] = []
        self._rising: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start, and return when Kopf's startup activities are done.

        :raises RuntimeError: it runs already.
        :raises Exception: whatever made the start fail.
        """
        if self.life is Life.RUNNING:
            raise RuntimeError(f"{self.name} is running already")
        loaded = self._load()
        self.starts += 1
        self.actor = Actor(self.name)
        self.actor.on_crash = self._on_crash
        self._stop, ready = asyncio.Event(), asyncio.Event()
        self._sources = [_KopfWork.of(self.actor), *loaded.sources]
        for source in self._sources:
            self._quiescence.add(source, self.name)
        self.life = Life.RUNNING
        self._tape.mark(self.name, "started" if self.starts == 1 else "started again")
        self._task = self.actor.spawn(self._run(loaded, self._stop, ready))
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.is_set():
            waiting.cancel()
            if self.life is not Life.CRASHED:
                await self._task

    async def stop(self) -> None:
        """Stop gracefully: queues drain, clean-up activities run."""
        if self._rising is not None:
            self._rising.cancel()
            self._rising = None
        if self.life is not Life.RUNNING or self._stop is None or self._task is None:
            return
        self._tape.mark(self.name, "stopped")
        self._stop.set()
        try:
            await self._task
        finally:
            self._forget_sources()
            if self.life is Life.RUNNING:
                self.life = Life.STOPPED

    async def kill(self) -> None:
        """Crash it: no clean-up reaches the outside, nothing in memory survives."""
        if self.life is not Life.RUNNING or self.actor is None:
            return
        self.actor.mute()
        self._on_crash()
        if self._rising is not None:
            await asyncio.shield(self._rising)

    def busy(self) -> str | None:
        """Part of the work-source protocol: a crashed process that is to rise again is work."""
        return "restarting after a crash" if self._rising is not None and not self._rising.done() else None

    def next_deadline(self) -> datetime | None:
        """None of its own."""
        return None

    async def _run(self, loaded: Loaded, stop: asyncio.Event, ready: asyncio.Event) -> None:
        settings = loaded.settings
        settings.process.ultimate_exiting_timeout = None
        settings.watching.inactivity_timeout = _FOREVER
        settings.queueing.exit_timeout = 0
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
        except Exception:
            if not mine.dead:
                self.life = Life.FAILED
                self._forget_sources()
                raise

    def _on_crash(self) -> None:
        if self.life is not Life.RUNNING:
            return
        self.life = Life.CRASHED
        self._tape.mark(self.name, "crashed")
        self._forget_sources()
        self._quiescence.add(self, self.name)
        actor = self.actor
        self._rising = _KUBELET.spawn(self._rise(actor), name=f"{self.name} after its crash")

    async def _rise(self, actor: Actor | None) -> None:
        if actor is not None:
            await actor.reap()
        if self.restarts:
            await asyncio.sleep(RESTART_DELAY)
            await self.start()
        self._quiescence.remove(self)

    def _forget_sources(self) -> None:
        for source in self._sources:
            self._quiescence.remove(source)


class _KopfWork:
    """Kopf's own workers as a work source: counts events being processed, retries and delays included."""

    _of: dict[Actor, _KopfWork] = {}  # noqa: RUF012 - weak in effect: entries go with `counted_processing`

    def __init__(self) -> None:
        self.count = 0

    @classmethod
    def of(cls, actor: Actor) -> _KopfWork:
        return cls._of.setdefault(actor, cls())

    def busy(self) -> str | None:
        return f"Kopf processes {self.count} events" if self.count else None

    def next_deadline(self) -> None:
        return None


@contextlib.contextmanager
def counted_processing() -> Iterator[None]:
    """Count what Kopf processes, per actor, for the length of the body."""
    original = processing.process_resource_event

    async def process_resource_event(*args: Any, **kwargs: Any) -> Any:
        work = _KopfWork.of(current_actor())
        work.count += 1
        try:
            return await original(*args, **kwargs)
        finally:
            work.count -= 1

    processing.process_resource_event = process_resource_event
    try:
        yield
    finally:
        processing.process_resource_event = original
        _KopfWork._of.clear()  # noqa: SLF001
