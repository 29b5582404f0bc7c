"""Real-time clusters for tests: the embedded server on a port, up at once, and a real control plane with the same tests."""

import asyncio
from datetime import timedelta

import pytest

from harness.clusters.envtest.binaries import find
from harness.clusters.envtest.control_plane import control_plane
from harness.clusters.envtest.errors import BinariesError
from harness.clusters.real.cluster import RealCluster
from harness.clusters.real.venue import Venue
from harness.realtime.loop import RealLoop
from harness.realtime.run import RealRun
from tests.clusters.real.places import CRDS, on_a_port


@pytest.fixture(scope="session")
def real_venue():
    """Run a real control plane that serves AccessGrants."""
    try:
        binaries = find()
    except BinariesError as error:
        pytest.skip(str(error))
    with control_plane(binaries) as plane:
        plane.apply(CRDS)
        yield Venue(name="envtest", address=plane.address, missing=binaries.missing, check=plane.check)


@pytest.fixture(params=["port", pytest.param("envtest", marks=pytest.mark.slow)])
def venue(request):
    """Give a server of each kind."""
    if request.param == "envtest":
        yield request.getfixturevalue("real_venue")
        return
    with on_a_port(gc_delay=timedelta(milliseconds=20)) as (found, _):
        yield found


@pytest.fixture
def play(venue):
    """Return a function that runs ``scene(cluster, run)`` on a cluster of its own, on a real-time loop."""

    def play(scene, **options):
        async def main():
            with RealRun() as run:
                async with RealCluster(venue, run, **options) as cluster:
                    return await scene(cluster, run)

        with asyncio.Runner(loop_factory=RealLoop) as runner:
            return runner.run(main())

    return play
