"""Which scenarios run, and under which seeds."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pytest

from harness.config import ConfigError
from harness.parity.record import GENERIC
from harness.plugin.options import CONFIG, on_real_cluster
from harness.plugin.results import refuse
from harness.scenario import id_of, needs_virtual_time, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.config import Config

_SKIPPED = pytest.StashKey[tuple[int, int]]()
"""How many scenarios are left out, and of how many."""

EVERY = "*"
"""``--scenario *``: all scenarios, and no other tests."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each scenario under every seed asked for."""
    if plan_of(metafunc.definition) is None:
        return
    first, count = metafunc.config.getoption("--seed"), metafunc.config.getoption("--seeds")
    seeds = range(first, first + count)
    if "seed" not in metafunc.fixturenames:
        metafunc.fixturenames.append("seed")
    metafunc.parametrize("seed", seeds, ids=[f"seed {one}" for one in seeds] if count > 1 else [pytest.HIDDEN_PARAM])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drop what ``--scenario`` did not ask for, and look at what is left before the first one runs.

    :raises pytest.UsageError: a name fits no scenario, a scenario names an operator that is not configured, or a tape is
        asked of many runs: it would hold the last one only.
    """
    try:
        kept = _selected(config.getoption("--scenario"), items)
        _check(config, [item for item in kept if plan_of(item) is not None])
    except ConfigError as error:
        refuse(config, str(error))
        kept = []
    if dropped := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=dropped)
    items[:] = kept
    if on_real_cluster(config):
        config.stash[_SKIPPED] = _skip_virtual(kept, config.getoption("--cluster"))


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say how many scenarios a real cluster leaves out."""
    skipped, of = config.stash.get(_SKIPPED, (0, 0))
    return [f"harness: {skipped} of {of} scenarios need virtual time and are skipped"] if skipped else []


def _skip_virtual(items: list[pytest.Item], cluster: str) -> tuple[int, int]:
    """Skip what cannot be played in real time; returns how many those are, and of how many scenarios."""
    scenarios = [item for item in items if plan_of(item) is not None]
    skipped = 0
    for item in scenarios:
        if reason := needs_virtual_time(item):
            item.add_marker(pytest.mark.skip(reason=f"not on {cluster}: {reason}"))
            skipped += 1
    return skipped, len(scenarios)


def _selected(names: list[str], items: list[pytest.Item]) -> list[pytest.Item]:
    if not names:
        return items
    ids = {item: id_of(item) for item in items if plan_of(item) is not None}
    for name in names:
        if name != EVERY and not any(_fits(name, one) for one in ids.values()):
            raise ConfigError(_unknown(name, ids.values()))
    return [item for item, one in ids.items() if any(name == EVERY or _fits(name, one) for name in names)]


def _check(config: pytest.Config, scenarios: list[pytest.Item]) -> None:
    if config.getoption("--tape") is not None and len(scenarios) > 1:
        count = len(scenarios)
        raise ConfigError(f"--tape writes the tape of one run, {count} are selected; name one scenario and one seed")
    if config.getoption("collectonly"):
        return  # whoever lists scenarios runs none
    for item in scenarios:
        plan = plan_of(item)
        assert plan is not None
        try:
            _check_operators(config.stash[CONFIG], {*(plan.operators or ()), *(plan.settings or {})})
            _check_aspects(config.stash[CONFIG], plan.differs)
        except ConfigError as error:
            raise ConfigError(f"scenario {id_of(item)} in {item.path.name}: {error}") from error


def _check_operators(config: Config, names: Iterable[str]) -> None:
    for name in sorted(names):
        config.operator(name)


def _check_aspects(config: Config, names: Iterable[str]) -> None:
    known = [*GENERIC, *config.records]
    for name in names:
        if name not in known:
            raise ConfigError(f"differs: nothing is compared by the name of {name!r}; there are: {', '.join(known)}")


def _fits(name: str, found: str) -> bool:
    return name in {found, found.partition("[")[0]}


def _unknown(name: str, ids: Iterable[str]) -> str:
    """Say what there is instead: with a bracket in the name the variants of that scenario, else all, without variants."""
    stem = name.partition("[")[0]
    ids = list(dict.fromkeys(ids))
    variants = [one for one in ids if one.partition("[")[0] == stem]
    known = variants or sorted({one.partition("[")[0] for one in ids})
    close = difflib.get_close_matches(name, known, n=3)
    near = f" Did you mean {' or '.join(close)}?" if close else ""
    listing = "\n  ".join(known) or "(none)"
    return f"no scenario {name!r}.{near} There are:\n  {listing}"
