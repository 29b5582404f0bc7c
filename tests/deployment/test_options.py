"""What --deploy and --roles cannot go together with: one line that says why, before anything runs."""

import subprocess
import sys

import pytest

from .conftest import ROOT

pytestmark = pytest.mark.slow


def refused(*words, command=("pytest", "harness/scenarios")):
    done = subprocess.run(
        [sys.executable, "-m", *command, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 4 == done.returncode, done.stdout
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--deploy"], "--deploy: embedded has no nodes to run pods on; it takes --cluster kind"),
        (["--image", "elsewhere/image:1"], "--image goes with --deploy: in this process operators need none"),
        (
            ["--roles", "--operator", "examples/access/operator.py", "--crds", "examples/access/crds"],
            "[tool.harness] deploy names no kustomization: what operators may do is written there",
        ),
    ],
    ids=["no nodes", "an image for nothing", "an operator without a deployment"],
)
def test_what_cannot_be_is_refused(words, why):
    """In the words of the option that is in the way."""
    assert why in refused(*words)


def test_the_command_line_refuses_in_the_same_words():
    """`harness run` ends with 2, as for every wrong usage."""
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", "run", "--deploy"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert 2 == done.returncode
    assert "--deploy: embedded has no nodes to run pods on; it takes --cluster kind" in done.stderr
