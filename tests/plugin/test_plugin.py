"""The plugin in a pytest run of somebody else's project, which configures nothing for it."""

import subprocess
import sys

import pytest

from tests.cli.project import project

pytestmark = pytest.mark.slow

__all__ = ["project"]


def pytest_in(folder, *arguments):
    """Run pytest to its end, as in a project of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def test_scenarios_are_tests_among_others(project) -> None:
    """In pytest-asyncio's strict mode, too; ``-k`` and ``--durations`` are pytest's own."""
    done = pytest_in(project, "-k", "there or no_scenario", "--durations", "2", "rehearsals")

    assert 0 == done.returncode
    assert "harness: embedded cluster, virtual time, seed 0\n" in done.stdout
    assert "2 passed, 5 deselected" in done.stdout
    assert "test_post.py::test_it_is_there" in done.stdout.partition("slowest 2 durations")[2]


def test_a_failure_is_the_same_story_as_in_the_table(project) -> None:
    """The replay command is there in CI's log; a scenario of one seed and all of them have the same id."""
    done = pytest_in(project, "--scenario", "it-arrives[two late]", "--seeds", "3", "rehearsals")

    assert 1 == done.returncode
    assert "1 failed, 2 passed, 16 deselected" in done.stdout
    assert "harness run 'it-arrives[two late]' --seed 2" in done.stdout


def test_what_makes_no_sense_is_refused_before_anything_runs(project) -> None:
    """An operator that nobody configured is found at collection, not after ten minutes of other scenarios."""
    done = pytest_in(project, "rehearsals")

    assert 4 == done.returncode
    said = (
        "ERROR: scenario it-is-alone in test_post.py: unknown operator 'nobody'; [tool.harness.operators] knows: none\n"
    )
    assert said in done.stderr
    assert "passed" not in done.stdout
