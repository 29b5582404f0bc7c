"""What scenarios take: ``async def test_…(cluster, tenant, history)``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from harness.clock import Clock
from harness.clusters import venues
from harness.clusters.cluster import ClusterError
from harness.config import ConfigError
from harness.plugin.options import CONFIG, on_real_cluster
from harness.plugin.progress import teller
from harness.plugin.results import RECORD, STAGE, VIRTUAL, passed_so_far
from harness.scenario import id_of, plan_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from harness.clusters.cluster import Cluster
    from harness.clusters.real.venue import Venue
    from harness.deployment.process import PodProcess
    from harness.deployment.site import Site
    from harness.history import History
    from harness.simulation.kopf_process import KopfProcess
    from harness.simulation.world import Simulation
    from harness.stage import Stage
    from harness.tenants import Tenants


@pytest.fixture
def seed() -> int:
    """Return the seed of this run; scenarios are parametrised with it."""
    return 0


@pytest.fixture(scope="session")
def venue(request: pytest.FixtureRequest) -> Iterator[Venue | None]:
    """Run the server of a real cluster, once per session and worker; there is none for the embedded one."""
    if not on_real_cluster(request.config):
        yield None
        return
    try:
        option = request.config.getoption
        with venues.venue(option("--cluster"), context=option("--context")) as found:
            yield found
    except ClusterError:
        request.session.shouldfail = "the cluster cannot be had"
        raise


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest, venue: Venue | None) -> Iterator[Site | None]:
    """Deploy onto the cluster what operators need, once per session, with --deploy; take it away at the end."""
    if venue is None or not request.config.getoption("--deploy"):
        yield None
        return
    from harness.deployment.supply import site_on  # noqa: PLC0415  as below

    try:
        found = site_on(
            venue, request.config.stash[CONFIG], image=request.config.getoption("--image"), say=teller(request.config)
        )
    except (ClusterError, ConfigError):
        request.session.shouldfail = "the deployment cannot be had"
        raise
    yield found
    found.clear(venue.address)


@pytest_asyncio.fixture
async def stage(request: pytest.FixtureRequest, venue: Venue | None, site: Site | None) -> AsyncIterator[Stage]:
    """Set the stage of a scenario: cluster, services, operators."""
    from harness.stage import Stage  # noqa: PLC0415  heavy: Kopf and all; only scenarios pay for it

    config, item = request.config, request.node
    plan = plan_of(item)
    if plan is None:
        pytest.fail("the fixtures of the harness need the decorator @scenario(…) on the test", pytrace=False)
    assert plan is not None
    found = Stage(
        config.stash[CONFIG],
        plan,
        defects=config.getoption("--with-defect"),
        venue=venue,
        site=site,
        roles=config.getoption("--roles"),
        recorded=config.getoption("--record"),
    )
    item.stash[STAGE] = found
    try:
        await found.__aenter__()
    except (ConfigError, ClusterError):
        # Every other scenario would meet the same.
        request.session.shouldfail = "the stage cannot be set"
        raise
    try:
        yield found
        item.stash[VIRTUAL] = found.virtual_s
        _write_tape(config, item, found)
        if refused := found.refused():
            lines = "".join(f"\n  {one}" for one in refused)
            pytest.fail(f"operators were refused what their roles do not allow:{lines}", pytrace=False)
        if config.getoption("--record") and passed_so_far(item):
            from harness.parity.recording import take  # noqa: PLC0415  as above

            item.stash[RECORD] = await take(found)
    finally:
        await found.__aexit__(None, None, None)


@pytest.fixture
def cluster(stage: Stage) -> Cluster:
    """Give the scenario its cluster."""
    return stage.cluster


@pytest.fixture
def simulation(stage: Stage) -> Simulation:
    """Give the scenario its simulated run, for troubles."""
    return stage.simulation


@pytest.fixture
def clock(cluster: Cluster) -> Clock:
    """Give the scenario the cluster's clock: ``await clock.passes(timedelta(minutes=10))``."""
    return Clock(cluster)


@pytest.fixture
def history(stage: Stage) -> History:
    """Give the scenario the versions of all objects."""
    return stage.cluster.history


@pytest.fixture
def operators(stage: Stage) -> dict[str, KopfProcess | PodProcess]:
    """Give the scenario the operators on stage, by name."""
    return stage.operators


@pytest.fixture
def tenants(stage: Stage) -> Tenants:
    """Give the scenario a maker of fresh namespaces; see `tenants.Tenants`."""
    from harness.tenants import Tenants  # noqa: PLC0415  as above

    return Tenants(stage.cluster)


@pytest_asyncio.fixture
async def tenant(tenants: Tenants) -> str:
    """Give the scenario one fresh namespace."""
    (name,) = await tenants("tenant")
    return name


def _write_tape(config: pytest.Config, item: pytest.Item, stage: Stage) -> None:
    path: Path | None = config.getoption("--tape")
    if path is None:
        return
    lock = config.rootpath / "requirements" / "dev.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.is_file() else ""
    with path.open("wb") as file:
        file.writelines(stage.simulation.tape.lines(scenario=id_of(item), lock=digest))
