"""Actors: the processes of a simulated run.

Each operator, service or scenario is an actor. There are no real processes: an actor is known by a context variable, set at
the root of its tasks and inherited by every task born below. That is where identity on the network, faults, latencies and
the tape attach.

A *crash* is what SIGKILL does to a process: at one instant nothing of it reaches the outside any more (its connections
break, its blocking work is refused), then its tasks are cancelled until none is left. ``finally`` blocks run, but they are
mute: they speak to broken connections. What had left before, however, is on the network and may still arrive, as in life.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from typing import TYPE_CHECKING, Any

from harness.simulation.errors import TroubleError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

# Code that swallows cancellation is given this many turns; what then still lives is mute, and is reported.
_REAP_ROUNDS = 30


class Actor:
    """One incarnation of a process. A restarted operator is a new Actor of the same name.

    :param name: how it appears in tapes and timelines.
    :param mortal: whether it can crash. The scenario cannot: nobody would be left to tell.
    """

    def __init__(self, name: str, *, mortal: bool = True) -> None:
        self.name, self.mortal = name, mortal
        self.dead = False
        self._closers: dict[Callable[[], object], None] = {}
        self.on_crash: Callable[[], None] | None = None

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Actor {self.name}{' (dead)' if self.dead else ''}>"

    def __contains__(self, task: object) -> bool:
        """Whether a task belongs to this actor."""
        return getattr(task, "actor", None) is self

    def at_crash(self, close: Callable[[], object]) -> None:
        """Have ``close`` called at the instant of a crash (a connection breaks)."""
        if self.mortal:
            self._closers[close] = None

    def forget(self, close: Callable[[], object]) -> None:
        """Take back `at_crash`."""
        self._closers.pop(close, None)

    def spawn(self, coro: Coroutine[Any, Any, Any], *, name: str | None = None) -> asyncio.Task[Any]:
        """Start a task as this actor."""
        context = contextvars.copy_context()
        context.run(_current.set, self)
        return asyncio.get_running_loop().create_task(coro, name=name or self.name, context=context)

    def mute(self) -> None:
        """Cut the actor off from the outside, here and now. The first half of a crash.

        :raises TroubleError: it cannot die.
        """
        if not self.mortal:
            raise TroubleError(f"{self.name} cannot crash; let the trouble look at `moment.actor`")
        self.dead = True
        for close in tuple(self._closers):
            close()
        self._closers.clear()

    async def reap(self) -> list[asyncio.Task[Any]]:
        """Cancel the actor's tasks until none is left. The second half of a crash; takes no virtual time.

        :returns: tasks that refused to end. They are mute and can do no harm outside.
        """
        for _ in range(_REAP_ROUNDS):
            alive = self._cancel(asyncio.current_task())
            if not alive:
                return []
            await asyncio.sleep(0)
        return alive

    def _cancel(self, spare: asyncio.Task[Any] | None = None) -> list[asyncio.Task[Any]]:
        alive = [task for task in asyncio.all_tasks() if task in self and task is not spare]
        for task in sorted(alive, key=hash):
            task.cancel()
        return alive

    def die(self) -> None:
        """Crash here and now, from wherever: no line of the actor's code runs any more but its ``finally`` blocks.

        Those take some turns of the loop; who wants to wait for them uses `crash`.
        """
        self.mute()
        self._cancel()
        if self.on_crash is not None:
            self.on_crash()
        else:
            _REAPER.spawn(self.reap(), name=f"{self.name} after its crash")

    async def crash(self) -> list[asyncio.Task[Any]]:
        """Die as if by SIGKILL. See the module's text."""
        self.mute()
        return await self.reap()


class Others:
    """Every task that is *not* of one actor: what a stopping Kopf operator has to leave alone.

    ``kopf.run_tasks(ignored=…)`` asks only ``task in ignored``; without it, a stopping operator cancels every task born
    after its start, whoever's it is.
    """

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def __contains__(self, task: object) -> bool:
        return task not in self._actor

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


SCENARIO = Actor("scenario", mortal=False)
_REAPER = Actor("reaper", mortal=False)
_current: contextvars.ContextVar[Actor] = contextvars.ContextVar("actor", default=SCENARIO)


def current_actor() -> Actor:
    """Return the actor on whose behalf this code runs; `SCENARIO` outside of any other."""
    return _current.get()


@contextlib.contextmanager
def acting_as(actor: Actor) -> Any:
    """Run the body on behalf of an actor."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
