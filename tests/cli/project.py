"""A project of somebody who rehearses nothing yet: scenarios without operators and services, which are up in milliseconds."""

from pathlib import Path

import pytest

SCENARIOS = '''\
import os, signal
import pytest
from harness.scenario import scenario

@pytest.mark.parametrize("how", ["on time", "two late"])
@scenario(upstream="SPEC-1")
async def test_it_arrives(tenant, how, seed):
    """What is sent arrives."""
    assert how == "on time" or seed % 3 != 2

@scenario()
async def test_it_is_there(tenant):
    """A namespace is there when it has been made."""

@scenario()
async def test_it_waits_for_a_signal(tenant):
    """A run that somebody loses patience with."""
    signal.pause()

@scenario(operators=["nobody"])
async def test_it_is_alone(tenant):
    """A scenario with an operator that nobody configured."""

@scenario()
async def test_it_takes_too_much(tennant):
    """A scenario with a fixture that is not there."""

def test_no_scenario():
    """An ordinary test beside them."""
'''

CONFIGURATION = """\
[tool.harness]
scenarios = ["rehearsals"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of such a project."""
    (tmp_path / "rehearsals").mkdir()
    (tmp_path / "rehearsals" / "test_post.py").write_text(SCENARIOS)
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION)
    return tmp_path
