"""Scripts in annotations: what a scenario may write, and what it is told when it wrote something else."""

from datetime import timedelta

import pytest

from operators.api.scripts import (
    AI_ANALYSIS_SCRIPT,
    DEFAULT_SCRIPT,
    WORKFLOW_EXECUTION_SCRIPT,
    Action,
    AnalysisOutcome,
    Script,
    ScriptError,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("succeed", Script()),
        ("fail", Script(action=Action.FAIL)),
        ("fail:3 after=1m30s", Script(action=Action.FAIL, first=3, after=timedelta(seconds=90))),
        ("hang", Script(action=Action.HANG)),
        ("fail reason=OOMKilled", Script(action=Action.FAIL, reason="OOMKilled")),
        ("succeed after=0 outcome=not-needed", Script(after=timedelta(0), outcome=AnalysisOutcome.NOT_NEEDED)),
    ],
)
def test_a_script_is_read(value, expected):
    """The grammar in the module's docstring, sentence by sentence."""
    assert expected == Script.of({AI_ANALYSIS_SCRIPT: value}, AI_ANALYSIS_SCRIPT)


def test_without_an_annotation_the_step_succeeds_after_a_second():
    """A scenario says only what it is about."""
    assert Script.of({}, AI_ANALYSIS_SCRIPT) == DEFAULT_SCRIPT
    assert (Action.SUCCEED, timedelta(seconds=1)) == (DEFAULT_SCRIPT.action, DEFAULT_SCRIPT.after)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "explode",
        "fail:0",
        "fail:x",
        "fail:",
        "succeed:2",
        "succeed after=soon",
        "succeed after=-1s",
        "succeed later",
        "succeed after=1s after=2s",
        "succeed outcome=sometimes",
        "succeed reason=",
    ],
)
def test_what_is_no_script_is_refused_with_annotation_value_and_grammar(value):
    """A typing error must not be played as a success."""
    with pytest.raises(ScriptError) as refused:
        Script.of({AI_ANALYSIS_SCRIPT: value}, AI_ANALYSIS_SCRIPT)

    assert AI_ANALYSIS_SCRIPT in str(refused.value)
    assert repr(value) in str(refused.value)
    assert "expected: succeed | fail | fail:<n> | hang" in str(refused.value)


def test_only_an_analysis_has_an_outcome():
    """A workflow that is "not needed" means nothing; better said than ignored."""
    with pytest.raises(ScriptError, match="belongs to"):
        Script.of({WORKFLOW_EXECUTION_SCRIPT: "succeed outcome=workflow"}, WORKFLOW_EXECUTION_SCRIPT)


@pytest.mark.parametrize(
    ("script", "verdicts"),
    [
        (Script(action=Action.FAIL), [True, True, True]),
        (Script(action=Action.FAIL, first=2), [True, True, False]),
        (Script(), [False, False, False]),
        (Script(action=Action.HANG), [False, False, False]),
    ],
)
def test_the_first_n_fail(script, verdicts):
    """The count is of requests that failed before, so it needs no memory in the stand-in."""
    assert verdicts == [script.fails(earlier) for earlier in range(3)]
