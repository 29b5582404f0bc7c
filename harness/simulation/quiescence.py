"""When nothing more will happen by itself.

A claim about the absence of something ("never Blocked") can only be made when nothing is left that could still bring it
about. A run is *quiescent* when no message is under way, every work source is idle, and nothing is ready to run. Time may
still bring something: a time-out, the end of a cooldown. Such *declared deadlines* are not work, since they pass only if
nothing else happened before; whoever wants to see beyond one lets time pass first.

Bookmarks, client time-outs and keep-alives are neither work nor deadlines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from harness.simulation.clocks import instant

if TYPE_CHECKING:
    import asyncio
    from datetime import datetime

    from harness.simulation.clock import VirtualLoop


@runtime_checkable
class WorkSource(Protocol):
    """Something that may still act by itself: a reconcile queue, Kopf's workers, the network, a garbage collector."""

    def busy(self) -> str | None:
        """Say what is going on, or ``None`` when idle."""
        ...

    def next_deadline(self) -> datetime | None:
        """Return the next declared deadline, or ``None``."""
        ...


class _Waiter:
    """Somebody who waits for a quiescence point, and the timer that brings the clock there."""

    __slots__ = ("future", "timer", "until")

    def __init__(self, future: asyncio.Future[None], until: datetime | None) -> None:
        self.future, self.until = future, until
        self.timer: asyncio.TimerHandle | None = None

    def aim(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Make sure that the clock stops in so many seconds, once."""
        if self.timer is None or self.timer.cancelled() or self.timer.when() <= loop.time():
            self.timer = loop.call_later(seconds, _nothing)

    def drop(self) -> None:
        """Forget the timer."""
        if self.timer is not None:
            self.timer.cancel()


class Sources:
    """The work sources of a run, and what they say."""

    def __init__(self) -> None:
        self._sources: dict[WorkSource, str] = {}

    def add(self, source: WorkSource, name: str) -> None:
        """Count a source in."""
        self._sources[source] = name

    def remove(self, source: WorkSource) -> None:
        """Count a source out: its owner stopped."""
        self._sources.pop(source, None)

    def reasons(self) -> list[str]:
        """Say who is busy, and with what."""
        found = ((name, source.busy()) for source, name in self._sources.items())
        return [f"{name}: {reason}" for name, reason in found if reason]

    def next_deadline(self) -> datetime | None:
        """Return the earliest declared deadline of all sources."""
        deadlines = [deadline for source in self._sources if (deadline := source.next_deadline()) is not None]
        return min(deadlines, default=None)


class Quiescence(Sources):
    """Lets code wait until all work sources of a simulated run are idle."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop
        self._waiters: list[_Waiter] = []
        self._unhook = loop.on_idle(self._look)
        loop.notes.append(self._note)

    def close(self) -> None:
        """Leave the loop alone from now on."""
        self._unhook()
        self._loop.notes.remove(self._note)

    async def reached(self, *, until: datetime | None = None) -> None:
        """Wait for the quiescence point.

        :param until: also let every declared deadline up to this moment pass first.
        """
        waiter = _Waiter(self._loop.create_future(), until)
        self._waiters.append(waiter)
        self._loop.call_soon(_nothing)  # one turn at least: what was just asked for has to set out
        try:
            await waiter.future
        finally:
            self._waiters.remove(waiter)
            waiter.drop()

    def _look(self) -> None:
        if not self._waiters or self.reasons():
            return
        deadline = self.next_deadline()
        now = instant(self._loop.time())
        for waiter in self._waiters:
            until = waiter.until
            if waiter.future.done():
                continue
            if until is None or (now >= until and (deadline is None or deadline > until)):
                waiter.future.set_result(None)
            elif now < until and (deadline is None or deadline > until):
                # Nothing will happen before `until` by itself; make sure that the clock gets there.
                waiter.aim(self._loop, (until - now).total_seconds())

    def _note(self) -> list[str]:
        lines = [f"  busy: {reason}" for reason in self.reasons()]
        deadlines = ((source.next_deadline(), name) for source, name in self._sources.items())
        return lines + [f"  deadline of {name}: {deadline:%H:%M:%S.%f}" for deadline, name in deadlines if deadline]


def _nothing() -> None:
    """Be something to wake up for."""
