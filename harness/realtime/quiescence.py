"""When nothing more will happen by itself, in real time.

The same promise as `simulation.quiescence`, where nobody sees all messages. A run is quiescent when, from the beginning of a
look at the API server to its end,

* no work source was busy and no declared deadline had come,
* and everybody who follows the cluster, operators and the history, had heard of all that the look shows.

Whatever would act after that had to be moved by a write, which the look would have shown, or by a source, which would have
been busy. It is noticed by event: each time before the loop looks at its sockets (`loop.RealLoop.before_looking`), never by
waiting for a while and hoping.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

from harness.simulation.errors import SimulationError
from harness.simulation.quiescence import Sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import datetime, timedelta

    from harness.clusters.real.look import Look
    from harness.realtime.loop import RealLoop


class Follower(Protocol):
    """Somebody who follows the cluster by watches."""

    def behind(self, look: Look) -> str | None:
        """Name something that was there when somebody looked, and of which they have not heard; else ``None``."""
        ...


class RestlessError(SimulationError):
    """The cluster did not come to rest in time; the message says who was busy, and with what."""


class _Waiter:
    """Somebody who waits for a quiescence point, and what became of the wait so far."""

    def __init__(self, restless: Callable[[Look | None], str | None]) -> None:
        self._restless = restless
        self.shown: Look | None = None
        self.reason = ""
        self.disturbed = False
        self.released: asyncio.Future[None] | None = None

    def notice(self, *, idle: bool) -> None:
        """Look at everybody, and let the waiter go on when nobody moves."""
        self.reason = self._restless(self.shown) or ""
        if self.reason:
            self.disturbed = True
        elif idle and self.released is not None and not self.released.done():
            self.released.set_result(None)


class RealQuiescence(Sources):
    """Knows the work sources and the followers of a run, and lets code wait until all of them are at rest.

    :param now: the wall clock, with time zone.
    :ivar elsewhere: says why a look takes so long: who is restless outside of this process.
    """

    def __init__(self, loop: RealLoop, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._loop, self._now = loop, now
        self._waiters: list[_Waiter] = []
        self._followers: Callable[[], Mapping[str, Follower]] = dict
        self.elsewhere: Callable[[], str] = str
        self._unhook = loop.before_looking(self._notice)

    def close(self) -> None:
        """Leave the loop alone from now on."""
        self._unhook()

    def followed_by(self, followers: Callable[[], Mapping[str, Follower]]) -> None:
        """Say who follows the cluster, by name; asked anew each time."""
        self._followers = followers

    async def reached(
        self, look: Callable[[], Awaitable[Look]], *, until: datetime | None = None, patience: timedelta
    ) -> None:
        """Wait for the quiescence point.

        :param look: reads from the API server what there is.
        :param until: let time pass up to this moment first, and with it the declared deadlines.
        :param patience: how long the cluster may be restless after that.
        :raises RestlessError: it is longer.
        """
        if until is not None:
            await asyncio.sleep((until - self._now()).total_seconds())
        async with self._waiting(self._restless, what="the cluster did not come to rest", patience=patience) as waiter:
            await self._settle(waiter, look)

    async def heard(self, lacks: Callable[[], str | None], *, patience: timedelta) -> None:
        """Wait until somebody has heard of something, however restless the cluster is.

        :param lacks: names what they have not heard of.
        :raises RestlessError: they do not in time.
        """
        what = "what was written was not seen"
        async with self._waiting(lambda _: lacks(), what=what, patience=patience) as waiter:
            await self._rest(waiter)

    @contextlib.asynccontextmanager
    async def _waiting(
        self, restless: Callable[[Look | None], str | None], *, what: str, patience: timedelta
    ) -> AsyncIterator[_Waiter]:
        waiter = _Waiter(restless)
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(patience.total_seconds()):
                yield waiter
        except TimeoutError:
            reason = waiter.reason or self.elsewhere() or "the API server does not answer"
            raise RestlessError(f"{what} within {patience}: {reason}") from None
        finally:
            self._waiters.remove(waiter)

    async def _settle(self, waiter: _Waiter, look: Callable[[], Awaitable[Look]]) -> None:
        while True:
            await self._rest(waiter)
            waiter.disturbed = False
            waiter.shown = await look()
            await self._rest(waiter)
            if not waiter.disturbed:
                return

    async def _rest(self, waiter: _Waiter) -> None:
        """Wait until the loop is idle and nobody is restless."""
        waiter.released = self._loop.create_future()
        try:
            await waiter.released
        finally:
            waiter.released = None

    def _notice(self, idle: bool) -> None:  # noqa: FBT001  the loop's hook
        for waiter in self._waiters:
            waiter.notice(idle=idle)

    def _restless(self, shown: Look | None) -> str | None:
        if reasons := self.reasons():
            return "; ".join(reasons)
        deadline = self.next_deadline()
        if deadline is not None and deadline <= self._now():
            return "a deadline has come"
        if shown is None:
            return None
        found = ((name, follower.behind(shown)) for name, follower in self._followers().items())
        return next((f"{name} has not heard of {what}" for name, what in found if what), None)
