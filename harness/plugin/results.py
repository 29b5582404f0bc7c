"""What became of each scenario: failures as stories, outcomes for whoever prints them.

Under xdist all of this happens in the workers, and travels to the controller with their reports.
"""

from __future__ import annotations

import shlex
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from harness.clusters import choice
from harness.clusters.cluster import ClusterError
from harness.config import Config, ConfigError
from harness.parity.record import Record
from harness.plugin.options import CONFIG, on_real_cluster
from harness.plugin.pods import pods_of
from harness.references import OperatorRefusedError
from harness.report.outcomes import Outcome, failure_block
from harness.scenario import id_of, plan_of, seed_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from harness.scenario import Plan
    from harness.stage import Stage

STAGE: pytest.StashKey[Stage] = pytest.StashKey()
STARTED = pytest.StashKey[float]()
VIRTUAL = pytest.StashKey[float | None]()
RECORD = pytest.StashKey[Record]()
_outcome = pytest.StashKey[Outcome]()

_REFUSED = "harness_refused"
"""What a worker hands to its controller when it refuses to run anything."""

_OF_PYTEST = (
    "_", "anyio", "cache", "cap", "doctest", "event_loop", "free_", "monkeypatch", "platformdirs", "pytestconfig",
    "record_", "recwarn", "request",
    "subtests", "testrun_uid", "tmp", "unused_", "worker_id",
)  # fmt: skip
"""How the names of fixtures begin that a scenario hardly means."""

OUTCOMES: list[Outcome] = []
"""What became of the scenarios of this process's run, in the order in which they ended."""

REFUSALS: list[str] = []
"""Why this process's run was refused as a whole, if it was."""


def refuse(config: pytest.Config, message: str) -> None:
    """Run nothing: the selection or the configuration makes no sense.

    :raises pytest.UsageError: except in a worker of xdist, which tells its controller instead.
    """
    if hasattr(config, "workeroutput"):
        config.workeroutput[_REFUSED] = message
    else:
        raise pytest.UsageError(message)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker that it refused; all of them say the same."""
    message = getattr(node, "workeroutput", {}).get(_REFUSED)
    if message and message not in REFUSALS:
        REFUSALS.append(message)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say what the workers refused.

    :raises pytest.UsageError: they did.
    """
    if REFUSALS and session.config.getoption("dist", "no") != "no":
        raise pytest.UsageError(REFUSALS[0])


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
        outcome = replace(outcome, real_s=time.perf_counter() - item.stash[STARTED])
        virtual = item.stash.get(VIRTUAL, None)
        if virtual is not None:
            outcome = replace(outcome, virtual_s=virtual)
        if (record := item.stash.get(RECORD, None)) is not None:
            outcome = replace(outcome, record=record.json())
        report.user_properties.append(("harness", asdict(outcome)))
    if call.when == "teardown" and STAGE in item.stash:
        del item.stash[STAGE]  # pytest keeps its items to the end: a server each, with all that it held
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the outcomes; under xdist they come from the workers with their reports."""
    OUTCOMES.extend(outcomes_in(report))


def outcomes_in(report: pytest.TestReport) -> list[Outcome]:
    """Return the outcome that the last report of a scenario carries."""
    if report.when != "teardown":
        return []
    return [Outcome(**value) for name, value in report.user_properties if name == "harness"]  # type: ignore[arg-type]


def _outcome_of(item: pytest.Item, plan: Plan, report: Any, call: pytest.CallInfo[Any]) -> Outcome | None:
    failed_before = item.stash.get(_outcome, None)
    if call.when != "call" and not (report.failed or (call.when == "setup" and report.skipped)):
        return None
    if failed_before is not None and failed_before.outcome != "passed":
        return None
    stage = item.stash.get(STAGE, None)
    outcome = Outcome(
        id=id_of(item),
        sentence=sentence_of(item),
        upstream=plan.upstream,
        outcome=report.outcome if call.when == "call" or report.skipped else "error",
        real_s=time.perf_counter() - item.stash[STARTED],
        virtual_s=stage.virtual_s if stage is not None else None,
        seed=seed_of(item),
        cluster=item.config.getoption("--cluster"),
        differs=plan.differs,
    )
    if report.skipped:
        return replace(outcome, reason=_why_skipped(report))
    if not report.failed:
        return outcome
    error = call.excinfo.value if call.excinfo is not None else None
    replay, pods = replay_command(item, outcome), pods_of(stage) if call.when == "call" else []
    if isinstance(error, pytest.FixtureLookupError):
        outcome = replace(outcome, failure=_unknown_fixture(item, report))
    elif isinstance(error, _told()):
        refused = call.when == "setup" and isinstance(error, (ConfigError, ClusterError))
        outcome = replace(outcome, failure=str(error), refused=refused)
    else:
        return _explained(replace(outcome, failure=str(error)), report, stage, pods=pods, replay=replay)
    from harness.plugin.aftermath import logged  # noqa: PLC0415  heavy; only failures need it

    story = [outcome.failure, *pods]
    report.longrepr = failure_block(outcome, story="\n".join(story), replay=replay)
    story += logged(report)
    return replace(outcome, block=failure_block(outcome, story="\n".join(story), replay=replay))


def _explained(outcome: Outcome, report: Any, stage: Stage | None, *, pods: list[str], replay: str) -> Outcome:
    """Tell what an error that knows of no history leaves out. pytest prints its own traceback and what was logged."""
    from harness.plugin.aftermath import happened, logged  # noqa: PLC0415  heavy; only failures need it

    told = happened(stage)
    if told:
        report.sections.append((told[0], "\n".join(told[1:])))
    if pods:
        report.sections.append(("pods", "\n".join(pods)))
    report.sections.append(("replay", replay))
    story = [report.longreprtext, *told, *pods, *logged(report)]
    return replace(outcome, block=failure_block(outcome, story="\n".join(story), replay=replay))


def passed_so_far(item: pytest.Item) -> bool:
    """Whether a scenario has come to its end, and nothing was wrong."""
    outcome = item.stash.get(_outcome, None)
    return outcome is not None and outcome.outcome == "passed"


def _told() -> tuple[type[BaseException], ...]:
    """Return the errors whose message says all there is to say; any other comes with pytest's traceback."""
    from harness.history import (  # noqa: PLC0415  heavy; runs without scenarios do without
        FailedExpectation,
        IncompleteHistoryError,
    )
    from harness.simulation.errors import SimulationError  # noqa: PLC0415  as above

    return FailedExpectation, IncompleteHistoryError, SimulationError, ConfigError, ClusterError, OperatorRefusedError


def _why_skipped(report: Any) -> str:
    """Return the reason that a skip was given."""
    _, _, reason = report.longrepr
    return str(reason).removeprefix("Skipped: ")


def _unknown_fixture(item: pytest.Item, report: Any) -> str:
    """Say which fixture there is not, and which there are; pytest names all of its own, too."""
    error = str(getattr(report.longrepr, "errorstring", report.longreprtext))
    what, _, rest = error.partition("\n")
    names = rest.partition("available fixtures: ")[2].partition("\n")[0].split(", ")
    ours = ", ".join(name for name in names if name and not name.startswith(_OF_PYTEST))
    where = f"{_shown(item)}:{(item.location[1] or 0) + 1}"
    return f"{where}: {what.strip()}; there are: {ours}"


def replay_command(item: pytest.Item, outcome: Outcome) -> str:
    """Return the command that runs one scenario again as it was, quoted for a shell."""
    config = item.config
    words = ["harness", "run"]
    if not _configured(item, config.stash[CONFIG]):
        words.append(_shown(item))
    words.append(outcome.id)
    if on_real_cluster(config) or choice.default(config.stash[CONFIG].root) != outcome.cluster:
        words += ["--cluster", outcome.cluster]
    if not on_real_cluster(config):
        words += ["--seed", str(outcome.seed)]
    if context := config.getoption("--context"):
        words += ["--context", context]
    words += ["--deploy"] if config.getoption("--deploy") else []
    words += ["--roles"] if config.getoption("--roles") else []
    for name in config.getoption("--with-defect"):
        words += ["--with-defect", name]
    for option in ("--operator", "--crds"):
        if given := config.getoption(option):
            words += [option, str(given)]
    return shlex.join(words)


def _shown(item: pytest.Item) -> str:
    """Return a scenario's file as a person in this folder would write it."""
    here = item.config.invocation_params.dir
    return str(item.path.relative_to(here) if item.path.is_relative_to(here) else item.path)


def _configured(item: pytest.Item, config: Config) -> bool:
    """Whether ``harness run`` finds the scenario without being told where."""
    return any(item.path.is_relative_to(folder) for folder in config.scenarios)
