"""The audit trail holds exactly the edges walked: once each, in order, of the right tenant (BR-SP-090).

The specification of SignalProcessing that failed in CI run 21317201476 counted events at the first moment at which there
were enough of them. Here the trail is read at rest, and compared with the history of the object.
"""

import asyncio

import pytest

from harness.scenario import scenario
from harness.simulation.faults import ConflictFirst, CrashAfterWrite

UPSTREAM = (
    "BR-SP-090: SignalProcessing → Data Storage Audit Integration > should create 'phase.transition' audit events"
)
SP = "signal-processing"
ALONE = [SP]
PHASES = ["Pending", "Enriching", "Classifying", "Categorizing", "Completed"]
WRITES = 11
"""Writes of one success: five transitions, five deliveries to the audit trail, one clearing of the outbox."""

EDITS = 40
"""By the third party, one after the other, each in the midst of what the operator does; then it stops."""


async def holds_exactly_the_edges_walked(audit, history, signal):
    """Compare the trail with the phases of the object: the one claim of all these scenarios."""
    await audit.holds_the_edges_walked(signal)
    assert PHASES == await history.of(signal).phases()
    assert 9 == len(await audit.events(signal))


@scenario(upstream=UPSTREAM, operators=ALONE)
async def test_the_trail_holds_exactly_the_edges_walked(tenant, signals, audit, history):
    """Five edges in a success, five transition events, nine events in all."""
    signal = await signals(tenant)
    await signal.reaches("Completed")

    await holds_exactly_the_edges_walked(audit, history, signal)


@scenario(upstream=f"{UPSTREAM} (equal names in two namespaces)", operators=ALONE)
async def test_trails_of_two_tenants_do_not_mix(tenants, signals, audit, history):
    """Two tenants have a request of the same name; each has a trail of its own."""
    a, b = await tenants("a", "b")
    of_a, of_b = await asyncio.gather(signals(a, request="same-name"), signals(b, request="same-name"))

    for signal in (of_a, of_b):
        await signal.reaches("Completed")
        await holds_exactly_the_edges_walked(audit, history, signal)


@scenario(upstream=f"{UPSTREAM} (with third parties at work)", operators=ALONE)
async def test_edits_by_third_parties_add_nothing_to_the_trail(tenant, signals, audit, history):
    """Somebody labels the object all the while: versions change under the controller, the trail stays exact."""
    signal = await signals(tenant)
    for edit in range(EDITS):
        await signal.label(edit=str(edit))
    await signal.reaches("Completed")

    await holds_exactly_the_edges_walked(audit, history, signal)


@pytest.mark.parametrize("n", range(1, WRITES + 1))
@scenario(
    upstream=f"{UPSTREAM} (with crashes)", operators=ALONE, virtual_time="it counts writes, to crash right after one"
)
async def test_a_crash_after_any_write_loses_and_doubles_nothing(tenant, signals, audit, history, simulation, n):
    """The operator dies right after its n-th write, without clean-up, and is started again."""
    crash = CrashAfterWrite(SP, n)
    with simulation.trouble(crash):
        signal = await signals(tenant)
        await signal.reaches("Completed")

        await holds_exactly_the_edges_walked(audit, history, signal)

    assert len(crash.fired) == 1


@scenario(
    upstream=f"{UPSTREAM} (with crashes)", operators=ALONE, virtual_time="it counts writes, to crash right after one"
)
async def test_crashes_after_every_write_lose_and_double_nothing(tenant, signals, audit, history, simulation):
    """No incarnation of the operator lives longer than one write to the API server."""
    crash = CrashAfterWrite(SP)
    with simulation.trouble(crash):
        signal = await signals(tenant)
        await signal.reaches("Completed")

        await holds_exactly_the_edges_walked(audit, history, signal)

    assert len(crash.fired) == 6


@scenario(
    upstream=f"{UPSTREAM} (with conflicts)",
    operators=ALONE,
    virtual_time="it answers writes in place of the API server",
)
async def test_conflicts_on_every_write_lose_and_double_nothing(tenant, signals, audit, history, simulation):
    """Each status write is answered 409 first; the object did not change, so the same decision is written again."""
    conflict = ConflictFirst(SP)
    with simulation.trouble(conflict):
        signal = await signals(tenant)
        await signal.reaches("Completed")

        await holds_exactly_the_edges_walked(audit, history, signal)

    assert len(conflict.fired) == 6
