"""The rules for the requests of one (namespace, fingerprint)."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.api.phases import RemediationPhase
from operators.remediation_orchestrator.routing import (
    ADMITTED,
    WAITING,
    Duplicate,
    TooManyFailures,
    Verdict,
    admit,
    consecutive_failures,
    may_hold,
    newest_first,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
def history(a_request, start):
    """A factory of ended requests, oldest first: one letter each, a minute apart.

    F failed, T timed out, C completed, B served a block, D inherited a failure, d inherited a time-out, X cancelled,
    S skipped, W waits in Blocked, P is pending.
    """
    shapes = {
        "F": ("Failed", {"failurePhase": "ai_analysis"}),
        "T": ("TimedOut", {"timeoutPhase": "Analyzing"}),
        "C": ("Completed", {"outcome": "Remediated"}),
        "B": ("Failed", {"failurePhase": "blocked"}),
        "D": ("Failed", {"failurePhase": "deduplicated"}),
        "d": ("TimedOut", {"failurePhase": "deduplicated"}),
        "X": ("Cancelled", {}),
        "S": ("Skipped", {}),
        "W": ("Blocked", {"blockReason": "ConsecutiveFailures"}),
        "P": ("Pending", {}),
    }

    def build(letters: str):
        requests = []
        for n, letter in enumerate(letters):
            phase, status = shapes[letter]
            ended = {} if letter in "WP" else {"completedAt": start + n * MINUTE}
            requests.append(a_request(f"rr-{n:02}", phase, created=start + n * MINUTE, **ended, **status))
        return requests

    return build


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", 0),
        ("F", 1),
        ("FFF", 3),
        ("FTF", 3),
        ("CFF", 2),
        ("FFCFF", 2),
        ("FFFC", 0),
        ("FFFB", 0),
        ("FFFBF", 1),
        ("FFFBFFF", 3),
        ("FXFSFWFP", 4),
        ("FDDD", 1),
        ("FdFd", 2),
        ("DDD", 0),
        ("CDF", 1),
    ],
)
def test_failures_count_back_to_the_last_success_or_served_block(history, letters, expected):
    """BR-ORCH-042; what is inherited is not counted again, or two duplicates of one failure would block the third."""
    assert expected == consecutive_failures(history(letters))


def test_the_order_in_which_the_requests_were_listed_does_not_matter(history):
    """Lists come by name, and names say nothing about time."""
    requests = history("FCFF")

    assert {2} == {consecutive_failures(order) for order in permutations(requests)}


def test_microseconds_of_completed_at_beat_the_whole_seconds_of_the_creation(a_request, start):
    """Upstream sorted by creationTimestamp: a success and a failure of one second came in either order."""
    success = a_request("a", "Completed", completedAt=start + timedelta(microseconds=2))
    failure = a_request("b", "Failed", completedAt=start + timedelta(microseconds=1))

    assert 0 == consecutive_failures([success, failure])


def test_a_tie_in_time_is_settled_by_the_name(a_request, start):
    """Whatever the order, every replica must count alike."""
    success = a_request("a", "Completed", completedAt=start)
    failure = a_request("b", "Failed", completedAt=start)

    assert ["b", "a"] == [r.name for r in newest_first([success, failure])]
    assert 1 == consecutive_failures([success, failure])


def test_a_request_that_was_failed_by_hand_counts_from_its_creation(a_request, start):
    """A person who sets Failed seldom sets completedAt."""
    by_hand = a_request("b", "Failed", created=start + MINUTE)
    success = a_request("a", "Completed", created=start, completedAt=start + MINUTE / 2)

    assert 1 == consecutive_failures([success, by_hand])


@given(st.text(alphabet="FTCBDdXSWP", max_size=12))
def test_the_count_never_exceeds_the_failures_that_are_its_own(history, letters):
    """And a newer success always wins."""
    assert consecutive_failures(history(letters)) <= sum(letter in "FT" for letter in letters)
    assert 0 == consecutive_failures(history(letters + "C"))


def test_a_request_alone_with_a_fresh_claim_proceeds(a_request, a_claim):
    """The happy path: one create, one list, and on."""
    request = a_request("rr", "Pending")

    assert Verdict.PROCEED is admit(request, others=[], claim=a_claim(request, fresh=True), threshold=3)


def test_a_claim_found_as_ones_own_is_confirmed_first(a_request, a_claim):
    """After a crash, somebody may be about to take it from the version he read: the confirmation makes him fail."""
    request = a_request("rr", "Pending")

    assert Verdict.TAKE_CLAIM is admit(request, others=[], claim=a_claim(request), threshold=3)


@pytest.mark.parametrize("end", ["Completed", "Failed", "TimedOut", "Skipped", "Cancelled"])
def test_the_claim_of_a_holder_that_ended_is_taken_over(a_request, a_claim, end):
    """A crash between the terminal write and the release is healed by the next request."""
    request, ended = a_request("rr-2", "Pending"), a_request("rr-1", end)

    assert Verdict.TAKE_CLAIM is admit(request, others=[ended], claim=a_claim(ended), threshold=3)


@pytest.mark.parametrize("holder", ["", "2c9a3a0c-0000-4000-8000-000000000000"])
def test_the_claim_of_nobody_or_of_a_deleted_request_is_taken_over(a_request, a_claim, holder):
    """A deleted request leaves its Lease behind."""
    request = a_request("rr", "Pending")

    assert Verdict.TAKE_CLAIM is admit(request, others=[], claim=a_claim(holder), threshold=3)


@pytest.mark.parametrize("phase", sorted(ADMITTED))
def test_an_admitted_request_beats_an_older_one_that_waits(a_request, a_claim, start, phase):
    """Work that has begun is not called back."""
    younger = a_request("rr-9", phase, created=start + MINUTE)
    request = a_request("rr-1", "Pending", created=start)

    assert Duplicate(younger) == admit(request, others=[younger], claim=a_claim(younger), threshold=3)


@pytest.mark.parametrize("holds", [True, False])
def test_an_admitted_request_beats_whoever_holds_the_claim(a_request, a_claim, holds):
    """A person may delete the Lease of a request at work; that admits no second one."""
    working, request = a_request("rr-1", "Executing"), a_request("rr-2", "Pending")
    claim = a_claim(request, fresh=True) if holds else a_claim("")

    assert Duplicate(working) == admit(request, others=[working], claim=claim, threshold=3)


@pytest.mark.parametrize("phase", sorted(WAITING))
def test_among_waiting_requests_the_older_goes_first(a_request, a_claim, start, phase):
    """By creationTimestamp, also when the younger got the claim."""
    older = a_request("z", phase, created=start)
    request = a_request("a", "Pending", created=start + MINUTE)

    assert Duplicate(older) == admit(request, others=[older], claim=a_claim(request, fresh=True), threshold=3)


def test_of_requests_of_one_second_the_first_name_goes_first(a_request, a_claim):
    """The time of creation has whole seconds, alerts come in bursts."""
    first, second = a_request("a", "Pending"), a_request("b", "Pending")

    assert Duplicate(first) == admit(second, others=[first], claim=a_claim(""), threshold=3)
    assert Verdict.TAKE_CLAIM is admit(first, others=[second], claim=a_claim(""), threshold=3)


def test_an_older_request_waits_for_a_younger_holder_that_has_not_begun(a_request, a_claim, start):
    """It is no duplicate of it: the younger passes the claim on, and each blocked by the other would be for ever."""
    younger = a_request("rr-2", "Pending", created=start + MINUTE)
    request = a_request("rr-1", "Pending", created=start)

    assert Verdict.AWAIT_CLAIM is admit(request, others=[younger], claim=a_claim(younger), threshold=3)


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "Pending", "Processing", "Executing"]), st.integers(0, 2)),
        min_size=2,
        max_size=5,
    ),
    st.integers(0, 4),
)
def test_two_requests_are_never_each_the_original_of_the_other(a_request, a_claim, start, shapes, holder):
    """Upstream #209: two requests created together each saw the other and both stayed Blocked for ever."""
    requests = [a_request(f"rr-{n}", phase, created=start + age * MINUTE) for n, (phase, age) in enumerate(shapes)]
    claim = a_claim(requests[holder % len(requests)])
    originals = {}
    for request in requests:
        if request.phase is RemediationPhase.PENDING:
            others = [r for r in requests if r is not request]
            verdict = admit(request, others=others, claim=claim, threshold=3)
            if isinstance(verdict, Duplicate):
                originals[request.name] = verdict.of.name

    assert not [name for name, original in originals.items() if originals.get(original) == name]


@given(st.permutations(["Pending", "Pending", "", "Pending"]), st.integers(0, 4))
def test_of_several_waiting_requests_at_most_one_is_told_to_go_on(a_request, a_claim, phases, holder):
    """Whoever holds the claim, whatever the order of the list."""
    requests = [a_request(f"rr-{n}", phase) for n, phase in enumerate(phases)]
    claim = a_claim(requests[holder] if holder < len(requests) else "", fresh=True)
    verdicts = [
        admit(r, others=[o for o in requests if o is not r], claim=claim, threshold=3)
        for r in requests
        if r.phase is RemediationPhase.PENDING
    ]

    assert sum(v in (Verdict.PROCEED, Verdict.TAKE_CLAIM) for v in verdicts) <= 1


def test_three_failures_block_before_a_duplicate_is_looked_for(a_request, a_claim, history):
    """The order of the rules is part of the contract (DD-RO-002)."""
    others = [*history("FFF"), a_request("rr-other", "Processing")]
    request = a_request("rr", "Pending")

    assert TooManyFailures(3) == admit(request, others=others, claim=a_claim(others[-1]), threshold=3)


def test_the_threshold_is_a_setting(a_request, a_claim, history):
    """Two failures are enough where two are configured."""
    request = a_request("rr", "Pending")

    assert TooManyFailures(2) == admit(request, others=history("FF"), claim=a_claim(request), threshold=2)


@pytest.mark.parametrize(
    ("phase", "reason", "expected"),
    [
        ("Processing", "", True),
        ("Pending", "", True),
        ("Blocked", "ResourceBusy", True),
        ("Blocked", "ManualBlock", True),
        ("Blocked", "ConsecutiveFailures", False),
        ("Blocked", "DuplicateInProgress", False),
        ("Failed", "", False),
        ("Cancelled", "", False),
    ],
)
def test_a_claim_belongs_to_who_is_under_way_or_paused_in_the_middle(a_request, phase, reason, expected):
    """Who is kept back at the door gave it up; who was stopped on the way still blocks his duplicates."""
    assert expected is may_hold(a_request("rr", phase, blockReason=reason))


def test_a_request_paused_on_its_way_keeps_its_duplicates_waiting(a_request, a_claim):
    """Else blocking a request by hand would start the next one beside it."""
    paused = a_request("rr-1", "Blocked", blockReason="ManualBlock")
    request = a_request("rr-2", "Pending")

    assert Duplicate(paused) == admit(request, others=[paused], claim=a_claim(paused), threshold=3)
