"""The reconcile queue: from wake-ups to reconciles, with controller-runtime's semantics on an asyncio loop.

What a caller may rely on:

- Wake-ups of a key merge; one reconcile per key at a time; several keys concurrently, up to ``max_concurrent``; first woken,
  first served. A wake-up during a reconcile makes one more run after it.
- A reconcile that raises is retried after an exponential backoff whose jitter is a hash of (key, attempt). An event does not
  wait for the backoff: it runs the key at once (``Add`` and ``AddRateLimited`` are independent there too). A success resets
  the backoff. ``Retry-After`` of the API server is honoured.
- ``Requeue(at)`` is an absolute time and only a hint: the reconcile compares for itself. A timer never fires early (it is
  armed again when the wall clock says less than ``at``), and never later than the resync floor.
- ``Done()`` forgets the key.

Nothing is persistent: a restarted operator learns its keys from Kopf's initial list, and every deadline is in the objects.

The queue is a *work source* (:class:`WorkSource`): whoever must know whether anything goes on asks :meth:`busy` and
:meth:`next_deadline`, and never looks inside.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from operators.api.resource import Key
from operators.runtime.errors import Gone, KubeError, OperatorError
from operators.runtime.metrics import Metrics
from operators.runtime.results import Done, Result
from operators.runtime.settings import RuntimeSettings

__all__ = ["ReconcileQueue", "WorkSource"]


class WorkSource(Protocol):
    """Something that may be at work; at rest when nothing is busy and no declared deadline has come."""

    def busy(self) -> str | None:
        """What is going on, in a few words for people; None when nothing is."""
        ...

    def next_deadline(self) -> datetime | None:
        """The earliest declared deadline (a time-out, a cooldown, a resync); None when there is none."""
        ...


@dataclass(slots=True)
class _Timer:
    at: datetime
    kind: str
    """``deadline``, ``work`` or ``retry``."""
    handle: asyncio.TimerHandle | None = None


class ReconcileQueue:
    """Runs one operator's reconciles. Made anywhere, run once, on one event loop.

    :ivar started: how many reconciles were started; it only grows.
    """

    def __init__(
        self,
        reconcile: Callable[[Key], Awaitable[Result]],
        *,
        settings: RuntimeSettings,
        metrics: Metrics,
        log: FilteringBoundLogger,
    ) -> None:
        self._reconcile = reconcile
        self._settings = settings
        self._metrics = metrics
        self._log = log
        self._ready: dict[Key, None] = {}  # a dict keeps the order of arrival and knows its members
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._again: set[Key] = set()
        self._timers: dict[Key, _Timer] = {}
        self._failures: dict[Key, int] = {}
        self._changed = asyncio.Event()
        self._closing = False
        self._broken: BaseException | None = None
        self.started = 0

    def wake(self, key: Key) -> None:
        """Reconcile this key as soon as there is a place; merges with what is already waiting. Never blocks."""
        if self._closing:
            return
        if key in self._running:
            self._again.add(key)
        else:
            self._ready[key] = None
            self._changed.set()

    async def run(self) -> None:
        """Serve until cancelled. An error that escapes means that the queue itself is broken: stop the operator."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                if self._broken is not None:
                    raise OperatorError("the reconcile queue broke") from self._broken
                while self._ready and len(self._running) < self._settings.max_concurrent:
                    self._start(next(iter(self._ready)))
                self._metrics.waiting.set(len(self._ready))
        finally:
            self._closing = True
            self._cancel_timers()
            for task in list(self._running.values()):
                task.cancel()

    async def drain(self) -> None:
        """Take no further keys and wait for the reconciles that run; what waits is left to the next start."""
        self._closing = True
        self._ready.clear()
        self._cancel_timers()
        if self._running:
            await asyncio.wait(list(self._running.values()))

    def busy(self) -> str | None:
        """What is going on: a running reconcile, a waiting key, a retry, a step of ours that takes its time."""
        if self._running:
            return f"reconciling {next(iter(self._running))}"
        if self._ready:
            return f"{len(self._ready)} waiting, first {next(iter(self._ready))}"
        working = [(timer.at, key, timer.kind) for key, timer in self._timers.items() if timer.kind != "deadline"]
        if not working:
            return None
        at, key, kind = min(working)
        left = max((at - datetime.now(UTC)).total_seconds(), 0.0)
        return f"{'retry' if kind == 'retry' else 'work'} of {key} in {left:.3f} s"

    def next_deadline(self) -> datetime | None:
        """The earliest declared deadline of a key."""
        return min((timer.at for timer in self._timers.values() if timer.kind == "deadline"), default=None)

    def _start(self, key: Key) -> None:
        del self._ready[key]
        self._disarm(key)
        self.started += 1
        task = asyncio.get_running_loop().create_task(self._process(key), name=f"reconcile {key}")
        self._running[key] = task
        task.add_done_callback(self._inspect)

    def _inspect(self, task: asyncio.Task[None]) -> None:
        """Whatever a reconcile raises is handled in its task; an error that arrives here is one of the queue."""
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()
            self._changed.set()

    async def _process(self, key: Key) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            result = await self._reconcile(key)
        except Gone:
            self._finish(key, Done())
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the key must be tried again: level-triggered
            self._retry(key, error)
        else:
            self._finish(key, result)
        finally:
            self._metrics.duration.observe(loop.time() - began)
            del self._running[key]
            if key in self._again:
                self._again.discard(key)
                self.wake(key)
            self._changed.set()

    def _finish(self, key: Key, result: Result) -> None:
        self._failures.pop(key, None)
        if isinstance(result, Done):
            self._metrics.reconciles.labels(result="done").inc()
            return
        self._metrics.reconciles.labels(result="requeue").inc()
        floor = datetime.now(UTC) + self._settings.resync
        if result is None:
            self._arm(key, floor, kind="deadline")
        else:
            self._arm(key, min(result.at, floor), kind="work" if result.work else "deadline")

    def _retry(self, key: Key, error: Exception) -> None:
        attempt = self._failures[key] = self._failures.get(key, 0) + 1
        delay = self._settings.retry.delay(attempt, key)
        if isinstance(error, KubeError) and error.retry_after is not None:
            delay = max(delay, timedelta(seconds=error.retry_after))
        self._metrics.reconciles.labels(result="error").inc()
        self._log.warning(
            "reconcile failed",
            namespace=key.namespace,
            name=key.name,
            attempt=attempt,
            retry_in_s=round(delay.total_seconds(), 3),
            error=str(error) or type(error).__name__,
            # What we raise explains itself; of anything else the place is wanted.
            exc_info=None if isinstance(error, OperatorError) else error,
        )
        self._arm(key, datetime.now(UTC) + delay, kind="retry")

    def _arm(self, key: Key, at: datetime, *, kind: str) -> None:
        self._disarm(key)
        if self._closing:
            return
        timer = self._timers[key] = _Timer(at, kind)
        self._set_off(key, timer)

    def _set_off(self, key: Key, timer: _Timer) -> None:
        loop = asyncio.get_running_loop()
        left = (timer.at - datetime.now(UTC)).total_seconds()
        timer.handle = loop.call_at(loop.time() + max(left, 0.0), self._ring, key, timer)

    def _ring(self, key: Key, timer: _Timer) -> None:
        if datetime.now(UTC) < timer.at:
            # Floats and the loop's clock resolution may be a hair early, and a wall clock may have been set back.
            self._set_off(key, timer)
            return
        if self._timers.get(key) is timer:
            del self._timers[key]
        self.wake(key)

    def _disarm(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None and timer.handle is not None:
            timer.handle.cancel()

    def _cancel_timers(self) -> None:
        for key in list(self._timers):
            self._disarm(key)
