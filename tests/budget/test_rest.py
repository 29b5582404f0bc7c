"""At rest, operators send nothing: whoever polls would be seen here."""

import asyncio

import pytest

from harness.tenants import Tenants

HOUR = 3600


async def while_nothing_happens(stage):
    """Return what is on the tape of an hour in which nobody does anything."""
    await stage.cluster.settled()
    seen = len(stage.simulation.tape.messages)
    await asyncio.sleep(HOUR)
    messages = stage.simulation.tape.messages[seen:]
    return [f"{one.moment.actor} {one.moment.stage} {one.moment.verb} {one.moment.resource}" for one in messages]


@pytest.mark.slow
def test_our_operators_send_nothing_for_an_hour_once_everything_has_completed(play, ours, complete):
    """Terminal objects cost nothing: no resync, no poll, no lease that is renewed."""

    async def scene(stage):
        await complete(stage, 2)
        return await while_nothing_happens(stage)

    assert [] == play(ours, scene)


def test_the_operator_of_the_example_sends_nothing_for_an_hour(play, example):
    """Nor does plain Kopf: a watch that is open needs nobody to ask."""

    async def scene(stage):
        (tenant,) = await Tenants(stage.cluster)("tenant")
        grant = {
            "apiVersion": "example.org/v1",
            "kind": "AccessGrant",
            "metadata": {"name": "for-ada"},
            "spec": {"user": "ada", "minutes": 5},
        }
        granted = await stage.cluster.create(grant, namespace=tenant)
        await stage.cluster.history.of(granted).reaches("Expired")
        return await while_nothing_happens(stage)

    assert [] == play(example, scene)
