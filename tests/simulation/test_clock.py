"""The virtual-time loop: exact jumps, seeded ties, agreeing clocks, and stuck runs that say where they stand."""

import asyncio
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.simulation.clock import VirtualLoop, run
from harness.simulation.clocks import EPOCH
from harness.simulation.errors import DeadlockError, LivelockError, VirtualDeadlineError


def test_an_hour_of_sleep_ends_exactly_one_hour_later():
    """Deadlines are compared with stored times: a drift of a microsecond would be a missed wake-up."""

    async def nap():
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert run(nap()) == 3600.0


def test_all_clocks_of_the_process_agree_with_the_loop():
    """Tenacity reads time.monotonic, status stamps come from datetime.now: a run in which they differ is not a run."""

    async def read():
        before = time.monotonic()
        await asyncio.sleep(90)
        return time.monotonic() - before, datetime.now(UTC), time.time_ns()

    monotonic, wall, nanoseconds = run(read())

    assert monotonic == 90.0
    assert wall == EPOCH + timedelta(seconds=90)
    assert nanoseconds == int(EPOCH.timestamp() + 90) * 10**9


def test_the_clocks_are_given_back():
    """The test process measures real durations between runs."""
    run(asyncio.sleep(3600))

    assert abs(datetime.now(UTC) - EPOCH) > timedelta(days=1)


def _order(seed):
    async def race():
        order = []

        async def runner(name):
            await asyncio.sleep(1)
            order.append(name)

        await asyncio.gather(*(runner(name) for name in "abcdef"))
        return "".join(order)

    return run(race(), seed=seed)


def test_timers_of_one_instant_come_in_an_order_that_the_seed_decides():
    """In virtual time ties are the normal case; one fixed order would hide every race among them."""
    assert len({_order(seed) for seed in range(20)}) > 10


def test_the_same_seed_gives_the_same_order():
    """A failing seed is worth nothing if it cannot be run again."""
    assert _order(3) == _order(3)


def test_threads_are_run_inline_and_take_no_virtual_time():
    """Real threads would finish in an order of their own."""

    async def work():
        value = await asyncio.to_thread(lambda: 6 * 7)
        return value, asyncio.get_running_loop().time()

    assert run(work()) == (42, 0.0)


def test_an_error_in_a_thread_reaches_who_awaits_it():
    """As with a real executor."""

    async def work():
        await asyncio.to_thread(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        run(work())


def test_a_deadlock_names_the_task_and_the_line_where_it_waits():
    """A hang that only times out tells nothing."""

    async def stuck():
        await asyncio.Event().wait()

    with pytest.raises(DeadlockError, match=r"test_clock\.py|locks\.py") as caught:
        run(stuck())

    assert "nothing is ready and no timer is set" in str(caught.value)


def test_cleanup_runs_after_a_deadlock():
    """Fixtures and finally blocks get their chance: operators stop, connections close."""
    cleaned = []

    async def stuck():
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    with pytest.raises(DeadlockError):
        run(stuck())

    assert cleaned == [True]


def test_a_spin_at_one_instant_is_reported():
    """Two tasks that wake each other for ever keep the clock from moving."""

    async def spin():
        while True:
            await asyncio.sleep(0)

    loop = VirtualLoop(spin_limit=1000)
    try:
        with pytest.raises(LivelockError, match="1000 turns without the clock moving"):
            loop.run_until_complete(spin())
    finally:
        loop.close()


def test_a_virtual_deadline_ends_a_run_that_only_waits():
    """With periodic timers about there is always something to run; only a deadline tells that nothing comes of it."""

    async def tick():
        while True:
            await asyncio.sleep(10)

    with pytest.raises(VirtualDeadlineError, match="virtual deadline of 100 s"):
        run(tick(), deadline=100)


def test_a_sigkill_timer_does_not_reach_this_process():
    """Kopf sends SIGKILL to its own process ten minutes after a stop: in virtual time that is at once, and us."""

    async def wait():
        loop = asyncio.get_running_loop()
        loop.call_later(600, signal.pthread_kill, threading.get_ident(), signal.SIGKILL)
        await asyncio.sleep(3600)

    run(wait())


def test_a_hook_may_set_a_timer_earlier_than_all_others():
    """The loop decides how long to wait before the hooks run; jumping by that old decision would pass over the new timer."""
    loop = VirtualLoop()
    seen = []

    def hook():
        if not seen:
            seen.append("asked")
            loop.call_later(5, lambda: seen.append(loop.time()))

    try:
        loop.on_idle(hook)
        loop.run_until_complete(asyncio.sleep(3600))
    finally:
        loop.close()

    assert seen == ["asked", 5.0]


def test_the_clock_does_not_stop_at_a_timer_that_was_cancelled():
    """A cancelled time-out is nothing that happens: stopping there would be an idle moment that real life has not."""
    loop = VirtualLoop()
    stops = []

    async def main():
        timer = loop.call_later(10, lambda: None)
        loop.on_idle(lambda: (timer.cancel(), stops.append(loop.time())))
        await asyncio.sleep(20)

    try:
        loop.run_until_complete(main())
    finally:
        loop.close()

    assert stops == [0.0]


def test_a_main_coroutine_that_swallows_its_cancellation_does_not_pass_for_a_good_run():
    """`except CancelledError: return` is common in user code; the stuck run must be reported all the same."""

    async def stubborn():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    with pytest.raises(DeadlockError):
        run(stubborn())


def test_an_error_of_the_cleanup_does_not_hide_why_the_run_was_ended():
    """A fixture that fails because everything is broken is a symptom; it is kept as the cause of the report."""

    async def stuck():
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("nothing to clean")

    with pytest.raises(DeadlockError) as caught:
        run(stuck())

    assert isinstance(caught.value.__cause__, ValueError)


def test_a_cleanup_that_never_ends_is_ended_too():
    """After the deadline the run has an hour to clean up; without an end, a ticker would keep the process busy for ever."""

    async def tick():
        while True:
            await asyncio.sleep(10)

    async def main():
        ticker = asyncio.ensure_future(tick())
        try:
            await ticker
        finally:
            await asyncio.shield(asyncio.ensure_future(tick()))

    with pytest.raises(VirtualDeadlineError, match="deadline of 100 s"):
        run(main(), deadline=100)


@pytest.mark.slow
@given(
    st.recursive(st.integers(0, 50), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=12),
    st.integers(),
)
@settings(max_examples=150, deadline=None)
def test_random_programs_of_sleeps_and_gathers_end_when_a_model_says(program, seed):
    """An integer sleeps so many tenths of a second, a list of depth 1 gathers, of depth 2 goes in sequence, and so on in turn.

    The model computes each end with exact fractions; the loop may not drift from it, whatever the seed does to ties.
    """
    log = {}

    async def perform(step, place, *, together):
        if isinstance(step, int):
            await asyncio.sleep(step / 10)
        elif together:
            await asyncio.gather(*(perform(one, (*place, n), together=False) for n, one in enumerate(step)))
        else:
            for n, one in enumerate(step):
                await perform(one, (*place, n), together=True)
        log[place] = asyncio.get_running_loop().time()

    run(perform(program, (), together=True), seed=seed)
    model = {}
    _model(program, (), Fraction(0), model, together=True)

    assert {place: round(end, 9) for place, end in log.items()} == {place: float(end) for place, end in model.items()}
    assert list(log.values()) == sorted(log.values())


def _model(step, place, start, ends, *, together):
    if isinstance(step, int):
        end = start + Fraction(step, 10)
    elif together:
        end = max(_model(one, (*place, n), start, ends, together=False) for n, one in enumerate(step))
    else:
        end = start
        for n, one in enumerate(step):
            end = _model(one, (*place, n), end, ends, together=True)
    ends[place] = end
    return end


def test_ten_thousand_sleeps_end_where_their_sum_says():
    """Each jump lands on the timer itself; an error of a nanosecond per jump would be ten microseconds here."""

    async def nap():
        for _ in range(10_000):
            await asyncio.sleep(0.25)
        return asyncio.get_running_loop().time()

    assert run(nap()) == 2500.0
