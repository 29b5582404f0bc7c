"""A real-time loop that knows whose task and whose connection is whose.

It is asyncio's own, with three additions: a task belongs to the actor (`simulation.actors.Actor`) that was current at its
birth, a connection breaks when its actor dies, and whoever asked hears each time before the loop looks at its sockets. The
last is how `quiescence` is noticed by event: whatever changes in this process changes between two such looks.
"""

from __future__ import annotations

import asyncio
import errno
import selectors
from typing import TYPE_CHECKING, Any

from harness.simulation.actors import Actor, current_actor

if TYPE_CHECKING:
    from collections.abc import Callable


_LAST_TURNS = 3
"""Turns of a loop that is about to close: one breaks a TLS connection, the next closes its socket."""


class ActorTask(asyncio.Task[Any]):
    """A task that belongs to an actor."""

    def __init__(self, coro: Any, **options: Any) -> None:
        context = options.get("context")
        self.actor: Actor = current_actor() if context is None else context.run(current_actor)
        super().__init__(coro, **options)


class _Attentive(selectors.DefaultSelector):
    """A selector that tells its loop before it looks."""

    loop: RealLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        idle = timeout is None or timeout > 0
        if self.loop.about_to_look(idle=idle):
            timeout = 0  # somebody was woken: there is something to run now
        return super().select(timeout)


class RealLoop(asyncio.SelectorEventLoop):
    """The loop. One per run; close it after use."""

    def __init__(self) -> None:
        self._hooks: list[Callable[[bool], None]] = []
        selector = _Attentive()
        selector.loop = self
        super().__init__(selector)
        self.set_task_factory(_new_task)

    def before_looking(self, hook: Callable[[bool], None]) -> Callable[[], None]:
        """Have a hook called whenever the loop is about to look at its sockets; returns what takes it back.

        :param hook: its argument says whether the loop is idle: nothing else is ready to run.
        """
        self._hooks.append(hook)
        return lambda: self._hooks.remove(hook)

    def about_to_look(self, *, idle: bool) -> bool:
        """Call the hooks; returns whether they made something ready to run."""
        for hook in tuple(self._hooks):
            hook(idle)
        return idle and bool(self._ready)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close, with every connection: what was told to close in the last moments has its turns first.

        Else sockets would be left open until the garbage collector comes, as closing one takes a turn of the loop.
        """
        if not self.is_closed() and not self.is_running():
            for transport in list(self._transports.values()):  # type: ignore[attr-defined]
                transport.abort()
            for _ in range(_LAST_TURNS):
                self.call_soon(self.stop)
                self.run_forever()
        super().close()

    async def create_connection(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        """Connect, on behalf of the current actor: its death breaks the connection."""
        actor = current_actor()
        refuse_the_dead(actor)
        transport, protocol = await super().create_connection(protocol_factory, *args, **options)
        if actor.dead:
            transport.abort()
            refuse_the_dead(actor)
        actor.at_crash(transport.abort)
        return transport, protocol

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Run blocking code in a thread; a dead actor's is refused. What runs already runs on: threads cannot be killed."""
        refuse_the_dead(current_actor())
        return super().run_in_executor(executor, func, *args)


def _new_task(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> ActorTask:
    return ActorTask(coro, loop=loop, **options)


def refuse_the_dead(actor: Actor) -> None:
    """Let nothing of a dead actor reach the outside.

    :raises ConnectionResetError: it is dead.
    """
    if actor.dead:
        raise ConnectionResetError(errno.ECONNRESET, f"{actor.name} is dead: nothing of it reaches the outside")
