"""Columns: how they are written, and what they make of a run."""

from harness.parity.columns import Column


def test_a_column_says_how_its_run_is_started() -> None:
    """Options that make sense on one cluster only go to that one."""
    given = {"jobs": 2, "image": "ours:1"}

    assert ["--cluster=embedded", "--seed=7", "--jobs=2"] == Column.parse("embedded@7").arguments(**given)
    assert ["--cluster=envtest", "--jobs=2"] == Column.parse("envtest", context="mine").arguments(**given)
    assert ["--cluster=kind", "--context=mine", "--jobs=2"] == Column.parse("kind", context="mine").arguments(**given)


def test_operators_inside_are_one_deployment_and_take_one_scenario_at_a_time() -> None:
    """``harness run --deploy`` refuses jobs; the other columns need not be slower for it."""
    column = Column.parse("kind+deploy")

    assert ["--cluster=kind", "--deploy", "--image=ours:1"] == column.arguments(jobs=2, image="ours:1")
    assert ["--cluster=kind", "--deploy"] == column.arguments(jobs=2)
