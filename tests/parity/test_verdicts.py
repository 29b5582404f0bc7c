"""What is made of a difference."""

import pytest

from harness.parity.columns import Column
from harness.parity.page import markdown, report
from harness.parity.table import alone, cells, counted, notes
from harness.parity.verdicts import Verdict, judge, reconsidered, rows
from tests.parity.accounts import part, run

COLUMNS = [Column.parse("embedded"), Column.parse("envtest")]


def row_of(one, other):
    """Return the row of a scenario that was played on two clusters."""
    (row,) = rows(COLUMNS, {"embedded": {"it": one}, "envtest": {"it": other}})
    return row


def test_a_difference_is_a_failure() -> None:
    """Both sides are told, with the number that differs."""
    row = row_of(run(part(phases="Pending Done")), run(part(phases="Pending")))

    assert row.failed
    assert ["2≠1", "0", "0", "1.00 s", "1.00 s"] == [
        cell.text for cell in cells(row, COLUMNS, ["phases", "writes", "events"])
    ]
    assert [
        "phases of grants in a differs",
        "  embedded  Pending → Done",
        "  envtest   Pending",
    ] == notes(row, COLUMNS)
    assert "0 equal, 1 different" == counted([row])


def test_as_many_but_others_is_a_difference_too() -> None:
    """The number alone would not show it."""
    row = row_of(run(part(phases="Pending")), run(part(phases="Done")))

    assert "≠1" == cells(row, COLUMNS, ["phases"])[0].text


def test_a_declared_difference_is_told_with_its_reason() -> None:
    """It is no failure, as long as nothing else differs."""
    why = {"writes": "edits are merged"}
    row = row_of(run(part(writes="ada"), differs=why), run(part(writes="ada ada")))
    more = row_of(run(part(writes="ada", phases="A"), differs=why), run(part(writes="ada ada", phases="B")))

    assert (False, True) == (row.failed, more.failed)
    assert "1~2" == cells(row, COLUMNS, ["writes"])[0].text
    assert "writes of grants in a may differ (edits are merged)" == notes(row, COLUMNS)[0]
    assert "0 equal, 1 with declared differences" == counted([row])


def test_a_declaration_that_is_not_needed_any_more_is_stale() -> None:
    """It would hide the next difference; it does not make the comparison fail."""
    row = row_of(run(part(writes="ada"), differs={"writes": "edits are merged"}), run(part(writes="ada")))

    assert (["writes"], False) == (row.stale, row.failed)
    assert ["stale: writes may differ, it says (edits are merged), and is equal everywhere"] == notes(row, COLUMNS)


def test_a_race_that_happened_to_end_alike_is_not_stale() -> None:
    """It differs with the next run: other interleavings of the simulated cluster show that it may."""
    row = row_of(run(part(writes="ada"), differs={"writes": "a race"}), run(part(writes="ada")))

    assert ["writes"] == reconsidered(row, [run(part(writes="ada"), seed=1)], first="embedded").stale
    assert [] == reconsidered(row, [run(part(writes="ada ada"), seed=1)], first="embedded").stale


def test_a_gap_is_never_equal() -> None:
    """Versions that nobody saw may have been anything."""
    row = row_of(run(part(writes="ada")), run(part(writes="ada"), gaps=["grants before 10:00 are missing"]))

    assert row.failed
    assert Verdict.INCONCLUSIVE == row.judged["envtest"].verdict
    assert "?" == cells(row, COLUMNS, ["writes"])[0].text
    assert "0 equal, 1 inconclusive" == counted([row])


def test_a_scenario_that_passes_on_one_cluster_only_differs() -> None:
    """Its story is told."""
    row = row_of(run(part(writes="ada")), run(outcome="failed", failure="expected  it"))

    assert row.failed
    assert ["outcome differs", "  embedded  passed", "  envtest   failed", "  expected  it"] == notes(row, COLUMNS)


def test_a_scenario_that_fails_everywhere_is_not_well() -> None:
    """All agree; it is a failure all the same."""
    row = row_of(run(outcome="failed"), run(outcome="failed"))

    assert row.failed
    assert "0 equal, 1 failed" == counted([row])


def test_what_real_time_leaves_out_is_counted_with_its_reason() -> None:
    """It is compared with nothing, and it is not equal either."""
    row = row_of(run(part(writes="ada")), run(outcome="skipped", reason="not on envtest: it holds a message"))

    assert (False, False) == (row.compared, row.failed)
    assert ["1 not compared: it holds a message"] == alone([row])
    assert "0 equal" == counted([row])


def test_what_another_interleaving_plays_is_no_difference() -> None:
    """In real time nobody chooses: whatever a cluster does has to be among what the simulated one can do."""
    row = row_of(run(part(phases="A C")), run(part(phases="A B C")))
    seeds = [run(part(phases="A C"), seed=1), run(part(phases="A B C"), seed=2)]

    found = reconsidered(row, seeds, first="embedded")

    assert (True, False) == (row.failed, found.failed)
    assert "2…3" == cells(found, COLUMNS, ["phases"])[0].text
    assert ["envtest is equal to embedded as seed 2 plays it"] == notes(found, COLUMNS)
    assert reconsidered(row, seeds[:1], first="embedded").failed


def test_an_interleaving_has_to_agree_as_a_whole() -> None:
    """Phases of one and writes of another are nothing that ever happened."""
    row = row_of(run(part(phases="A", writes="x")), run(part(phases="B", writes="y")))
    seeds = [run(part(phases="B", writes="x"), seed=1), run(part(phases="A", writes="y"), seed=2)]

    assert reconsidered(row, seeds, first="embedded").failed


def test_a_failure_of_another_interleaving_excuses_nothing() -> None:
    """A seed that fails, too, makes a failing scenario no better."""
    row = row_of(run(part(phases="A")), run(outcome="failed"))

    assert reconsidered(row, [run(outcome="failed", seed=1)], first="embedded").failed
    assert judge(run(outcome="failed"), run(outcome="failed")).verdict is Verdict.ALONE


@pytest.mark.parametrize("wanted", ["it | 2≠1 | 1 |", "0 equal, 1 different.", "  envtest   Pending"])
def test_a_page_has_the_table_and_what_is_said_beside_it(wanted) -> None:
    """Markdown, to be put into a page as it is."""
    row = row_of(run(part(phases="Pending Done", writes="ada")), run(part(phases="Pending", writes="ada")))

    assert wanted in markdown([row], COLUMNS, ["phases", "writes"])


def test_a_program_gets_all_of_it() -> None:
    """Records, verdicts, and what was not at hand."""
    row = row_of(run(part(phases="Pending Done")), run(part(phases="Pending")))
    found = report([row], COLUMNS, missing={"kind": "no Docker"}, real_s={"embedded": 1.0, "envtest": 2.0})

    assert ({"kind": "no Docker"}, False) == (found["missing"], found["well"])
    (scenario,) = found["scenarios"]
    assert "differs" == scenario["judged"]["envtest"]["verdict"]
    assert ("Pending", "Done") == scenario["runs"]["embedded"]["record"]["parts"][0]["accounts"]["phases"]["seen"]
