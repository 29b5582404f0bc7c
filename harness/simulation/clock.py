"""An event loop that owns its clock.

Code under rehearsal awaits, sleeps and reads the clock in the ordinary way. On this loop, time stands still while anything
can run; when nothing can, the clock *jumps* to the next timer. An hour of cooldown takes as long as the code needs to
notice that it has passed.

    >>> async def nap() -> float:
    ...     await asyncio.sleep(3600)
    ...     return asyncio.get_running_loop().time()
    >>> loop = VirtualLoop(seed=7)
    >>> loop.run_until_complete(nap())
    3600.0
    >>> loop.close()

What it promises:

- Time moves only to the exact instant of a timer; no drift, no real waiting.
- Timers of the same instant are in no particular order in real life. Here the seed decides, so that a test that relies on
  one order fails on some seed, and the same one each time.
- ``asyncio.to_thread`` and ``run_in_executor`` run inline: zero virtual seconds, always at the same place in the order.
- While the loop runs, ``time.monotonic``, ``time.time`` and ``datetime.now`` agree with ``loop.time()``
  (`clocks.Clocks`). ``time.perf_counter`` stays real, for measuring the harness itself.
- A run that cannot go on says so at once, with every task's place: `DeadlockError` when nothing is ready and no timer is
  set, `LivelockError` when the loop spins at one instant, `VirtualDeadlineError` when the virtual deadline passes.

False alarms and limits. Sockets are never polled: what waits for a real one is a deadlock here; the in-memory network
(`network.Network`) is how tasks talk. A task that waits for an event from *outside* the loop (a thread, a signal) is a
deadlock, too. A callback that never returns cannot be interrupted by the loop; pytest's ``faulthandler_timeout`` reports it.
``time.sleep`` blocks for real, as it would block any event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
import signal
from typing import TYPE_CHECKING, Any, TypeVar

from harness.simulation.clocks import Clocks
from harness.simulation.errors import DeadlockError, LivelockError, SimulationError, VirtualDeadlineError
from harness.simulation.streams import Streams
from harness.simulation.tasks import OrderedFuture, OrderedTask, describe_tasks

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable
    from concurrent.futures import Executor

T = TypeVar("T")

# The largest number of turns at one instant seen in honest runs was 3,057, for a thousand objects at once.
SPIN_LIMIT = 100_000

CLEANUP_GRACE = 3600.0
"""Virtual seconds that clean-up may take after a run has passed its deadline; what takes longer never ends."""


class _JumpingSelector(selectors._BaseSelectorImpl):  # noqa: SLF001 - the one base that keeps the register of file objects
    """A selector that never waits: it tells the loop to move its clock instead."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self.loop._on_idle()  # noqa: SLF001 - two halves of one mechanism
        else:
            self.loop._on_turn()  # noqa: SLF001
        return []


class _SeededTimer(asyncio.TimerHandle):
    """A timer whose place among those of the same instant was drawn, not given by the heap."""

    __slots__ = ("place",)
    _when: float
    _scheduled: bool
    place: tuple[float, float]
    """Its time, then its lot. One comparison of tuples: the heap makes a dozen of them for each timer."""

    def __lt__(self, other: Any) -> bool:
        mine: bool = self.place < other.place
        return mine


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop. One per run; close it after use.

    :param seed: decides the order of timers of the same instant; also the root of `streams`.
    :param deadline: virtual seconds after which the run counts as stuck; ``None`` for no limit.
    :param spin_limit: loop turns at one instant after which the run counts as stuck.
    """

    _scheduled: list[_SeededTimer]
    _timer_cancelled_count: int

    def __init__(self, *, seed: int = 0, deadline: float | None = None, spin_limit: int = SPIN_LIMIT) -> None:
        self._now = 0.0
        self._turns = 0
        self.deadline = deadline
        self.spin_limit = spin_limit
        self.streams = Streams(seed)
        self._ties = self.streams.of("ties")
        self._births = 0
        self._root: asyncio.Future[Any] | None = None
        self._verdict: SimulationError | None = None
        self._idle_hooks: list[Callable[[], None]] = []
        self.notes: list[Callable[[], list[str]]] = []
        self.executor_gate: Callable[[], None] = lambda: None
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)
        self.clocks = Clocks(self.time)
        self.set_task_factory(self._new_task)

    # -- what asyncio asks

    def time(self) -> float:
        """Virtual seconds since the start of the run."""
        return self._now

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Schedule a callback; equal times are ordered by the seed."""
        self._check_closed()  # type: ignore[attr-defined]
        if callback is signal.pthread_kill:
            # Kopf's last resort: ten minutes after a stop it sends SIGKILL to its own process. Ten virtual minutes pass
            # in no time, and the process would be ours.
            callback, args = _never, ()
        timer = _SeededTimer(when, callback, args, self, context)
        timer.place = (when, self._ties.random())
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True  # noqa: SLF001 - as BaseEventLoop.call_at does
        return timer

    def run_forever(self) -> None:
        """Run with the clocks of this process following the loop's."""
        with self.clocks:
            super().run_forever()

    def run_until_complete(self, future: Any) -> Any:
        """Run to the end of ``future``; raises a `StuckRunError` when that end cannot come."""
        root = asyncio.ensure_future(future, loop=self)
        previous, self._root, self._verdict = self._root, root, None
        try:
            result = super().run_until_complete(root)
        except BaseException as error:  # whatever ended the run, a cancellation too
            # What clean-up made of the cancellation comes second to why there was one.
            self._pronounce(error)
            raise
        finally:
            self._root = previous
        self._pronounce(None)
        return result

    def create_future(self) -> asyncio.Future[Any]:
        """Make a future that hashes by birth order."""
        return OrderedFuture(self._birth(), loop=self)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Call ``func`` here and now. There are no threads in virtual time."""
        del executor
        future: asyncio.Future[T] = self.create_future()
        try:
            self.executor_gate()
            result = func(*args)
        except StopIteration as stop:
            future.set_exception(RuntimeError(f"{func!r} raised {stop!r}, which a future cannot carry"))
        except Exception as error:  # noqa: BLE001 - whatever the work raises belongs to who awaits it, as with a real executor
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def add_signal_handler(  # type: ignore[override]
        self, sig: int, callback: Callable[..., Any], *args: Any
    ) -> None:
        """Do nothing: operators register SIGINT and SIGTERM, but this process belongs to the test."""

    def remove_signal_handler(self, sig: int) -> bool:
        """Nothing was added, so nothing is removed."""
        del sig
        return False

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's own
        """There is none."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Log what went wrong in a callback, as ever; but an error of the simulation itself ends the run.

        What the tasks of a dead process raise is nobody's business.
        """
        error = context.get("exception")
        whose = getattr(context.get("task", context.get("future")), "actor", None)
        if isinstance(error, SimulationError) and not isinstance(error, OSError):
            self._condemn(error)
        elif whose is None or not whose.dead:
            super().call_exception_handler(context)

    # -- what the harness asks

    def on_idle(self, hook: Callable[[], None]) -> Callable[[], None]:
        """Call ``hook`` whenever nothing can run at the present instant, before the clock moves.

        The hook may make something ready (then the clock stays). Returns a function that takes the hook off again.
        """
        self._idle_hooks.append(hook)
        return lambda: self._idle_hooks.remove(hook)

    def report(self, why: str) -> str:
        """Tell where every unfinished task stands, and what the notes have to say."""
        lines = [f"{why}, at virtual time +{self._now:.6f} s"]
        lines += describe_tasks(asyncio.all_tasks(self))
        for note in self.notes:
            lines += note()
        return "\n".join(lines)

    # -- the clock

    def _on_turn(self) -> None:
        self._turns += 1
        if self._turns > self.spin_limit:
            self._turns = 0
            why = f"the loop made {self.spin_limit} turns without the clock moving on"
            self._condemn(LivelockError(self.report(why)))

    def _on_idle(self) -> None:
        for hook in tuple(self._idle_hooks):
            hook()
        # Asked after the hooks: they may have set a timer, and an earlier one than all others.
        until = self._next_timer()
        if self._ready:  # type: ignore[attr-defined]
            self._on_turn()
        elif until is None:
            self._condemn(DeadlockError(self.report("nothing is ready and no timer is set")))
        elif self.deadline is not None and until > self.deadline:
            why = f"the virtual deadline of {self.deadline:g} s has passed"
            self.deadline = self._now + CLEANUP_GRACE
            self._condemn(VirtualDeadlineError(self.report(why)))
        else:
            self._now = max(self._now, until)
            self._turns = 0
            self.clocks.moved()

    def _next_timer(self) -> float | None:
        """Return the time of the next timer that was not cancelled."""
        timers = self._scheduled
        while timers and timers[0].cancelled():
            heapq.heappop(timers)._scheduled = False  # noqa: SLF001 - as BaseEventLoop does, its count included
            self._timer_cancelled_count -= 1
        return timers[0]._when if timers else None  # noqa: SLF001 - our own kind of timer

    def _condemn(self, verdict: SimulationError) -> None:
        """End the run: cancel its root, so that clean-up gets its chance; raise when that was tried before."""
        if self._verdict is None and self._root is not None and not self._root.done():
            self._verdict = verdict
            self._root.cancel()
        else:
            raise verdict

    def _pronounce(self, error: BaseException | None) -> None:
        """Raise the verdict, if there is one; a main coroutine that swallows its cancellation does not make the run good."""
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            return
        if self._verdict is not None and error is not self._verdict:
            raise self._verdict from (error if isinstance(error, Exception) else None)

    # -- births

    def _birth(self) -> int:
        self._births += 1
        return self._births

    def _new_task(self, loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return OrderedTask(self._birth(), coro, loop=loop, **options)


def _never(*_: object) -> None:
    """Stand for a callback that must not be called."""


def run(main: Any, *, seed: int = 0, deadline: float | None = None) -> Any:
    """Run one coroutine to its end in virtual time, like ``asyncio.run``.

    :param main: the coroutine.
    :param deadline: virtual seconds that it may take.
    :raises StuckRunError: see `VirtualLoop`.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(seed=seed, deadline=deadline)) as runner:
        return runner.run(main)
