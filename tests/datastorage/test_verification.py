"""Verification: any one change to a chain is found, and the right event is named."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.datastorage.chain import HASHED_FIELDS, ChainRecord, Head, SealedEvent, link, recomputed
from services.datastorage.events import AuditEvent, EventCategory, EventOutcome
from services.datastorage.jsonvalues import canonical
from services.datastorage.memory_store import MemoryStore
from services.datastorage.verification import Trouble, verify


def chain_of(length: int) -> ChainRecord:
    """A chain as the store leaves it; the n-th event has id n."""
    store = MemoryStore()
    store.append(
        [
            AuditEvent(
                event_id=uuid.UUID(int=number),
                version="1.0",
                event_type="t",
                event_timestamp=datetime(2026, 1, 24, tzinfo=UTC) + timedelta(seconds=number),
                event_category=EventCategory.ORCHESTRATION,
                event_action="a",
                event_outcome=EventOutcome.SUCCESS,
                correlation_id="a/b",
                event_data={"n": number},
            )
            for number in range(1, length + 1)
        ]
    )
    record = store.chain("a/b")
    assert record is not None
    return record


def named(number: int) -> str:
    return str(uuid.UUID(int=number))


def troubles(record: ChainRecord) -> list[tuple[Trouble, str | None]]:
    return [(finding.trouble, finding.event_id) for finding in verify(record).findings]


def changed(record: ChainRecord, number: int, change: Callable[[SealedEvent], SealedEvent]) -> ChainRecord:
    return replace(record, events=[change(event) if event.sequence == number else event for event in record.events])


def resealed(event: SealedEvent, **fields: Any) -> SealedEvent:
    """The event with other fields and a hash that fits them."""
    new = {**event.fields, **fields}
    fitting = link(canonical(new), sequence=event.sequence, previous_hash=event.previous_hash)
    return replace(event, fields=new, event_hash=fitting)


LENGTHS = st.integers(1, 9)


@given(LENGTHS)
def test_a_chain_as_it_was_written_has_no_findings(length: int) -> None:
    """A false alarm would teach people to ignore the true one."""
    verdict = verify(chain_of(length))

    assert verdict.is_valid
    assert (length, length) == (verdict.total, verdict.verified)


@given(LENGTHS, st.data())
def test_a_changed_field_names_its_event_alone(length: int, data: st.DataObject) -> None:
    """Every field counts, and the neighbours are innocent."""
    number = data.draw(st.integers(1, length))
    field = data.draw(st.sampled_from([name for name in HASHED_FIELDS if name != "event_id"]))
    record = changed(chain_of(length), number, lambda event: replace(event, fields={**event.fields, field: "changed"}))

    assert [(Trouble.TAMPERED, named(number))] == troubles(record)
    assert length - 1 == verify(record).verified


@given(LENGTHS, st.data())
def test_a_changed_hash_names_its_event_alone(length: int, data: st.DataObject) -> None:
    """The hashes are stored beside the event and may be changed like it."""
    number = data.draw(st.integers(1, length))
    column = data.draw(st.sampled_from(["event_hash", "previous_hash"]))
    record = changed(chain_of(length), number, lambda event: replace(event, **{column: "f" * 64}))

    assert [(Trouble.TAMPERED, named(number))] == troubles(record)


@given(LENGTHS, st.data())
def test_an_event_changed_and_sealed_anew_is_named(length: int, data: st.DataObject) -> None:
    """Its own hash fits; the event after it, or the head of the chain, remembers another."""
    number = data.draw(st.integers(1, length))
    record = changed(chain_of(length), number, lambda event: resealed(event, event_action="forged"))

    assert [(Trouble.TAMPERED, named(number))] == troubles(record)


@given(LENGTHS, st.data())
def test_a_removed_event_is_missing_and_a_removed_tail_is_cut(length: int, data: st.DataObject) -> None:
    """The tail is what a chain of hashes alone cannot miss: nothing follows it."""
    first = data.draw(st.integers(1, length))
    last = data.draw(st.integers(first, length))
    record = chain_of(length)
    kept = replace(record, events=[event for event in record.events if not first <= event.sequence <= last])
    trouble = Trouble.CUT if last == length else Trouble.MISSING

    assert [(trouble, named(number)) for number in range(first, last + 1)] == troubles(kept)


@given(st.integers(2, 9), st.data())
def test_events_that_changed_places_are_both_named(length: int, data: st.DataObject) -> None:
    """Each field of them is as it was written; only the order is not."""
    one, other = data.draw(st.lists(st.integers(1, length), min_size=2, max_size=2, unique=True).map(sorted))
    swap = {one: other, other: one}
    record = chain_of(length)
    events = [replace(event, sequence=swap.get(event.sequence, event.sequence)) for event in record.events]
    swapped = replace(record, events=sorted(events, key=lambda event: event.sequence))

    assert {(Trouble.REORDERED, named(one)), (Trouble.REORDERED, named(other))} == set(troubles(swapped))


@given(LENGTHS, st.data())
def test_an_event_moved_elsewhere_is_reordered_and_not_missing(length: int, data: st.DataObject) -> None:
    """It is there: whoever looks for it should be told where."""
    number = data.draw(st.integers(1, length))
    record = changed(chain_of(length), number, lambda event: replace(event, sequence=length + 5))

    assert [(Trouble.REORDERED, named(number))] == troubles(record)


def test_an_event_under_another_id_is_named_with_the_id_that_the_ledger_knows() -> None:
    """The id that is searched for would otherwise appear nowhere."""
    record = changed(chain_of(3), 2, lambda event: replace(event, fields={**event.fields, "event_id": named(99)}))
    (finding,) = verify(record).findings

    assert (Trouble.TAMPERED, named(99)) == (finding.trouble, finding.event_id)
    assert named(2) in finding.message


@pytest.mark.parametrize("sequence", [2, 4])
def test_an_event_that_nobody_wrote_is_foreign_and_accuses_nobody(sequence: int) -> None:
    """Inserted with a fitting hash, beside a true event or behind the last one."""
    record = chain_of(3)
    forged = replace(resealed(record.events[-1], event_id=named(77)), sequence=sequence)
    forged = replace(forged, event_hash=recomputed(forged) or "")
    extended = replace(record, events=[*record.events, forged])

    assert [(Trouble.FOREIGN, named(77))] == troubles(extended)


def test_a_tail_cut_from_events_and_ledger_is_seen_by_the_anchor() -> None:
    """Nobody knows the ids any more; that something is gone is known all the same."""
    record = chain_of(5)
    cut = replace(record, events=record.events[:3], ledger={n: record.ledger[n] for n in (1, 2, 3)})
    (finding,) = verify(cut).findings

    assert (Trouble.CUT, 4, None) == (finding.trouble, finding.sequence, finding.event_id)
    assert "numbers 4 to 5 were cut off the end of the chain, and from the ledger" == finding.message


def test_a_tail_cut_with_the_anchor_set_back_is_seen_by_the_ledger() -> None:
    """Two tables were made to agree; the third does not."""
    record = chain_of(5)
    third = record.events[2]
    cut = replace(record, events=record.events[:3], head=Head(3, third.event_hash, 3))

    assert [(Trouble.CUT, named(4)), (Trouble.CUT, named(5))] == troubles(cut)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (None, "the chain has no head"),
        (Head(3, "x", 2), "the head counts 2 events and ends at number 3"),
        (Head(2, "x", 2), "the head ends at number 2 and the chain at 3"),
    ],
)
def test_an_anchor_that_is_not_as_it_was_left_is_named(head: Head | None, message: str) -> None:
    """Without the anchor the next cut would go unseen."""
    (finding,) = verify(replace(chain_of(3), head=head)).findings

    assert (Trouble.ANCHOR, None) == (finding.trouble, finding.event_id)
    assert message in finding.message


def test_a_head_set_to_a_huge_number_costs_nothing() -> None:
    """Verification must not count to 10^18 because somebody wrote that into one row."""
    (finding,) = verify(replace(chain_of(3), head=Head(10**18, "x", 10**18))).findings

    assert (Trouble.CUT, 4) == (finding.trouble, finding.sequence)


def test_a_removed_ledger_entry_names_its_event() -> None:
    """The ledger is evidence too."""
    record = chain_of(3)

    assert [(Trouble.FOREIGN, named(2))] == troubles(replace(record, ledger={1: named(1), 3: named(3)}))


def test_a_row_of_nonsense_is_named_and_not_stumbled_over() -> None:
    """A number that no JSON reader can hold has no hash."""
    record = changed(
        chain_of(2), 1, lambda event: replace(event, fields={**event.fields, "event_data": {"n": float("inf")}})
    )

    assert [(Trouble.TAMPERED, named(1))] == troubles(record)
