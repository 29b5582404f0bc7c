"""Quiescence in real time: who is waited for, and that it is noticed by event."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from harness.clusters.real.look import Look
from harness.realtime.loop import RealLoop
from harness.realtime.quiescence import RealQuiescence, RestlessError

PATIENCE = timedelta(seconds=20)


class Source:
    """A work source that a test scripts."""

    def __init__(self, busy=None, deadline=None):
        self.reason, self.deadline = busy, deadline

    def busy(self):
        return self.reason

    def next_deadline(self):
        return self.deadline


class Follower:
    """Somebody who has heard of the first looks only when told so."""

    def __init__(self):
        self.lacks = "grants a/x"

    def behind(self, look):
        return self.lacks


def now():
    return datetime.now(UTC)


def play(scene):
    """Run ``scene(quiescence)`` on a real-time loop."""

    async def main():
        quiescence = RealQuiescence(asyncio.get_running_loop(), now=now)
        try:
            return await scene(quiescence)
        finally:
            quiescence.close()

    with asyncio.Runner(loop_factory=RealLoop) as runner:
        return runner.run(main())


class Looks:
    """Looks at nothing, and counts."""

    def __init__(self, during=lambda count: None):
        self.count, self._during = 0, during

    async def __call__(self):
        self.count += 1
        await asyncio.sleep(0.001)
        self._during(self.count)
        await asyncio.sleep(0.001)
        return Look({})


def test_when_all_are_at_rest_one_look_is_enough():
    looks = Looks()

    async def scene(quiescence):
        quiescence.add(Source(), "idle")
        quiescence.add(Source(deadline=now() + timedelta(hours=1)), "cooling down")
        await quiescence.reached(looks, patience=PATIENCE)

    play(scene)

    assert 1 == looks.count


def test_a_busy_source_is_waited_for():
    async def scene(quiescence):
        source = Source(busy="reconciling a/b")
        quiescence.add(source, "operator")
        asyncio.get_running_loop().call_later(0.05, setattr, source, "reason", None)
        await quiescence.reached(Looks(), patience=PATIENCE)
        return source.reason

    assert play(scene) is None


def test_what_happens_during_a_look_calls_for_another():
    """A source that was at work meanwhile may have written what the look did not show any more."""

    async def scene(quiescence):
        source = Source()
        quiescence.add(source, "operator")

        def during(count):
            if count == 1:
                source.reason = "reconciling"
                asyncio.get_running_loop().call_soon(
                    asyncio.get_running_loop().call_soon, setattr, source, "reason", None
                )

        looks = Looks(during)
        await quiescence.reached(looks, patience=PATIENCE)
        return looks.count

    assert 2 == play(scene)


def test_who_has_not_heard_is_waited_for():
    async def scene(quiescence):
        follower = Follower()
        quiescence.followed_by(lambda: {"operator": follower})
        asyncio.get_running_loop().call_later(0.05, setattr, follower, "lacks", None)
        await quiescence.reached(Looks(), patience=PATIENCE)
        return follower.lacks

    assert play(scene) is None


def test_a_deadline_that_has_come_is_work():
    """Its timer is about to fire; what it brings about belongs to the past, not to the future."""

    async def scene(quiescence):
        source = Source(deadline=now())
        quiescence.add(source, "operator")
        asyncio.get_running_loop().call_later(0.05, setattr, source, "deadline", None)
        await quiescence.reached(Looks(), patience=PATIENCE)
        return source.deadline

    assert play(scene) is None


def test_until_lets_deadlines_pass():
    async def scene(quiescence):
        until = now() + timedelta(seconds=0.05)
        await quiescence.reached(Looks(), until=until, patience=PATIENCE)
        return now() >= until

    assert play(scene)


@pytest.mark.parametrize("who", ["source", "follower"])
def test_a_restless_cluster_is_reported_with_who_is_busy(who):
    """Not a test that hangs until the CI job is killed."""

    async def scene(quiescence):
        if who == "source":
            quiescence.add(Source(busy="reconciling a/b"), "operator")
        else:
            quiescence.followed_by(lambda: {"operator": Follower()})
        await quiescence.reached(Looks(), patience=timedelta(seconds=0.05))

    said = {"source": "operator: reconciling a/b", "follower": "operator has not heard of grants a/x"}[who]
    with pytest.raises(RestlessError, match=f"within 0:00:00.050000: {said}"):
        play(scene)
