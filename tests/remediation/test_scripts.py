"""What a request tells the stand-ins, and how long that takes on a cluster."""

import pytest

from harness.remediation.requests import lasting, scripted
from harness.scale import AS_IT_SAYS, TimeScale
from operators.api.scripts import SIGNAL_PROCESSING_SCRIPT, WORKFLOW_EXECUTION_SCRIPT

REAL = TimeScale(scenario=0.04)


def test_virtual_time_is_told_what_the_scenario_says_and_nothing_else() -> None:
    """Virtual time costs nothing, so the default second may pass."""
    assert {} == scripted({}, AS_IT_SAYS)
    assert {WORKFLOW_EXECUTION_SCRIPT: "fail after=5m0s"} == scripted(
        {"workflow_execution": "fail after=5m"}, AS_IT_SAYS
    )
    assert "succeed" == lasting("succeed", AS_IT_SAYS)


def test_in_real_time_nobody_waits_for_a_step_whose_length_does_not_matter() -> None:
    """Two stand-ins' default second made up most of the time of a run on a real cluster."""
    told = scripted({"workflow_execution": "fail:2 reason=Quota"}, REAL)

    assert "succeed after=40ms" == told[SIGNAL_PROCESSING_SCRIPT]
    assert "fail:2 reason=Quota after=40ms" == told[WORKFLOW_EXECUTION_SCRIPT]


@pytest.mark.parametrize(
    ("script", "lasts"),
    [
        ("succeed after=5m", "succeed after=12s"),
        ("fail after=1m", "fail after=5s"),
        ("fail after=0s", "fail after=0s"),
        ("hang", "hang"),
        ("succeed after=soon", "succeed after=soon"),
        ("dance", "dance"),
    ],
)
def test_what_is_said_is_scaled_and_what_cannot_be_read_is_left(script, lasts) -> None:
    """The stand-in complains of it, with the grammar; never below five seconds, as times have whole ones."""
    assert lasts == lasting(script, REAL)
