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


class Quiescence:
    """Knows the work sources of a run and lets code wait until all of them are idle."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._sources: dict[WorkSource, str] = {}
        self._waiters: list[tuple[asyncio.Future[None], datetime | None]] = []
        loop.on_idle(self._look)
        loop.notes.append(self._note)

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

    async def reached(self, *, until: datetime | None = None) -> None:
        """Wait for the quiescence point.

        :param until: also let every declared deadline up to this moment pass first.
        """
        waiter = self._loop.create_future()
        self._waiters.append((waiter, until))
        self._loop.call_soon(lambda: None)  # one turn at least: what was just asked for has to set out
        await waiter

    def _look(self) -> None:
        if not self._waiters or self.reasons():
            return
        deadline = self.next_deadline()
        now = instant(self._loop.time())
        for waiter, until in tuple(self._waiters):
            if until is None or (now >= until and (deadline is None or deadline > until)):
                self._waiters.remove((waiter, until))
                if not waiter.done():
                    waiter.set_result(None)
            elif (deadline is None or deadline > until) and now < until:
                # Nothing will happen before `until` by itself; make sure that the clock gets there.
                self._loop.call_later((until - now).total_seconds(), lambda: None)

    def _note(self) -> list[str]:
        return [f"  busy: {reason}" for reason in self.reasons()]
