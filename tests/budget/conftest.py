"""Whole stages for tests that count messages; always the plain run, whatever ``--seed`` says."""

from pathlib import Path

import pytest

from harness.config import Config
from harness.remediation.requests import Remediations
from harness.scenario import Plan
from harness.simulation.clock import VirtualLoop
from harness.stage import Stage
from harness.tenants import Tenants

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def ours():
    """The project's own configuration: four operators by default, DataStorage on PostgreSQL."""
    return Config.read(ROOT)


@pytest.fixture
def example(ours):
    """The example's operator alone."""
    return ours.with_operator(str(ROOT / "examples/access/operator.py"), ROOT / "examples/access/crds")


@pytest.fixture
def play():
    """Play a scene on a stage, in virtual time; give back what it returns."""

    def play(config, scene):
        async def main():
            async with Stage(config, Plan()) as stage:
                return await scene(stage)

        loop = VirtualLoop(seed=0, deadline=30 * 86400.0)
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    return play


@pytest.fixture
def complete():
    """Take requests of a new tenant to Completed, one after the other, and everything to rest."""

    async def complete(stage, count):
        (tenant,) = await Tenants(stage.cluster)("tenant")
        await stage.cluster.settled()
        seen = len(stage.simulation.tape.messages)
        remediation = Remediations(stage.cluster)
        for _ in range(count):
            await remediation(tenant).completes()
        await stage.cluster.settled()
        return stage.simulation.tape.messages[seen:]

    return complete
