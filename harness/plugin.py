"""The pytest plugin: ``pytest harness/``.

It collects scenarios as ordinary tests, gives each a stage (`stage.Stage`) on a virtual-time loop, and tells failures as
stories. Everything else is pytest's: ``-k``, ``--pdb``, ``--durations``, ``-n``.

Options: ``--cluster``, ``--seed``, ``--seeds``, ``--tape``, ``--with-defect``, ``--operator``, ``--crds``.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.clusters.cluster import ClusterError
from harness.config import Config, ConfigError
from harness.history import FailedExpectation
from harness.report.outcomes import Outcome, failure_block
from harness.scenario import id_of, plan_of, sentence_of
from harness.simulation.clock import VirtualLoop
from harness.simulation.clocks import perf_counter
from harness.simulation.errors import SimulationError, StuckRunError
from harness.stage import Stage
from harness.tenants import Tenants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Mapping

    from harness.clusters.cluster import Cluster
    from harness.history import History
    from harness.scenario import Plan
    from harness.simulation.kopf_process import KopfProcess
    from harness.simulation.world import Simulation

CLUSTERS = ("embedded", "envtest", "kind")

VIRTUAL_DEADLINE = 30 * 86400.0
"""Virtual seconds that a scenario may take: thirty days."""

_config = pytest.StashKey[Config]()
_current = pytest.StashKey[pytest.Item]()
_stage = pytest.StashKey[Stage]()
_started = pytest.StashKey[float]()
_virtual = pytest.StashKey[float]()
_outcome = pytest.StashKey[Outcome]()

OUTCOMES: list[Outcome] = []
"""What became of the scenarios of this process's run, in the order in which they ended."""


# -- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the harness's options."""
    group = parser.getgroup("harness", "rehearsals of Kubernetes controllers")
    group.addoption(
        "--cluster", default="embedded", metavar="KIND", help="embedded (default); envtest and kind are to come"
    )
    group.addoption(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="0 (default): the plain run; any other draws latencies and ties",
    )
    group.addoption("--seeds", type=int, default=1, metavar="N", help="run each scenario under N seeds, from --seed on")
    group.addoption(
        "--tape", type=Path, metavar="FILE", help="write the tape of the run (JSON Lines); for one scenario and seed"
    )
    group.addoption("--with-defect", action="append", default=[], metavar="NAME", help="switch a historic defect on")
    group.addoption(
        "--operator",
        metavar="MODULE",
        help="rehearse this operator (a module or a file) instead of the configured ones",
    )
    group.addoption("--crds", type=Path, metavar="DIR", help="with --operator: the folder of its CRDs")


def pytest_configure(config: pytest.Config) -> None:
    """Check the options before anything runs."""
    config.addinivalue_line("markers", "scenario(plan): a scenario of the harness; made by harness.scenario.scenario")
    config.addinivalue_line("markers", "virtual_time: the test runs on a virtual-time loop, and only there")
    OUTCOMES.clear()
    found = Config.read(config.rootpath)
    cluster = config.getoption("--cluster")
    if cluster not in CLUSTERS:
        raise pytest.UsageError(f"--cluster {cluster}: unknown; there are: {', '.join(CLUSTERS)}")
    if cluster != "embedded":
        raise pytest.UsageError(f"--cluster {cluster}: not built yet (docs/limitations.md); use embedded")
    if config.getoption("--seeds") < 1:
        raise pytest.UsageError("--seeds takes a whole number from 1")
    if operator := config.getoption("--operator"):
        found = found.with_operator(operator, config.getoption("--crds"))
    elif config.getoption("--crds"):
        raise pytest.UsageError("--crds goes with --operator")
    config.stash[_config] = found


def pytest_report_header(config: pytest.Config) -> str:
    """Say what the scenarios run on."""
    seed, seeds = config.getoption("--seed"), config.getoption("--seeds")
    runs = f"seed {seed}" if seeds == 1 else f"seeds {seed}-{seed + seeds - 1}"
    defects = "".join(f", with defect {name}" for name in config.getoption("--with-defect"))
    return f"harness: {config.getoption('--cluster')} cluster, virtual time, {runs}{defects}"


# -- a loop for every scenario


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each scenario under every seed asked for."""
    if plan_of(metafunc.definition) is None:
        return
    first, count = metafunc.config.getoption("--seed"), metafunc.config.getoption("--seeds")
    seeds = range(first, first + count)
    if "seed" not in metafunc.fixturenames:
        metafunc.fixturenames.append("seed")
    metafunc.parametrize("seed", seeds, ids=[f"seed {one}" for one in seeds] if count > 1 else [pytest.HIDDEN_PARAM])


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Hand out virtual-time loops to scenarios and to tests marked `virtual_time`, real ones to all others."""
    if plan_of(item) is None and item.get_closest_marker("virtual_time") is None:
        return {"real": asyncio.new_event_loop}

    def make() -> VirtualLoop:
        current = config.stash.get(_current, None)
        return VirtualLoop(seed=_seed_of(current), deadline=VIRTUAL_DEADLINE)

    return {"virtual": make}


def _seed_of(item: pytest.Item | None) -> int:
    spec = getattr(item, "callspec", None)
    return int(spec.params.get("seed", 0)) if spec is not None else 0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note whose loop is asked for next, and when it all began."""
    item.config.stash[_current] = item
    item.stash[_started] = perf_counter()
    return (yield)


# -- fixtures


@pytest.fixture
def seed() -> int:
    """Return the seed of this run; scenarios are parametrised with it."""
    return 0


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Set the stage of a scenario: cluster, services, operators."""
    config, item = request.config, request.node
    plan = plan_of(item)
    if plan is None:
        pytest.fail("the fixtures of the harness need the decorator @scenario(…) on the test", pytrace=False)
    assert plan is not None
    async with Stage(config.stash[_config], plan, defects=config.getoption("--with-defect")) as found:
        item.stash[_stage] = found
        yield found
        item.stash[_virtual] = found.simulation.loop.time()
        _write_tape(config, item, found)


@pytest.fixture
def cluster(stage: Stage) -> Cluster:
    """Give the scenario its cluster."""
    return stage.cluster


@pytest.fixture
def simulation(stage: Stage) -> Simulation:
    """Give the scenario its simulated run, for troubles."""
    return stage.simulation


@pytest.fixture
def history(stage: Stage) -> History:
    """Give the scenario the versions of all objects."""
    return stage.cluster.history


@pytest.fixture
def operators(stage: Stage) -> dict[str, KopfProcess]:
    """Give the scenario the operators on stage, by name."""
    return stage.operators


@pytest.fixture
def tenants(stage: Stage) -> Tenants:
    """Give the scenario a maker of fresh namespaces; see `tenants.Tenants`."""
    return Tenants(stage.cluster)


@pytest.fixture
async def tenant(tenants: Tenants) -> str:
    """Give the scenario one fresh namespace."""
    (name,) = await tenants("tenant")
    return name


# -- what became of it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """Tell a failed expectation as a story, and keep the outcome for the table."""
    report: Any = yield
    plan = plan_of(item)
    if plan is None:
        return report
    outcome = _outcome_of(item, plan, report, call)
    if outcome is not None:
        item.stash[_outcome] = outcome
    if call.when == "teardown" and (outcome := item.stash.get(_outcome, None)) is not None:
        outcome = replace(outcome, real_s=perf_counter() - item.stash[_started])
        virtual = item.stash.get(_virtual, None)
        if virtual is not None:
            outcome = replace(outcome, virtual_s=virtual)
        report.user_properties.append(("harness", asdict(outcome)))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the outcomes; under xdist they come from the workers with their reports."""
    for name, value in report.user_properties if report.when == "teardown" else ():
        if name == "harness":
            OUTCOMES.append(Outcome(**value))  # type: ignore[arg-type]


def _outcome_of(item: pytest.Item, plan: Plan, report: Any, call: pytest.CallInfo[Any]) -> Outcome | None:
    failed_before = item.stash.get(_outcome, None)
    if call.when != "call" and not (report.failed or (call.when == "setup" and report.skipped)):
        return None
    if failed_before is not None and failed_before.outcome != "passed":
        return None
    stage = item.stash.get(_stage, None)
    outcome = Outcome(
        id=id_of(item),
        sentence=sentence_of(item),
        upstream=plan.upstream,
        outcome=report.outcome if call.when == "call" or report.skipped else "error",
        real_s=perf_counter() - item.stash[_started],
        virtual_s=stage.simulation.loop.time() if stage is not None and hasattr(stage, "simulation") else 0.0,
        seed=_seed_of(item),
    )
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, (FailedExpectation, StuckRunError, ConfigError, ClusterError, SimulationError)):
        outcome = replace(
            outcome, failure=f"{'' if isinstance(error, FailedExpectation) else type(error).__name__ + ': '}{error}"
        )
        report.longrepr = failure_block(outcome, replay=replay_command(item.config, outcome))
    elif report.failed:
        outcome = replace(outcome, failure=str(error))
        report.sections.append(("replay", replay_command(item.config, outcome)))
    return outcome


def replay_command(config: pytest.Config, outcome: Outcome) -> str:
    """Return the command that runs one scenario again as it was."""
    words = ["harness", "run", f"'{outcome.id}'" if "[" in outcome.id else outcome.id, "--seed", str(outcome.seed)]
    for name in config.getoption("--with-defect"):
        words += ["--with-defect", name]
    if operator := config.getoption("--operator"):
        words += ["--operator", operator]
    if crds := config.getoption("--crds"):
        words += ["--crds", str(crds)]
    return " ".join(words)


def _write_tape(config: pytest.Config, item: pytest.Item, stage: Stage) -> None:
    path: Path | None = config.getoption("--tape")
    if path is None:
        return
    lock = config.rootpath / "requirements" / "dev.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16] if lock.is_file() else ""
    with path.open("wb") as file:
        file.writelines(stage.simulation.tape.lines(scenario=id_of(item), lock=digest))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse a tape of many runs: it would hold the last one only.

    :raises pytest.UsageError: more than one run is selected.
    """
    count = sum(plan_of(item) is not None for item in session.items)
    if session.config.getoption("--tape") is not None and count > 1:
        raise pytest.UsageError(f"--tape writes the tape of one run, {count} are selected; name one scenario and one seed")
