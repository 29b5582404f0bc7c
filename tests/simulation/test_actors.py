"""Actors: who belongs to whom, and what a crash leaves."""

import asyncio

import pytest

from harness.simulation.actors import SCENARIO, Actor, Others, acting_as, current_actor

from .doubles import Echo, now, stage

pytestmark = pytest.mark.virtual_time


async def test_tasks_belong_to_the_actor_of_the_task_that_made_them():
    """Identity must reach down to whatever a library starts, or its requests would be the scenario's."""
    actor = Actor("operator")
    owners = []

    async def child():
        owners.append(current_actor())

    async def root():
        await asyncio.gather(child(), asyncio.create_task(child()))

    await actor.spawn(root())

    assert [actor, actor] == owners
    assert SCENARIO is current_actor()


async def test_a_crash_takes_no_virtual_time_and_ends_all_tasks():
    """SIGKILL is an instant."""
    actor = Actor("operator")
    tasks = [actor.spawn(asyncio.sleep(delay)) for delay in (1, 10, 100)]
    await asyncio.sleep(0.5)

    assert [] == await actor.crash()
    assert ([True] * 3, 0.5) == ([task.cancelled() for task in tasks], now())


async def test_a_crash_leaves_the_tasks_of_others_alone():
    """Neighbours on the same loop are other processes."""
    actor, other = Actor("operator"), Actor("other")
    actor.spawn(asyncio.sleep(1))
    neighbour = other.spawn(asyncio.sleep(1, "done"))

    await actor.crash()

    assert "done" == await neighbour


async def test_code_that_was_about_to_run_does_not_run_after_a_crash():
    """A killed process executes nothing more, whatever had just become ready in it."""
    actor, ran, ready = Actor("operator"), [], asyncio.Event()

    async def waits():
        await ready.wait()
        ran.append("after the crash")

    task = actor.spawn(waits())
    await asyncio.sleep(0)
    ready.set()
    actor.die()
    await asyncio.wait({task})

    assert [] == ran


async def test_finally_blocks_run_but_their_blocking_work_is_refused():
    """They are Python's, and cannot be prevented; a database write in one would undo the crash."""
    actor, wrote = Actor("operator"), []

    async def writes():
        try:
            await asyncio.sleep(100)
        finally:
            with pytest.raises(ConnectionResetError, match="operator is dead"):
                await asyncio.to_thread(wrote.append, "row")
            wrote.append("finally")

    async with stage(Echo()):
        task = actor.spawn(writes())
        await asyncio.sleep(1)
        await actor.crash()

    assert ["finally"] == wrote
    assert task.done()


async def test_tasks_that_swallow_every_cancellation_are_reported():
    """They are mute and harmless outside, but they are a bug of the operator that only SIGKILL hides."""
    actor, released = Actor("operator"), asyncio.Event()

    async def stubborn():
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    task = actor.spawn(stubborn(), name="stubborn")
    await asyncio.sleep(1)

    assert [task] == await actor.crash()
    released.set()
    await task


async def test_a_dead_actor_opens_no_connection():
    """Not even from code that has kept a session."""
    async with stage(Echo()) as simulation:
        await simulation.client.crash()
        with acting_as(simulation.client), pytest.raises(Exception, match=r"dead|closed"):
            await simulation.session.get("http://service.test")


async def test_others_are_all_tasks_but_ones_own():
    """What Kopf is told to leave alone when it stops."""
    actor = Actor("operator")
    mine, theirs = actor.spawn(asyncio.sleep(0)), asyncio.create_task(asyncio.sleep(0))

    assert (False, True) == (mine in Others(actor), theirs in Others(actor))
    await asyncio.wait({mine, theirs})
