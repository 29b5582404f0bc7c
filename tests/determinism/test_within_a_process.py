"""A second run in the same process is as good as one in a fresh process; and a seed is what makes runs differ."""

from pathlib import Path

import pytest

from harness.config import Config
from harness.remediation.requests import Remediations
from harness.scenario import Plan
from harness.simulation.clock import VirtualLoop
from harness.stage import Stage
from harness.tenants import Tenants

from .tapes import first_difference

ROOT = Path(__file__).parent.parent.parent


def tape(seed):
    """Play two remediations of one fingerprint, one of which waits for the other, and a crash; return the tape."""

    async def main():
        async with Stage(Config.read(ROOT), Plan()) as stage:
            (tenant,) = await Tenants(stage.cluster)("tenant")
            remediation = Remediations(stage.cluster)
            drafts = [remediation(tenant, fingerprint="a" * 64) for _ in range(2)]
            first, second = [await draft.submit() for draft in drafts]
            await stage.operators["signal-processing"].kill()
            await first.reaches("Completed")
            await stage.cluster.settled()
            assert (await second.status())["overallPhase"] in {"Completed", "Skipped", "Blocked"}
        return b"".join(stage.simulation.tape.lines())

    loop = VirtualLoop(seed=seed, deadline=86400.0)
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 7])
def test_a_run_repeated_in_one_process_writes_the_same_tape(seed):
    """Exploration replays thousands of seeds in one process: nothing may be left behind by the run before."""
    first = tape(seed)
    again = tape(seed)

    assert first == again, first_difference(first, again)


@pytest.mark.slow
def test_another_seed_writes_another_tape():
    """If it did not, equal tapes would prove nothing."""
    assert tape(7) != tape(8)
