"""What a scenario may say about an object: over its whole history, bounded in time, and with nothing left behind."""

import asyncio
from datetime import timedelta

import pytest

from harness.history import FailedExpectation

pytestmark = pytest.mark.virtual_time

MINUTE = timedelta(minutes=1)


def now():
    return asyncio.get_running_loop().time()


# -- reaches


async def test_reaches_finds_what_has_been_and_gone(play):
    """A phase that lived five milliseconds is in the history; a poll would have missed it."""
    subject = await play.create()
    await play.write(subject, "Active")
    await play.write(subject, "Expired")
    before = now()

    version = await play.history.of(subject).reaches("Active")

    assert ("Active", before) == (version.object["status"]["phase"], now())


async def test_reaches_waits_for_what_is_to_come(play):
    """It returns in the very instant of the write."""
    subject = await play.create()
    play.later(60, subject, "Active")

    version = await play.history.of(subject).reaches("Active")

    assert play.simulation.now() == version.at


async def test_reaches_gives_up_exactly_at_its_limit(play):
    """The limit is on the cluster's clock, and costs no real time."""
    subject = await play.create()
    before = now()

    with pytest.raises(FailedExpectation, match=r"it never did: it has no phase yet"):
        await play.history.of(subject).reaches("Active", within=10 * MINUTE)

    assert now() == pytest.approx(before + 600, abs=1e-9)


async def test_reaches_does_not_wait_longer_because_somebody_is_busy(play):
    """A handler that sleeps for an hour must not turn a limit of one minute into an hour."""

    class Busy:
        def busy(self):
            return "for ever"

        def next_deadline(self):
            return None

    subject = await play.create()
    play.simulation.quiescence.add(Busy(), "somebody")
    play.later(3600, subject, "Active")
    before = now()

    with pytest.raises(FailedExpectation):
        await play.history.of(subject).reaches("Active", within=MINUTE)

    assert now() == pytest.approx(before + 60, abs=1e-9)


@pytest.mark.parametrize("found", [True, False], ids=["reached", "given up"])
async def test_reaches_leaves_no_task_no_waiter_and_no_listener_behind(play, found):
    """A scenario awaits dozens of them; each remainder would be asked at every write from then on."""
    subject = await play.create()
    if found:
        play.later(1, subject, "Active")
    before = asyncio.all_tasks()
    try:
        await play.history.of(subject).reaches("Active", within=MINUTE)
    except FailedExpectation:
        assert not found

    assert set() == asyncio.all_tasks() - before
    assert [] == play.simulation.quiescence._waiters
    assert {subject.plural: []} == play.history.listeners


async def test_a_cancelled_reaches_leaves_nothing_behind_either(play):
    """Scenarios race expectations against each other."""
    subject = await play.create()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(play.history.of(subject).reaches("Active"), 5)

    assert {subject.plural: []} == play.history.listeners


async def test_reaches_takes_fields_beside_the_phase(play):
    """Snake case is a field of status; None is one that is absent."""
    subject = await play.create()
    await play.write(subject, "Active")
    await play.write(subject, "Active", expiresAt="2026-01-24T16:00:00Z")

    first = await play.history.of(subject).reaches("Active", expires_at=None)
    second = await play.history.of(subject).reaches("Active", expires_at="2026-01-24T16:00:00Z")

    assert int(first.resource_version) + 1 == int(second.resource_version)


# -- never, exactly, in_order, phases


async def test_never_waits_until_nothing_can_prove_it_wrong(play):
    """A claim made too early is true by accident."""
    subject = await play.create()
    writing = asyncio.create_task(play.write(subject, "Expired"))
    await asyncio.sleep(0)

    with pytest.raises(FailedExpectation):
        await play.history.of(subject).never("Expired")
    await writing


async def test_never_tells_who_wrote_it_when_and_from_which_phase(play):
    """The first thing that a reader asks."""
    subject = await play.create()
    await play.write(subject, "Active")
    await asyncio.sleep(60)
    await play.write(subject, "Expired")

    with pytest.raises(FailedExpectation) as caught:
        await play.history.of(subject).never("Expired")

    assert caught.value.found.startswith("at +01:00.")
    assert caught.value.found.endswith("controller wrote  Active → Expired")
    assert "AccessGrant x (in a) never in phase Expired" == caught.value.expected


async def test_never_holds_for_an_object_that_does_not_exist(play):
    """What is not there was in no phase."""
    subject = await play.create()
    await play.delete(subject)

    await play.history.of(subject).never("Active")


async def test_exactly_counts_entries_and_not_versions(play):
    """Writes that leave the phase as it is are no entries."""
    subject = await play.create()
    await play.write(subject, "Active")
    await play.write(subject, "Active", expiresAt="2026-01-24T16:00:00Z")
    await play.write(subject, "Expired")
    await play.write(subject, "Active")

    await play.history.of(subject).exactly(2, "Active")
    with pytest.raises(FailedExpectation, match=r"enters phase Expired exactly twice\nbut it did so once"):
        await play.history.of(subject).exactly(2, "Expired")


async def test_in_order_allows_others_between_and_refuses_another_order(play):
    """The order is the claim, not the completeness; for that there is `phases`."""
    subject = await play.create()
    for phase in ("Active", "Expired"):
        await play.write(subject, phase)

    await play.history.of(subject).in_order("Active", "Expired")
    assert ["Active", "Expired"] == await play.history.of(subject).phases()
    with pytest.raises(FailedExpectation, match=r"walks Expired … Active\nbut it walked Active → Expired"):
        await play.history.of(subject).in_order("Expired", "Active")


# -- stays


async def test_stays_lets_exactly_its_time_pass(play):
    """Something that takes longer must not be drawn in."""
    subject = await play.create()
    await play.write(subject, "Active")
    play.later(601, subject, "Expired")
    before = now()

    await play.history.of(subject).stays("Active", during=10 * MINUTE)

    assert now() == pytest.approx(before + 600, abs=1e-9)


async def test_stays_fails_at_the_write_that_breaks_it(play):
    """A state that was left and entered again was not kept."""
    subject = await play.create()
    await play.write(subject, "Active")
    play.later(100, subject, "Expired")
    play.later(200, subject, "Active")

    with pytest.raises(FailedExpectation, match=r"controller wrote  Active → Expired"):
        await play.history.of(subject).stays("Active", during=10 * MINUTE)


async def test_stays_fails_for_an_object_that_is_not_there(play):
    """A claim about nothing is no proof: it would hold for every misspelt name."""
    subject = await play.create()
    await play.delete(subject)

    with pytest.raises(FailedExpectation, match="it was deleted"):
        await play.history.of(subject).stays("Active", during=MINUTE)


async def test_stays_fails_when_the_object_is_deleted_meanwhile(play):
    """Its last version still has the phase, but it is gone."""
    subject = await play.create()
    await play.write(subject, "Active")
    deleting = asyncio.create_task(_after(60, play.delete(subject)))

    with pytest.raises(FailedExpectation, match="scenario deleted it"):
        await play.history.of(subject).stays("Active", during=10 * MINUTE)
    await deleting


async def _after(seconds, coro):
    await asyncio.sleep(seconds)
    await coro
