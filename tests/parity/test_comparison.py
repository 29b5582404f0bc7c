"""Two records in, differences out."""

import pytest

from harness.parity.comparison import Difference, differences
from tests.parity.accounts import part, record


def test_the_same_is_the_same_whatever_objects_are_called_and_in_whatever_order_they_come() -> None:
    """Of equal requests made in one instant any may win: what counts is what became of all of them."""
    one = record(part(phases="Pending Done"), part(phases="Pending Blocked Done"))
    other = record(part(phases="Pending Blocked Done"), part(phases="Pending Done"))

    assert [] == differences(one, other)


def test_phases_have_an_order_and_writes_have_none() -> None:
    """Who wrote first depends on the clock; which phase came first does not."""
    one = record(part(phases="Pending Done", writes="ada bob"))
    other = record(part(phases="Done Pending", writes="bob ada"))

    assert [Difference("phases", "grants in a", expected="Pending → Done", found="Done → Pending")] == differences(
        one, other
    )


def test_what_one_tenant_did_is_no_excuse_for_another() -> None:
    """The very thing that isolation is about: the same phases, of the wrong tenant."""
    one = record(part("grants in a", phases="Blocked"), part("grants in b", phases="Done"))
    other = record(part("grants in a", phases="Done"), part("grants in b", phases="Blocked"))

    assert ["grants in a", "grants in b"] == [found.role for found in differences(one, other)]


def test_one_write_more_is_a_difference_and_says_whose() -> None:
    """Counts come from histories without gaps, so they are exact."""
    one = record(part(writes="ada bob"), part(writes="ada bob"))
    other = record(part(writes="ada bob"), part(writes="ada bob bob"))

    assert [Difference("writes", "grants in a", expected="ada, bob", found="ada, 2 x bob")] == differences(one, other)


def test_an_object_that_is_on_one_side_only_is_a_difference() -> None:
    """A child too many, though its phases are none."""
    (found,) = differences(record(part(writes="ada")), record(part(writes="ada"), part(writes="ada")))

    assert ("nothing", "ada") == (found.expected, found.found)


@pytest.mark.parametrize(
    ("stopped", "agrees"),
    [
        ("Pending Blocked", True),
        ("Pending Blocked Failed", True),
        ("Pending", False),
        ("Pending Blocked Done", False),
        ("Pending Blocked Failed Failed", False),
    ],
    ids=["as far", "a deadline came", "not as far", "elsewhere", "too far"],
)
def test_a_run_in_real_time_stops_between_what_was_seen_and_what_was_to_come(stopped, agrees) -> None:
    """An hour's cooldown takes seven seconds there: it may have passed by the end of the scenario, or not."""
    played_on = record(part(phases=("Pending Blocked", "Failed")), complete=True)
    real = record(part(phases=stopped))

    assert agrees is (not differences(played_on, real))
    assert agrees is (not differences(real, played_on))


def test_objects_that_were_to_come_may_be_there_already_or_not() -> None:
    """What a deadline makes is an object on one side that tells nothing on the other."""
    played_on = record(part(writes=("ada", "")), part(writes=("", "bob")), complete=True)

    assert [] == differences(played_on, record(part(writes="ada")))
    assert [] == differences(played_on, record(part(writes="ada"), part(writes="bob")))
    assert [] != differences(played_on, record(part(writes="ada"), part(writes="eve")))


def test_two_runs_that_were_played_on_have_the_same_end() -> None:
    """Where they stood when the scenario ended is the moment's; where it leads is not."""
    one = record(part(phases=("Pending", "Blocked Failed")), complete=True)

    assert [] == differences(one, record(part(phases=("Pending Blocked", "Failed")), complete=True))
    assert [] != differences(one, record(part(phases=("Pending Blocked", "")), complete=True))


def test_of_two_runs_in_real_time_nobody_knows_what_was_to_come() -> None:
    """A stuck object looks like one whose deadline has not come."""
    assert [] != differences(record(part(phases="Pending")), record(part(phases="Pending Done")))


def test_objects_are_paired_so_that_all_agree_if_that_can_be() -> None:
    """The first that fits is not always the one: Blocked fits both, and has to leave one to its twin."""
    played_on = record(part(phases=("Blocked", "Failed")), part(phases=("Blocked", "Failed Cleared")), complete=True)

    assert [] == differences(played_on, record(part(phases="Blocked Failed Cleared"), part(phases="Blocked Failed")))
    assert [] == differences(played_on, record(part(phases="Blocked Failed"), part(phases="Blocked Failed Cleared")))
    assert [] != differences(played_on, record(*[part(phases="Blocked Failed Cleared")] * 2))
