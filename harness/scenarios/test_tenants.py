"""Failures of one tenant block that tenant, and nobody else (BR-ORCH-042).

The specification that failed in CI run 21317201476, and what it was meant to say.
"""

import asyncio
from datetime import datetime, timedelta

import pytest

from harness.remediation.fingerprints import fingerprint
from harness.scenario import scenario

ISOLATION = "BR-ORCH-042: Consecutive Failure Blocking > should isolate blocking by namespace (multi-tenant)"
FP = fingerprint("payments crash-loops")


async def fail_in_turn(remediation, tenant, others):
    """Three failures of one tenant, with the other tenants idle."""
    del others
    for _ in range(3):
        await remediation(tenant, fingerprint=FP).fails()


async def fail_interleaved(remediation, tenant, others):
    """Three failures of one tenant, while each other tenant has one of its own between them."""
    await remediation(tenant, fingerprint=FP).fails()
    for _ in range(2):
        await asyncio.gather(
            remediation(tenant, fingerprint=FP).fails(),
            *(remediation(other, fingerprint=FP).fails() for other in others),
        )


@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c", "d", "e")], ids=["two tenants", "five tenants"])
@pytest.mark.parametrize("failures", [fail_in_turn, fail_interleaved], ids=["in turn", "interleaved"])
@scenario(upstream=ISOLATION)
async def test_tenants_isolated(tenants, remediation, history, names, failures):
    """Three failures in tenant A block A's next request; the same fingerprint of any other tenant goes on."""
    a, *others = await tenants(*names)
    await failures(remediation, a, others)

    blocked = await remediation(a, fingerprint=FP).submit()
    free = [await remediation(other, fingerprint=FP).submit() for other in others]

    await blocked.reaches("Blocked", reason="ConsecutiveFailures")
    for request in free:
        await history.of(request).never("Blocked")
        await request.reaches("Completed")


@scenario(upstream=ISOLATION)
async def test_fingerprints_of_one_tenant_do_not_block_each_other(tenant, remediation, history):
    """Blocking belongs to a fingerprint: another alert of the same tenant goes on."""
    for _ in range(3):
        await remediation(tenant, fingerprint=FP).fails()

    blocked = await remediation(tenant, fingerprint=FP).submit()
    free = await remediation(tenant, fingerprint=fingerprint("disk full")).submit()

    await blocked.reaches("Blocked", reason="ConsecutiveFailures")
    await free.reaches("Completed")
    await history.of(free).never("Blocked")


@scenario(upstream="BR-ORCH-042: Consecutive Failure Blocking > cooldown")
async def test_a_served_block_ends_and_the_next_request_tries_afresh(tenant, remediation, history, operators):
    """After an hour's cooldown the blocked request is Failed/blocked, and the next one goes on."""
    cooldown = operators["remediation-orchestrator"].settings.failure_cooldown
    for _ in range(3):
        await remediation(tenant, fingerprint=FP).fails()
    blocked = await remediation(tenant, fingerprint=FP).submit()

    start = await blocked.reaches("Blocked", reason="ConsecutiveFailures")
    end = await blocked.reaches("Failed", failure_phase="blocked")
    afresh = await remediation(tenant, fingerprint=FP).completes()

    until = datetime.fromisoformat(start.object["status"]["blockedUntil"])
    assert until - cooldown <= start.at < until - cooldown + timedelta(minutes=1)
    assert until <= end.at < until + timedelta(minutes=1)
    await history.of(afresh).never("Blocked")


@scenario(
    upstream=f"{ISOLATION}, as it was written at commit 26d7cc29",
    differs=dict.fromkeys(("phases", "audit", "writes"), "the hand and the controller race for each request"),
)
async def test_failures_written_by_hand_are_not_overwritten(tenants, remediation, history):
    """The test writes Failed the moment a request exists; the controller is at work, and must not write over it."""
    a, b = await tenants("a", "b")
    by_hand = []
    for tenant in (a, a, a, b):
        request = await remediation(tenant, fingerprint=FP).submit()
        await request.overwrite_status(
            overallPhase="Failed", failurePhase="workflow_execution", failureReason="by hand"
        )
        by_hand.append(request)

    for request in by_hand:
        phases = await history.of(request).phases()
        assert phases[-1] == "Failed", f"{request.subject}: {' → '.join(phases)}"
        await history.of(request).exactly(1, "Failed")
    await (await remediation(a, fingerprint=FP).submit()).reaches("Blocked", reason="ConsecutiveFailures")
    await (await remediation(b, fingerprint=FP).submit()).reaches("Completed")
