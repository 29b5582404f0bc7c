"""Phase graphs: closed, terminal where they must be, and every phase reachable."""

import pytest

from operators.api import (
    EDGES,
    REMEDIATION_REQUEST,
    TERMINAL_REMEDIATION,
    TERMINAL_SIGNAL,
    RemediationPhase,
    SignalPhase,
    is_legal,
    is_terminal,
)

KINDS = sorted(EDGES, key=lambda kind: kind.kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_phase_is_in_the_graph_and_reachable(kind):
    """A phase that nothing leads to would be a phase nobody rehearsed."""
    graph = EDGES[kind]
    phases = set(type(next(iter(graph))))
    reached, frontier = {""}, [""]
    while frontier:
        new = graph[frontier.pop()] - reached
        reached |= new
        frontier.extend(new)

    assert phases == set(graph)
    # Some phases are only entered by people: the graph leads to them all the same.
    assert phases == reached


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_nothing_leads_back_to_the_unset_phase(kind):
    """An object that was seen once is never unseen."""
    assert all("" not in onward for onward in EDGES[kind].values())


def test_the_terminal_phases_of_a_remediation():
    """Upstream had four notions of terminal, and Cancelled was in two of them."""
    assert {"Completed", "Failed", "TimedOut", "Skipped", "Cancelled"} == TERMINAL_REMEDIATION
    assert {"Completed", "Failed"} == TERMINAL_SIGNAL


def test_blocked_is_a_wait_and_no_end():
    """A Blocked request still absorbs signals and can still go on."""
    assert not is_terminal(REMEDIATION_REQUEST, "Blocked")
    assert is_legal(REMEDIATION_REQUEST, "Blocked", "Pending")
    assert is_legal(REMEDIATION_REQUEST, RemediationPhase.BLOCKED, RemediationPhase.FAILED)


def test_an_unknown_phase_is_neither_terminal_nor_left():
    """What a newer version wrote is not ours to end."""
    assert not is_terminal(REMEDIATION_REQUEST, "Resting")
    assert not is_legal(REMEDIATION_REQUEST, "Resting", "Completed")


def test_a_phase_is_its_text():
    """Phases travel as JSON; members and texts must compare and hash alike."""
    assert SignalPhase.ENRICHING == "Enriching"
    assert f"{SignalPhase.UNSET}" == ""
