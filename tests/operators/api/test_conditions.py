"""Conditions: one per type, and a time that tells since when."""

from datetime import UTC, datetime, timedelta

from operators.api import Condition, apply_conditions, find_condition, set_condition

T0 = datetime(2026, 1, 24, 15, tzinfo=UTC)
LATER = T0 + timedelta(minutes=1)


def test_a_new_condition_is_added_at_the_end():
    """Order tells a reader what became known first."""
    made = set_condition([{"type": "A"}], type="B", status="True", reason="Done", message="well", now=T0)

    assert [one["type"] for one in made] == ["A", "B"]
    assert made[1]["lastTransitionTime"] == "2026-01-24T15:00:00.000000Z"


def test_the_time_moves_only_with_the_status():
    """Since when it holds must not be lost because the message was worded anew."""
    first = set_condition([], type="A", status="True", reason="Done", message="one", now=T0)
    reworded = set_condition(first, type="A", status="True", reason="Done", message="two", now=LATER)
    changed = set_condition(reworded, type="A", status="False", reason="Undone", message="three", now=LATER)

    assert (reworded[0]["message"], reworded[0]["lastTransitionTime"]) == ("two", "2026-01-24T15:00:00.000000Z")
    assert changed[0]["lastTransitionTime"] == "2026-01-24T15:01:00.000000Z"


def test_the_given_list_is_not_changed():
    """It is part of an object that others hold."""
    given = [{"type": "A", "status": "True", "lastTransitionTime": "x"}]
    set_condition(given, type="A", status="False", reason="R", message="", now=T0)

    assert given == [{"type": "A", "status": "True", "lastTransitionTime": "x"}]


def test_a_message_too_long_for_the_schema_is_cut():
    """A long stack trace must not make the API server refuse the whole status."""
    made = apply_conditions([], [Condition("A", "True", "R", "x" * 40_000)], now=T0)

    assert len(made[0]["message"]) == 32_768
    assert find_condition(made, "B") is None
