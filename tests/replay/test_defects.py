"""The historic defects: each is caught by the scenarios that are for it, and by name. This is what the scenarios are worth."""

import json
import subprocess
import sys

import pytest

from harness.replay.defects import DEFECTS

CAUGHT_BY = {
    "unguarded-write": {
        "a-late-success-does-not-revive-a-failed-remediation",
        "a-late-success-does-not-revive-a-cancelled-remediation",
    },
    "fingerprint-without-namespace": {"tenants-isolated[in turn-two tenants]"},
    "audit-without-outbox": {"crashes-after-every-write-lose-and-double-nothing"},
}


def outcomes(*options):
    """Run the scenarios of all defects on the plain seed; returns outcome by id."""
    names = sorted(set().union(*CAUGHT_BY.values()))
    command = [sys.executable, "-m", "harness.cli", "run", *names, "--json", "-", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    found = json.loads(run.stdout)["scenarios"]
    return {one["id"]: one["outcome"] for one in found}, run.returncode


def test_every_defect_is_known_here():
    """A defect without a scenario that catches it proves nothing."""
    assert set(CAUGHT_BY) == set(DEFECTS)


@pytest.mark.slow
@pytest.mark.parametrize("defect", sorted(CAUGHT_BY))
def test_a_defect_fails_the_scenarios_that_are_for_it_and_no_other(defect):
    """It is found where it belongs: a scenario that fails for any defect would tell nothing about the cause."""
    found, code = outcomes("--with-defect", defect)

    assert CAUGHT_BY[defect] == {name for name, outcome in found.items() if outcome == "failed"}
    assert code == 1


@pytest.mark.slow
def test_without_a_defect_the_same_scenarios_pass():
    """The other half of the proof."""
    found, code = outcomes()

    assert {"passed"} == set(found.values())
    assert code == 0
