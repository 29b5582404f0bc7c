"""Deadlines of a request."""

from datetime import timedelta

import pytest

from operators.remediation_orchestrator import timeouts
from operators.remediation_orchestrator.settings import Settings


def test_the_limits_are_written_as_go_writes_durations():
    """Whoever reads status.timeoutConfig parses it with Go."""
    expected = {"global": "1h0m0s", "processing": "5m0s", "analyzing": "10m0s", "executing": "30m0s"}

    assert expected == timeouts.configuration(Settings())


@pytest.mark.parametrize(
    ("phase", "field", "limit", "minutes"),
    [
        ("Processing", "processingStartTime", "processing", 5),
        ("Analyzing", "analyzingStartTime", "analyzing", 10),
        ("Executing", "executingStartTime", "executing", 30),
    ],
)
def test_a_stage_counts_from_when_it_was_entered(a_request, start, phase, field, limit, minutes):
    """Not from the request's start: a slow stage must not eat the next one's time."""
    entered = start + timedelta(minutes=7)
    deadline = timeouts.stage_deadline(a_request("rr", phase, **{field: entered}))

    assert (entered + timedelta(minutes=minutes), limit) == (deadline.at, deadline.limit)


def test_the_global_limit_counts_from_the_start_in_status(a_request, start):
    """Not from creationTimestamp, which nobody can move when the request is routed again."""
    request = a_request("rr", "Pending", startTime=start + timedelta(hours=3))

    assert start + timedelta(hours=4) == timeouts.global_deadline(request).at


def test_no_limit_runs_while_blocked(a_request, start):
    """Upstream both ran one hour, and a block ended as TimedOut instead of Failed."""
    request = a_request("rr", "Blocked", processingStartTime=start)

    assert timeouts.global_deadline(request) is None
    assert timeouts.stage_deadline(request) is None


@pytest.mark.parametrize("config", [{"global": "0s"}, {}])
def test_a_limit_of_zero_or_none_is_no_limit(a_request, config):
    """Zero for the whole would otherwise end every request at once."""
    assert timeouts.earliest(a_request("rr", "Pending", timeoutConfig=config)) is None


def test_the_earliest_of_both_limits_is_what_to_wait_for(a_request, start):
    """The stage's here; the whole's when the stage was entered late."""
    early = a_request("rr", "Processing", processingStartTime=start)
    late = a_request("rr", "Executing", executingStartTime=start + timedelta(minutes=45))

    assert start + timedelta(minutes=5) == timeouts.earliest(early)
    assert start + timedelta(hours=1) == timeouts.earliest(late)


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"global": "-1h0m0s"}, "timeoutConfig.global is -1h0m0s"),
        ({"executing": "-1ms", "global": "1h"}, "timeoutConfig.executing is -1ms"),
        ({"analyzing": "soon"}, "timeoutConfig.analyzing: duration 'soon'"),
        ({"processing": "9" * 30 + "h"}, "timeoutConfig.processing: "),
    ],
)
def test_a_limit_that_cannot_be_used_is_named_with_its_value(a_request, config, named):
    """A person typed it and has to find it."""
    text = timeouts.problem(a_request("rr", "Pending", timeoutConfig=config))

    assert text.startswith(named)


def test_usable_limits_have_no_problem(a_request):
    """Unknown keys are somebody else's."""
    assert timeouts.problem(a_request("rr", "Pending", timeoutConfig={"global": "90s", "later": "x"})) is None


def test_a_limit_beyond_the_calendar_is_no_limit(a_request):
    """A thousand years in Go text is legal; a datetime ends in 9999."""
    assert timeouts.global_deadline(a_request("rr", "Pending", timeoutConfig={"global": "87600000h"})) is None
