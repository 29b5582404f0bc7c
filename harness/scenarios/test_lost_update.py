"""The write that lost tenant isolation in CI: a decision made on an old version, written over a newer one."""

from harness.scenario import scenario
from harness.simulation.faults import HoldMessage, writes_phase

UPSTREAM = "CI run 21317201476, RemediationOrchestrator: the cause behind the failed isolation test"
HELD = "it holds a message on its way"


@scenario(upstream=UPSTREAM, virtual_time=HELD)
async def test_a_late_success_does_not_revive_a_failed_remediation(tenant, remediation, history, simulation):
    """A stale 'Analyzing' is held on its way while somebody writes 'Failed'; when it arrives, Failed stays."""
    late = HoldMessage(writes_phase("remediation-orchestrator", "Analyzing", path="overallPhase"))
    with simulation.trouble(late):
        request = await remediation(tenant).submit()
        await late.gate.reached()
        await request.overwrite_status(overallPhase="Failed", failurePhase="signal_processing", failureReason="by hand")
        late.gate.open()

        await history.of(request).never("Analyzing")

    assert await history.of(request).phases() == ["Pending", "Processing", "Failed"]


@scenario(upstream=UPSTREAM, virtual_time=HELD)
async def test_a_late_success_does_not_revive_a_cancelled_remediation(tenant, remediation, history, simulation):
    """The success is the last step; the person who cancelled in between has the last word."""
    late = HoldMessage(writes_phase("remediation-orchestrator", "Completed", path="overallPhase"))
    with simulation.trouble(late):
        request = await remediation(tenant).submit()
        await late.gate.reached()
        await request.overwrite_status(overallPhase="Cancelled")
        late.gate.open()

        await history.of(request).never("Completed")

    assert (await history.of(request).phases())[-1] == "Cancelled"
