"""Who plays on a cluster that outlives them: what lives is left alone, what was killed is found."""

import subprocess
import sys

import pytest

from harness.clusters.kind.sessions import ended, session


def test_a_session_that_ends_leaves_no_trace(tmp_path):
    """Most do."""
    with session(tmp_path) as mark, ended(tmp_path) as marks:
        pass

    assert len(mark) == 8
    assert [] == marks
    assert not list(tmp_path.iterdir())


def test_a_killed_one_is_found_once_and_a_living_one_never(tmp_path):
    """The lock goes with the process, whatever ended it."""
    script = f"""
import os, pathlib
from harness.clusters.kind.sessions import session
with session(pathlib.Path({str(tmp_path)!r})) as mark:
    print(mark, flush=True)
    os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout.strip()
    with session(tmp_path) as living, ended(tmp_path) as first:
        pass
    with ended(tmp_path) as second:
        pass

    assert [killed] == first
    assert [] == second
    assert living != killed


def test_one_whose_leftovers_could_not_be_removed_is_found_again(tmp_path):
    """The cluster did not answer: the next session tries."""
    (tmp_path / "dead").touch()
    with pytest.raises(ZeroDivisionError), ended(tmp_path):
        1 / 0  # noqa: B018  anything that goes wrong

    with ended(tmp_path) as marks:
        assert ["dead"] == marks
