"""Quiescence: never while anything can still happen by itself, at once when nothing can."""

import asyncio
from datetime import timedelta

import pytest

from harness.simulation.clock import VirtualLoop, run
from harness.simulation.clocks import EPOCH
from harness.simulation.errors import DeadlockError, VirtualDeadlineError
from harness.simulation.quiescence import Quiescence


class Source:
    """A work source that says what it is told to say."""

    def __init__(self, *, busy=None, deadline=None):
        self.reason, self.deadline = busy, deadline

    def busy(self):
        return self.reason

    def next_deadline(self):
        return self.deadline


def quiescence(*sources):
    found = Quiescence(asyncio.get_running_loop())
    for source in sources:
        found.add(source, "worker")
    return found


def now():
    return asyncio.get_running_loop().time()


@pytest.mark.virtual_time
async def test_it_is_reached_at_once_when_nothing_goes_on():
    """A negative claim about an idle run must not cost virtual time, or it would let deadlines pass."""
    await quiescence(Source()).reached()

    assert now() == 0.0


@pytest.mark.virtual_time
async def test_it_waits_for_tasks_that_are_ready_to_run():
    """What was just started has not set out yet: it would be missed without a look at what can run."""
    done = []

    async def three_turns():
        for _ in range(3):
            await asyncio.sleep(0)
        done.append(True)

    task = asyncio.create_task(three_turns())
    await quiescence().reached()

    assert done == [True]
    await task


@pytest.mark.virtual_time
async def test_it_waits_for_a_busy_source_to_become_idle():
    """A handler that sleeps will still act: until then no claim about what never happens can be made."""
    source = Source(busy="a handler sleeps")

    async def work():
        await asyncio.sleep(30)
        source.reason = None

    task = asyncio.create_task(work())
    await quiescence(source).reached()

    assert now() == 30.0
    await task


@pytest.mark.virtual_time
async def test_a_declared_deadline_is_not_work():
    """A cooldown of an hour that nobody asked to wait for must not pass in the middle of a scenario."""
    await quiescence(Source(deadline=EPOCH + timedelta(hours=1))).reached()

    assert now() == 0.0


class Cooldowns(Source):
    """Acts at each of its deadlines, two seconds long."""

    def __init__(self, *hours):
        super().__init__()
        self.left = [EPOCH + timedelta(hours=hour) for hour in hours]
        self.deadline = self.left[0]
        self.served = []
        self.task = asyncio.create_task(self._serve())

    async def _serve(self):
        while self.left:
            self.deadline = self.left[0]
            await asyncio.sleep((self.deadline - EPOCH).total_seconds() - now())
            self.reason, self.deadline = "a cooldown ends", None
            await asyncio.sleep(2)
            self.served.append(self.left.pop(0))
            self.reason = None
        self.deadline = None


@pytest.mark.virtual_time
async def test_until_lets_declared_deadlines_pass_in_order_and_no_further():
    """Whoever looks beyond a cooldown sees its effects settled, and not those of the next one."""
    cooldowns = Cooldowns(1, 2, 4)

    await quiescence(cooldowns).reached(until=EPOCH + timedelta(hours=3))

    assert cooldowns.served == [EPOCH + timedelta(hours=1), EPOCH + timedelta(hours=2)]
    assert now() == 3 * 3600.0
    cooldowns.task.cancel()


@pytest.mark.virtual_time
async def test_until_is_reached_exactly_even_when_another_timer_is_far_away():
    """The hook that aims the clock runs when the loop has already decided how long to wait: it must decide anew."""
    far = asyncio.get_running_loop().call_later(100_000, lambda: None)

    await quiescence().reached(until=EPOCH + timedelta(seconds=10))

    assert now() == 10.0
    far.cancel()


@pytest.mark.virtual_time
async def test_until_is_reached_when_no_timer_is_set_at_all():
    """Waiting for a moment is not a deadlock, although nothing else is left to run."""
    await quiescence().reached(until=EPOCH + timedelta(seconds=10))

    assert now() == 10.0


@pytest.mark.virtual_time
async def test_a_cancelled_wait_leaves_no_waiter_and_no_timer_behind():
    """Each expectation may give up; thousands of left-over waiters would be asked at every idle moment."""
    found = quiescence()
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(found.reached(until=EPOCH + timedelta(hours=3)))
    await asyncio.sleep(60)
    task.cancel()
    await asyncio.wait({task})

    assert found._waiters == []
    assert [timer for timer in loop._scheduled if not timer.cancelled()] == []


@pytest.mark.virtual_time
async def test_a_long_wait_sets_one_timer_however_often_the_run_is_idle():
    """An idle hour of a chatty operator is thousands of idle moments; a timer for each would never be taken away."""
    found = quiescence()
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(found.reached(until=EPOCH + timedelta(hours=3)))
    for _ in range(100):
        await asyncio.sleep(1)

    assert len(loop._scheduled) == 1
    task.cancel()


@pytest.mark.virtual_time
async def test_a_source_that_was_removed_is_not_asked_any_more():
    """A stopped operator takes its unfinished business with it."""
    source = Source(busy="for ever")
    found = quiescence(source)
    found.remove(source)

    await found.reached()

    assert now() == 0.0


def test_a_run_that_never_comes_to_rest_names_who_is_busy_and_with_what():
    """'The virtual deadline has passed' alone sends the reader on a search through every operator."""

    async def main():
        found = quiescence(Source(busy="reconciling a/b"), Source(deadline=EPOCH + timedelta(hours=1)))
        ticker = asyncio.create_task(tick())
        try:
            await found.reached()
        finally:
            ticker.cancel()

    async def tick():
        while True:
            await asyncio.sleep(10)

    with pytest.raises(VirtualDeadlineError) as caught:
        run(main(), deadline=100)

    assert "busy: worker: reconciling a/b" in str(caught.value)
    assert "deadline of worker: 16:16:29" in str(caught.value)


def test_a_busy_source_with_nothing_left_to_run_is_a_deadlock_that_names_it():
    """A work source that forgot to say that it is done is found at once, not after a time-out."""

    async def main():
        await quiescence(Source(busy="lost its task")).reached()

    with pytest.raises(DeadlockError, match="busy: worker: lost its task"):
        run(main())


def test_a_closed_quiescence_leaves_the_loop_alone():
    """Two simulations one after the other on one loop: the first must not answer for the second."""
    loop = VirtualLoop()
    try:
        found = Quiescence(loop)
        found.close()

        assert (loop._idle_hooks, loop.notes) == ([], [])
    finally:
        loop.close()
