"""An operator that dies under way loses nothing: what counts is in the objects."""

import pytest

from harness.scenario import scenario

RO, SP = "remediation-orchestrator", "signal-processing"


@pytest.mark.parametrize("victim", [RO, SP])
@scenario(upstream="DD-AUDIT-003: no audit event is lost or doubled by a restart")
async def test_an_operator_killed_under_way_loses_and_doubles_nothing(
    tenant, remediation, audit, history, operators, victim
):
    """It is killed while a request is in Processing, and comes up again by itself: the request completes, the trail is whole."""
    request = await remediation(tenant).submit()
    await request.reaches("Processing")
    await operators[victim].kill()

    await request.reaches("Completed")

    assert ["Pending", "Processing", "Analyzing", "Executing", "Completed"] == await history.of(request).phases()
    assert 15 == len(await audit.events(request))
    assert 2 == operators[victim].starts


@scenario(upstream="DD-AUDIT-003: no audit event is lost or doubled by a restart")
async def test_what_was_submitted_while_no_operator_ran_is_taken_up(tenant, remediation, audit, history, operators):
    """Both controllers are stopped in good order, a request comes in, they are started again."""
    for name in (RO, SP):
        await operators[name].stop()
    request = await remediation(tenant).submit()
    assert [] == await history.of(request).phases()

    for name in (RO, SP):
        await operators[name].start()

    await request.reaches("Completed")
    assert 15 == len(await audit.events(request))
