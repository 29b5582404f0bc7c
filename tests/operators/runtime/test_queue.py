"""The reconcile queue: merging, order, retries, deadlines, and what it says about being busy."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from operators.api import Key
from operators.runtime import Done, Gone, ReconcileQueue, Requeue, RuntimeSettings, Throttled
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics

A, B, C = Key("a", "web"), Key("b", "web"), Key("a", "db")


class Bench:
    """A queue whose reconciles are written down and do what a test says."""

    def __init__(self, settings: RuntimeSettings) -> None:
        self.seen: list[tuple[float, Key]] = []
        self.answer = self.done
        self.queue = ReconcileQueue(
            self.reconcile,
            settings=settings,
            metrics=Metrics("bench"),
            log=logger("bench"),
        )
        self.task = asyncio.get_running_loop().create_task(self.queue.run())

    async def reconcile(self, key: Key) -> object:
        self.seen.append((round(asyncio.get_running_loop().time(), 6), key))
        return await self.answer(key, len([one for _, one in self.seen if one == key]))

    @staticmethod
    async def done(_key: Key, _run: int) -> object:
        return Done()

    @property
    def keys(self) -> list[Key]:
        return [key for _, key in self.seen]

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.seen]


@pytest.fixture
async def bench(settings):
    made = Bench(settings)
    yield made
    await made.queue.drain()
    made.task.cancel()


async def test_wake_ups_of_one_key_merge_while_it_waits(bench, turns):
    """A burst of watch events of one object costs one reconcile."""
    for key in (A, B, A, A, C, B):
        bench.queue.wake(key)
    await turns()

    assert bench.keys == [A, B, C]


async def test_a_wake_up_during_a_reconcile_makes_exactly_one_more_run_after_it(bench, turns):
    """What changed while a reconcile was looking must not be lost, and needs to be looked at once."""
    gate = asyncio.Event()

    async def wait(_key, _run):
        await gate.wait()
        return Done()

    bench.answer = wait
    bench.queue.wake(A)
    await turns()
    bench.queue.wake(A)
    bench.queue.wake(A)
    await turns()
    before = list(bench.keys)
    gate.set()
    await turns()

    assert before == [A]
    assert bench.keys == [A, A]


async def test_one_key_is_never_reconciled_twice_at_a_time_while_others_go_on(bench, turns):
    """Two reconciles of one object would race with each other; two objects need not wait for one another."""
    gate = asyncio.Event()

    async def hold_a(key, _run):
        if key == A:
            await gate.wait()
        return Done()

    bench.answer = hold_a
    for key in (A, B, A, C):
        bench.queue.wake(key)
    await turns()
    bench.queue.wake(A)
    await turns()

    assert bench.keys == [A, B, C]
    gate.set()
    await turns()


async def test_no_more_keys_run_at_once_than_the_setting_allows(settings, turns):
    """The limit protects the API server; the order of arrival holds among those that wait."""
    bench = Bench(RuntimeSettings(max_concurrent=2))
    gate = asyncio.Event()

    async def wait(_key, _run):
        await gate.wait()
        return Done()

    bench.answer = wait
    for key in (C, B, A):
        bench.queue.wake(key)
    await turns()
    first, busy = list(bench.keys), bench.queue.busy()
    gate.set()
    await turns()

    assert first == [C, B]
    assert busy == "reconciling a/db"
    assert bench.keys == [C, B, A]
    bench.task.cancel()


async def test_a_failed_reconcile_is_retried_with_growing_waits_until_it_succeeds(bench):
    """50 ms doubled each time, ±10 %: the waits are a hash of key and attempt, so the same in each replay."""

    async def fail_thrice(_key, run):
        if run <= 3:
            raise RuntimeError("not yet")
        return Done()

    bench.answer = fail_thrice
    bench.queue.wake(A)
    await asyncio.sleep(10)
    waits = [later - earlier for earlier, later in zip(bench.times, bench.times[1:], strict=False)]

    assert [0.9 * n <= wait <= 1.1 * n for n, wait in zip((0.05, 0.1, 0.2), waits, strict=True)] == [True, True, True]
    assert bench.queue.busy() is None


async def test_a_success_resets_the_backoff(bench):
    """The next failure, an hour later, must not pay for the last one."""

    async def fail_on_odd_runs(_key, run):
        if run % 2:
            raise RuntimeError("odd")
        return Done()

    bench.answer = fail_on_odd_runs
    for _ in range(2):
        bench.queue.wake(A)
        await asyncio.sleep(60)
    first, second = bench.times[1] - bench.times[0], bench.times[3] - bench.times[2]

    assert round(first, 5) == round(second, 5)


async def test_an_event_does_not_wait_for_the_backoff(bench, turns):
    """controller-runtime's Add and AddRateLimited are independent: news may well be what the retry was waiting for."""

    async def fail_once(_key, run):
        if run == 1:
            raise RuntimeError("not yet")
        return Done()

    bench.answer = fail_once
    bench.queue.wake(A)
    await turns()
    bench.queue.wake(A)
    await turns()
    at_once = list(bench.times)
    await asyncio.sleep(60)

    assert at_once == [0.0, 0.0]
    assert bench.times == [0.0, 0.0]


async def test_retry_after_of_the_api_server_is_the_least_wait(bench):
    """A server that says when to come back must not be asked earlier."""

    async def throttled_once(_key, run):
        if run == 1:
            raise Throttled(status=429, reason="TooManyRequests", message="slow down", retry_after=7)
        return Done()

    bench.answer = throttled_once
    bench.queue.wake(A)
    await asyncio.sleep(60)

    assert bench.times == [0.0, 7.0]


async def test_a_deadline_wakes_at_its_time_and_not_before(bench):
    """A reconcile that is called a hair early would find its deadline not passed and would have to be called again."""
    found = []

    async def once(_key, run):
        found.append(datetime.now(UTC))
        return Requeue(found[0] + timedelta(seconds=90, microseconds=1)) if run == 1 else Done()

    bench.answer = once
    bench.queue.wake(A)
    await asyncio.sleep(200)

    assert timedelta(seconds=90, microseconds=1) == found[1] - found[0]
    assert len(found) == 2


async def test_a_far_deadline_does_not_outlast_the_resync_floor(bench):
    """The only event that would have mattered may have been lost: after ten minutes we look for ourselves."""

    async def in_an_hour(_key, run):
        return Requeue(datetime.now(UTC) + timedelta(hours=1)) if run == 1 else Done()

    bench.answer = in_an_hour
    bench.queue.wake(A)
    await asyncio.sleep(3600)

    assert bench.times == [0.0, 600.0]


async def test_without_a_deadline_the_resync_floor_applies(bench):
    """Nothing that is not at rest waits for one event alone."""

    async def nothing_known(_key, run):
        return None if run == 1 else Done()

    bench.answer = nothing_known
    bench.queue.wake(A)
    await asyncio.sleep(3600)

    assert bench.times == [0.0, 600.0]


async def test_done_forgets_the_key_and_its_deadline(bench):
    """An object at rest costs nothing, however long it rests."""

    async def then_done(_key, run):
        return Requeue(datetime.now(UTC) + timedelta(minutes=5)) if run == 1 else Done()

    bench.answer = then_done
    bench.queue.wake(A)
    await asyncio.sleep(1)
    bench.queue.wake(A)
    await asyncio.sleep(86_400)

    assert bench.times == [0.0, 1.0]
    assert bench.queue.next_deadline() is None


async def test_a_gone_object_counts_as_done(bench):
    """A write that finds its object deleted is no failure: there is nothing to retry."""

    async def gone(_key, _run):
        raise Gone("deleted meanwhile")

    bench.answer = gone
    bench.queue.wake(A)
    await asyncio.sleep(3600)

    assert bench.times == [0.0]


async def test_a_declared_deadline_is_rest_and_scripted_work_is_not(bench, turns):
    """Quiescence waits for what goes on by itself, and not for a time-out that may never come."""
    at = datetime.now(UTC) + timedelta(seconds=30)

    async def either(key, _run):
        return Requeue(at, work=key == B)

    bench.answer = either
    bench.queue.wake(A)
    await turns()
    resting, deadline = bench.queue.busy(), bench.queue.next_deadline()
    bench.queue.wake(B)
    await turns()

    assert resting is None
    assert at == deadline
    assert bench.queue.busy() == "work of b/web in 30.000 s"


async def test_a_retry_is_work_and_says_when(bench, turns):
    """Who waits for rest must know that a failed reconcile is going to be tried again."""

    async def fail(_key, _run):
        raise Throttled(status=429, reason="TooManyRequests", message="slow down", retry_after=4)

    bench.answer = fail
    bench.queue.wake(A)
    await turns()

    assert bench.queue.busy() == "retry of a/web in 4.000 s"
    assert bench.queue.next_deadline() is None


async def test_drain_waits_for_what_runs_and_takes_nothing_more(bench, turns):
    """A graceful stop must not cut a reconcile between its write and its audit."""
    gate, ended = asyncio.Event(), []

    async def wait(key, _run):
        await gate.wait()
        ended.append(key)
        return Requeue(datetime.now(UTC))

    bench.answer = wait
    bench.queue.wake(A)
    await turns()
    draining = asyncio.get_running_loop().create_task(bench.queue.drain())
    await turns()
    bench.queue.wake(B)
    gate.set()
    await draining
    await turns()

    assert ended == [A]
    assert bench.keys == [A]
    assert bench.queue.busy() is None


async def test_a_cancelled_queue_takes_its_reconciles_with_it(bench, turns):
    """A crash must not leave half of an operator running."""
    cancelled = []

    async def forever(key, _run):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(key)
            raise

    bench.answer = forever
    bench.queue.wake(A)
    await turns()
    bench.task.cancel()
    await turns()

    assert cancelled == [A]
    assert bench.queue.busy() is None
