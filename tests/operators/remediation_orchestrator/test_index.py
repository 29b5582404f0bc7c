"""Whom a move wakes."""

import pytest

from operators.remediation_orchestrator.index import entry, index_key, to_wake


@pytest.fixture(scope="session")
def known(stored):
    """Entries of one fingerprint: two duplicates, one Pending, one at work, one in its cooldown."""
    return [
        entry(stored("dup-2", "Blocked", blockReason="DuplicateInProgress", duplicateOf="first")),
        entry(stored("dup-1", "Blocked", blockReason="DuplicateInProgress", duplicateOf="first")),
        entry(stored("late", "Pending")),
        entry(stored("first", "Executing")),
        entry(stored("cooling", "Blocked", blockReason="ConsecutiveFailures")),
    ]


def names(keys):
    """Just the names; all of them must be in the namespace of who moved."""
    assert {"tenant-a"} >= {key.namespace for key in keys}
    return [key.name for key in keys]


@pytest.mark.parametrize("phase", ["Completed", "Failed", "TimedOut", "Cancelled", "Blocked", "Processing"])
def test_a_request_that_moved_on_wakes_those_who_wait_for_others(stored, known, phase):
    """In the order of their names, so that a replay wakes alike; who is at work or cools down is left alone."""
    assert ["dup-1", "dup-2", "late"] == names(to_wake(stored("first", phase), deleted=False, known=known))


@pytest.mark.parametrize("phase", ["", "Pending"])
def test_a_request_that_merely_appeared_wakes_nobody(stored, known, phase):
    """Nobody waits for that."""
    assert [] == to_wake(stored("new", phase), deleted=False, known=known)


@pytest.mark.parametrize("phase", ["", "Pending", "Executing"])
def test_a_deleted_request_wakes_its_duplicates_whatever_its_phase(stored, known, phase):
    """They have no original any more."""
    assert ["dup-1", "dup-2", "late"] == names(to_wake(stored("first", phase), deleted=True, known=known))


def test_a_request_does_not_wake_itself(stored, known):
    """Its own event does that."""
    blocked = stored("dup-1", "Blocked", blockReason="DuplicateInProgress")

    assert ["dup-2", "late"] == names(to_wake(blocked, deleted=False, known=known))


def test_equal_fingerprints_of_two_tenants_are_two_keys(stored):
    """The isolation that the flagship scenario is about."""
    assert index_key(stored("rr", namespace="tenant-a")) != index_key(stored("rr", namespace="tenant-b"))
