"""What all stand-ins have in common: phases one by one, scripted times, no memory."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from operators.api.edges import EDGES
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.resource import Key
from operators.runtime.errors import Gone, Unavailable
from operators.runtime.results import Done, Requeue


def phases_written(stage):
    """How many status writes there were: one for each phase."""
    return sum(request.startswith("PATCH") for request in stage.wire.requests)


async def test_the_phases_of_the_kind_are_walked_one_write_at_a_time(stage):
    """Watchers of the real controller see each of them, so watchers of the stand-in must."""
    stage.cast("succeed")
    result = await stage.reconcile()

    assert Requeue(datetime.now(UTC) + timedelta(seconds=1), work=True) == result
    assert stage.part.working[-1] == stage.child()["phase"]
    assert len(stage.part.working) == phases_written(stage)


async def test_the_end_comes_exactly_at_the_scripted_time(stage):
    """Counted from the first phase, whenever the stand-in looks."""
    stage.cast("succeed after=90s")
    began = datetime.now(UTC)
    end = await stage.play()

    assert "Completed" == end["phase"]
    assert timedelta(seconds=90) == datetime.now(UTC) - began
    assert len(stage.part.working) + 1 == end["transitionCount"]


async def test_without_a_script_it_succeeds_after_a_second(stage):
    """Most scenarios script one step and want the others out of the way."""
    stage.cast()

    assert "Completed" == (await stage.play())["phase"]


async def test_without_an_owner_it_succeeds_too(stage):
    """A child made by hand."""
    stage.make()

    assert "Completed" == (await stage.play())["phase"]


async def test_a_script_that_takes_no_time_is_played_in_one_go(stage):
    """No timer, no second look."""
    stage.cast("succeed after=0s")

    assert Done() == await stage.reconcile()
    assert "Completed" == stage.child()["phase"]


async def test_a_failure_says_that_it_was_scripted(stage):
    """Whoever finds it in a report must not hunt for a bug."""
    stage.cast("fail after=2s reason=Forbidden")
    end = await stage.play()

    assert "Failed" == end["phase"]
    assert "scripted to fail: Forbidden" in str(end)


async def test_a_hanging_step_is_at_rest_and_never_ends(stage):
    """It is not work of ours: quiescence must not wait for it, only limits of others end it."""
    stage.cast("hang after=1s")

    assert await stage.reconcile() is None
    assert stage.part.working[-1] == stage.child()["phase"]


async def test_a_bad_script_fails_the_child_at_once_and_is_quoted(stage):
    """With annotation, value and grammar, so that its author finds it."""
    stage.cast("explode after=1s")

    assert Done() == await stage.reconcile()
    assert "Failed" == stage.child()["phase"]
    assert all(text in str(stage.child()) for text in (stage.part.annotation, "explode", "fail:<n>"))


async def test_the_first_n_of_a_fingerprint_fail_and_the_next_succeeds(stage):
    """Counted on the API server: a stand-in that was restarted meanwhile counts alike."""
    for n in range(2):
        stage.cast("fail:2 after=0s", name=f"rr-{n}")
        stage.player = stage.start(stage.wire)
        assert Done() == await stage.reconcile(f"rr-{n}")
        stage.fail_request(f"rr-{n}")
    stage.cast("fail:2 after=0s", name="rr-2")
    await stage.reconcile("rr-2")

    assert ["Failed", "Failed", "Completed"] == [stage.child(f"rr-{n}")["phase"] for n in range(3)]


async def test_failures_of_others_do_not_count(stage):
    """Not another tenant's, not those of another step, not inherited ones."""
    stage.cast(name="elsewhere", namespace="tenant-b")
    stage.cluster.write_status(
        REMEDIATION_REQUEST, "elsewhere", "tenant-b", overallPhase="Failed", failurePhase=stage.part.failure_phase.value
    )
    for name, phase in (("inherited", "deduplicated"), ("approval", "approval")):
        stage.cast(name=name)
        stage.fail_request(name, failurePhase=phase)
    stage.cast("fail:1 after=0s")
    await stage.reconcile()

    assert "Failed" == stage.child()["phase"]


@pytest.mark.parametrize("cut", ["break_before", "break_after"])
async def test_a_crash_around_any_write_changes_nothing_in_the_end(stage, cut):
    """It goes on where its object stands."""
    for write in range(1, len(stage.part.working) + 2):
        name = f"rr-{write}"
        stage.cast("succeed after=0s", name=name)
        wire = stage.cluster.wire()
        setattr(wire, cut, write)
        with pytest.raises(Unavailable):
            await stage.start(wire).reconcile(Key("tenant-a", f"child-{name}"))
        await stage.reconcile(name)

        assert ("Completed", len(stage.part.working) + 1) == (
            stage.child(name)["phase"],
            stage.child(name)["transitionCount"],
        )


async def test_an_end_that_somebody_wrote_first_stays(stage):
    """A guarded write, like everybody's."""
    stage.cast("succeed after=0s")

    def fail_it(request):
        if request.startswith("PATCH") and stage.child().get("phase") == stage.part.working[-1]:
            stage.cluster.write_status(stage.part.kind, "child-rr", phase="Failed")

    stage.wire.meanwhile = fail_it
    await stage.reconcile()

    assert "Failed" == stage.child()["phase"]


async def test_a_child_whose_request_is_gone_is_left_to_the_garbage_collector(stage):
    """It goes with its owner."""
    stage.cast()
    stage.cluster.delete(REMEDIATION_REQUEST, "rr")
    with pytest.raises(Gone):
        await stage.reconcile()


async def test_a_deleted_child_is_forgotten(stage):
    """Nothing to play."""
    assert Done() == await stage.reconcile()


def test_the_working_phases_are_a_path_of_the_kinds_graph(part):
    """And both ends can be reached from the last of them."""
    path = ["", *part.working]
    edges = EDGES[part.kind]

    assert all(after in edges[before] for before, after in pairwise(path))
    assert {"Completed", "Failed"} <= set(edges[part.working[-1]])
