"""Which scenarios run, and under which seeds."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pytest

from harness.config import ConfigError
from harness.plugin.options import CONFIG
from harness.plugin.results import refuse
from harness.scenario import id_of, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.config import Config

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
    """Drop what ``--scenario`` did not ask for.

    :raises pytest.UsageError: a name fits no scenario; the message lists those there are.
    """
    names: list[str] = config.getoption("--scenario")
    if not names:
        return
    ids = {item: id_of(item) for item in items if plan_of(item) is not None}
    for name in names:
        if name != EVERY and not any(_fits(name, one) for one in ids.values()):
            refuse(config, _unknown(name, ids.values()))
            items[:] = []
            return
    kept = [item for item, one in ids.items() if any(name == EVERY or _fits(name, one) for name in names)]
    if dropped := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look at the selected scenarios before the first one runs.

    :raises pytest.UsageError: a scenario names an operator that is not configured, or a tape is asked of many runs: it
        would hold the last one only.
    """
    plans = [(item, plan) for item in session.items if (plan := plan_of(item)) is not None]
    if session.config.getoption("--tape") is not None and len(plans) > 1:
        refuse(
            session.config,
            f"--tape writes the tape of one run, {len(plans)} are selected; name one scenario and one seed",
        )
        session.items[:] = []
        return
    for item, plan in plans:
        try:
            _check_operators(session.config.stash[CONFIG], {*(plan.operators or ()), *(plan.settings or {})})
        except ConfigError as error:
            refuse(session.config, f"scenario {id_of(item)} in {item.path.name}: {error}")
            session.items[:] = []
            return


def _check_operators(config: Config, names: Iterable[str]) -> None:
    for name in sorted(names):
        config.operator(name)


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
