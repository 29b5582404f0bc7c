"""The hash chain over a remediation's audit events (SOC2): whole as written, and every kind of tampering found and named."""

import pytest

from harness.scenario import scenario

UPSTREAM = (
    "Audit Export Integration Tests - SOC2 > Hash Chain Verification > should verify hash chain integrity correctly"
)


@scenario(upstream=UPSTREAM)
async def test_the_chain_of_a_remediation_verifies(tenant, remediation, audit):
    """Two operators write to one chain, through outboxes, out of step; it is whole."""
    request = await remediation(tenant).completes()

    events = await audit.events(request)
    verdict = await audit.verify(request)

    assert verdict["is_valid"], verdict["findings"]
    assert verdict["verified_events"] == verdict["total_events"] == len(events) == 15


@pytest.mark.parametrize("tampering", ["change", "remove", "cut", "reorder"])
@scenario(upstream=f"{UPSTREAM} (tampering)")
async def test_tampering_is_found_and_named(tenant, remediation, audit, tampering):
    """A row changed, removed, the tail removed, or two rows exchanged: the verdict names what was touched."""
    request = await remediation(tenant).completes()
    touched = await audit.tamper(request, tampering)

    verdict = await audit.verify(request)

    assert not verdict["is_valid"]
    assert {finding["event_id"] for finding in verdict["findings"]} >= touched
