"""The contract of a store, on each store."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.datastorage.errors import EventIdConflict
from services.datastorage.events import AuditEvent, EventCategory, EventOutcome, fields_of, with_defaults
from services.datastorage.jsonvalues import SAFE_INTEGER, storable
from services.datastorage.store import AuditStore, EventQuery
from services.datastorage.verification import verify

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
JSON_OBJECTS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-SAFE_INTEGER, SAFE_INTEGER)
        | st.floats(allow_nan=False, allow_infinity=False)
        | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def ids(store: AuditStore, **query) -> list[int]:
    return [uuid.UUID(event.event_id).int for event in store.find(EventQuery(**{"limit": 50, **query})).events]


def test_events_are_returned_as_they_were_sent_the_latest_first(store, make_event) -> None:
    """What comes back is what was hashed: the whole object, and the links from one to the next."""
    first, second = make_event(duration_ms=7, namespace="tenant-a"), make_event(parent_event_id=uuid.UUID(int=1))
    store.append([first, second])
    page = store.find(EventQuery(limit=50))

    assert [fields_of(with_defaults(second)), fields_of(with_defaults(first))] == [
        event.fields for event in page.events
    ]
    assert [2, 1] == [event.sequence for event in page.events]
    assert [page.events[1].event_hash, ""] == [event.previous_hash for event in page.events]


def test_the_same_event_sent_again_is_stored_once(store, make_event) -> None:
    """A reply that was lost is repeated by the client; the chain must not grow."""
    one, two, three = make_event(), make_event(), make_event()
    store.append([one, two])
    store.append([two, three, three, one])
    record = store.chain("tenant-a/rr-1")

    assert [3, 2, 1] == ids(store)
    assert (3, 3) == (record.head.sequence, record.head.count)


@pytest.mark.parametrize("other", [{"event_action": "other"}, {"correlation_id": "tenant-b/rr-1"}, {"event_data": {}}])
def test_an_id_taken_by_another_body_is_refused_and_nothing_is_stored(store, make_event, other) -> None:
    """Half a batch would be a history that nobody wrote; the id may stand in any chain."""
    taken, new = make_event(), make_event()
    store.append([taken])

    with pytest.raises(EventIdConflict, match=str(taken.event_id)):
        store.append([new, replace(taken, **other)])

    assert [1] == ids(store)
    assert store.chain("tenant-a/rr-1").head.count == 1


def test_two_bodies_under_one_id_in_one_batch_are_refused(store, make_event) -> None:
    """Neither of them is the right one."""
    event = make_event()

    with pytest.raises(EventIdConflict, match=str(event.event_id)):
        store.append([event, replace(event, event_action="other")])

    assert [] == ids(store)


def test_a_batch_continues_each_of_its_chains_in_the_order_of_arrival(store, make_event) -> None:
    """Times play no part: clients' clocks differ and deliveries are late."""
    store.append(
        [
            make_event(correlation_id="b/x"),
            make_event(correlation_id="a/x", event_timestamp=make_event().event_timestamp),
        ]
    )
    late = make_event(correlation_id="b/x", event_timestamp=make_event().event_timestamp - timedelta(hours=1))
    store.append([late, make_event(correlation_id="a/x"), make_event(correlation_id="b/x")])

    for key in ("a/x", "b/x"):
        record = store.chain(key)
        assert verify(record).is_valid
        assert list(range(1, len(record.events) + 1)) == [event.sequence for event in record.events]
    assert str(late.event_id) == store.chain("b/x").ledger[2]


def test_every_filter_narrows_and_all_have_to_match(store, make_event) -> None:
    """The platform's house rule after an incident: filter by chain, type and category, and page on."""
    a = make_event(namespace="tenant-a", event_type="x", severity="critical")
    b = make_event(correlation_id="tenant-b/rr-1", event_category=EventCategory.GATEWAY)
    c = make_event(event_outcome=EventOutcome.FAILURE, event_type="x")
    store.append([a, b, c])

    assert [3, 1] == ids(store, correlation_id="tenant-a/rr-1")
    assert [3, 1] == ids(store, event_type="x")
    assert [2] == ids(store, event_category="gateway")
    assert [3] == ids(store, event_outcome="failure")
    assert [1] == ids(store, severity="critical")
    assert [1] == ids(store, namespace="tenant-a")
    assert [1] == ids(store, event_type="x", event_outcome="success")
    assert [] == ids(store, event_type="x", event_category="gateway")


def test_both_ends_of_a_span_of_time_belong_to_it(store, make_event) -> None:
    """An event at exactly `since` is the one that a poll would otherwise lose."""
    events = [make_event() for _ in range(4)]
    store.append(events)
    second, third = events[1].event_timestamp, events[2].event_timestamp

    assert [3, 2] == ids(store, since=second, until=third)
    assert [4] == ids(store, since=third + timedelta(microseconds=1))


def test_pages_join_without_gap_and_say_how_many_there_are(store, make_event) -> None:
    """Many events in one instant are the normal case in virtual time: their order must hold still."""
    now = make_event().event_timestamp
    store.append([make_event(event_timestamp=now, correlation_id=f"tenant/{number % 2}") for number in range(7)])
    whole = ids(store)

    assert whole == [*ids(store, limit=3), *ids(store, limit=3, offset=3), *ids(store, limit=3, offset=6)]
    assert 7 == store.find(EventQuery(limit=3, offset=3)).total
    assert ([], 7) == (ids(store, offset=9), store.find(EventQuery(limit=3, offset=9)).total)


def test_a_chain_that_nobody_began_is_none(store) -> None:
    """An auditor who misspells a name must not read that all is well."""
    assert store.chain("tenant-a/nobody") is None


def test_a_store_that_works_can_be_pinged(store) -> None:
    """Health asks this."""
    store.ping()


@pytest.mark.slow
@given(JSON_OBJECTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_payload_comes_back_as_it_went_in_and_verifies(store, make_event, payload) -> None:
    """Numbers of any size, any text, any nesting: what is stored is what was hashed."""
    event: AuditEvent = make_event(
        event_id=uuid.uuid4(), correlation_id=f"a/{uuid.uuid4()}", event_data=storable(payload)
    )
    store.append([event])
    record = store.chain(event.correlation_id)

    assert storable(payload) == record.events[0].fields["event_data"]
    assert verify(record).is_valid
