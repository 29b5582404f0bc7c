"""What a run has once although its workers are many: a database server, for instance.

``[tool.harness.run]`` names context managers, ``name = "module:function"``. They are entered by the controller of xdist
before it starts its workers, and left when the run is over; what they put into the environment, the workers find there. A
run in one process enters none: its services start what they need.
"""

from __future__ import annotations

import contextlib

import pytest

from harness.plugin.options import CONFIG, checked, may_run_scenarios
from harness.plugin.results import OUTCOMES, REFUSALS
from harness.processes import end_with_parent
from harness.references import attribute

_shared = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Check the options before anything runs, and enter what the run shares."""
    config.addinivalue_line("markers", "scenario(plan): a scenario of the harness; made by harness.scenario.scenario")
    config.addinivalue_line("markers", "virtual_time: the test runs on a virtual-time loop, and only there")
    if hasattr(config, "workerinput"):
        end_with_parent()  # by itself a worker notices only when its scenario is over
    OUTCOMES.clear()
    REFUSALS.clear()
    found = config.stash[CONFIG] = checked(config)
    if not found.run or not _is_controller(config) or not may_run_scenarios(config, found):
        return
    with contextlib.ExitStack() as stack:
        for target in found.run.values():
            stack.enter_context(attribute(target)())
        config.stash[_shared] = stack.pop_all()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave what the run shared."""
    if (stack := config.stash.get(_shared, None)) is not None:
        stack.close()


def _is_controller(config: pytest.Config) -> bool:
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")
