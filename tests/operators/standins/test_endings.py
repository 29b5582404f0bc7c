"""What each stand-in finds in the end; the embedded server's schemas judge whether the real one could have written it."""

import pytest

from operators.standins import ai_analysis


async def test_an_analysis_recommends_a_workflow_for_its_target(stage_for):
    """Enough for a WorkflowExecution to be made of."""
    stage = stage_for("AIAnalysis")
    stage.cast("succeed after=0s")
    end = await stage.play()

    assert ai_analysis.WORKFLOW.items() <= end["selectedWorkflow"].items()
    assert "checkout" == end["selectedWorkflow"]["parameters"]["TARGET_NAME"]
    assert (False, False) == (end["approvalRequired"], end["needsHumanReview"])
    assert "critical" == end["rootCauseAnalysis"]["severity"]


async def test_an_analysis_may_find_that_nothing_needs_to_be_done(stage_for):
    """What the orchestrator looks for is the reason."""
    stage = stage_for("AIAnalysis")
    stage.cast("succeed after=0s outcome=not-needed")
    end = await stage.play()

    assert ("Completed", "WorkflowNotNeeded") == (end["phase"], end["reason"])
    assert "selectedWorkflow" not in end


@pytest.mark.parametrize("action", ["succeed", "fail"])
async def test_an_analysis_may_ask_for_a_person(stage_for, action):
    """However the script puts it: the kind has only one way to say so, a failure that asks for review."""
    stage = stage_for("AIAnalysis")
    stage.cast(f"{action} after=0s outcome=human-review")
    end = await stage.play()

    assert ("Failed", True, "low_confidence") == (end["phase"], end["needsHumanReview"], end["humanReviewReason"])


async def test_a_failed_analysis_tells_the_scripted_reason(stage_for):
    """As its own."""
    stage = stage_for("AIAnalysis")
    stage.cast("fail after=0s reason=NoWorkflowSelected")

    assert "NoWorkflowSelected" == (await stage.play())["reason"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [("fail", "TaskFailed"), ("fail reason=OOMKilled", "OOMKilled"), ("fail reason=odd", "TaskFailed")],
)
async def test_a_failed_execution_gives_a_reason_that_the_schema_knows(stage_for, script, reason):
    """Other words go into the message: a refused status would be no failure at all."""
    stage = stage_for("WorkflowExecution")
    stage.cast(f"{script} after=3s")
    details = (await stage.play())["failureDetails"]

    assert (reason, True, "3s") == (
        details["reason"],
        details["wasExecutionFailure"],
        details["executionTimeBeforeFailure"],
    )


async def test_a_completed_execution_tells_how_long_it_took(stage_for):
    """The scripted time, as Go writes it."""
    stage = stage_for("WorkflowExecution")
    stage.cast("succeed after=90s")

    assert "1m30s" == (await stage.play())["duration"]


async def test_a_signal_is_classified_by_its_external_severity(stage_for):
    """Enough for an analysis: severity, environment, priority."""
    stage = stage_for("SignalProcessing")
    stage.cast("succeed after=0s")
    end = await stage.play()

    assert ("critical", "staging", "P1") == (
        end["severity"],
        end["environmentClassification"]["environment"],
        end["priorityAssignment"]["priority"],
    )
    assert {"name": "shop"} == end["kubernetesContext"]["namespace"]
