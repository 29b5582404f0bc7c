"""Who may proceed: consecutive failures, duplicates, and what becomes of them (BR-ORCH-042, DD-RO-002)."""

import asyncio

import pytest

from harness.remediation.fingerprints import fingerprint
from harness.scenario import scenario

FP = fingerprint("payments crash-loops")


@scenario(upstream="BR-ORCH-042: Consecutive Failure Blocking > should reset the count on Completed")
async def test_a_success_resets_the_count(tenant, remediation, history):
    """Two failures, a success, two failures: the next request is not blocked."""
    for _ in range(2):
        await remediation(tenant, fingerprint=FP).fails()
    await remediation(tenant, fingerprint=FP).completes()
    for _ in range(2):
        await remediation(tenant, fingerprint=FP).fails()

    request = await remediation(tenant, fingerprint=FP).completes()

    await history.of(request).never("Blocked")


@scenario(upstream="DD-RO-002: simultaneous requests of one fingerprint (upstream #209)")
async def test_of_four_requests_created_together_exactly_one_goes_on(cluster, tenant, remediation, history):
    """Created in the same instant; three wait for the one, none waits for ever."""
    requests = await asyncio.gather(
        *(remediation(tenant, fingerprint=FP, workflow_execution="hang").submit() for _ in range(4))
    )
    await cluster.settled()
    for request in requests:
        await request.plays(workflow_execution="succeed")

    for request in requests:
        await request.reaches("Completed")
    walked = [await history.of(request).phases() for request in requests]

    assert sum("Processing" in phases for phases in walked) == 1
    assert sum("Blocked" in phases for phases in walked) == 3


@pytest.mark.parametrize(("script", "end"), [("succeed", "Completed"), ("fail", "Failed")], ids=["success", "failure"])
@scenario(upstream="DD-RO-002-ADDENDUM: a duplicate inherits the outcome of its original (upstream #614)")
async def test_a_duplicate_takes_over_the_outcome_of_its_original(tenant, remediation, history, script, end):
    """It waits, Blocked, while the original is at work, and ends as the original ends."""
    original = await remediation(tenant, fingerprint=FP, workflow_execution="hang").submit()
    await original.reaches("Executing")
    duplicate = await remediation(tenant, fingerprint=FP).submit()

    await duplicate.reaches("Blocked", reason="DuplicateInProgress", duplicate_of=original.name)
    await original.plays(workflow_execution=script)
    ended = await original.reaches(end)
    inherited = await duplicate.reaches(end)

    assert inherited.at >= ended.at
    assert await history.of(duplicate).phases() == ["Pending", "Blocked", end]


@scenario(upstream="BR-ORCH-042: one failed attempt is one failure, however many duplicates waited for it")
async def test_inherited_failures_do_not_count(tenant, remediation, history):
    """One attempt with three duplicates fails; that is one failure, and the next request goes on."""
    original = await remediation(tenant, fingerprint=FP, workflow_execution="hang").submit()
    await original.reaches("Executing")
    duplicates = [await remediation(tenant, fingerprint=FP).submit() for _ in range(3)]
    for duplicate in duplicates:
        await duplicate.reaches("Blocked", reason="DuplicateInProgress")
    await original.plays(workflow_execution="fail")
    for duplicate in duplicates:
        await duplicate.reaches("Failed", failure_phase="deduplicated")

    request = await remediation(tenant, fingerprint=FP).completes()

    await history.of(request).never("Blocked", reason="ConsecutiveFailures")
