"""Sealing events: what the hash covers, and that it covers all of it."""

import dataclasses
import hashlib
from datetime import timedelta, timezone

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from services.datastorage.chain import HASHED_FIELDS, link
from services.datastorage.events import AuditEvent, fields_of, micro, with_defaults
from services.datastorage.jsonvalues import canonical


def test_the_hash_covers_every_field_of_the_envelope(make_event) -> None:
    """A field that is stored and not hashed could be changed unseen, as five of the platform's own can."""
    assert {field.name for field in dataclasses.fields(AuditEvent)} == set(HASHED_FIELDS)
    assert list(fields_of(make_event())) == list(HASHED_FIELDS)


@settings(max_examples=25)
@given(st.text("0123456789abcdef", max_size=64), st.integers(1, 10**9))
def test_the_hash_is_that_of_the_documented_object(previous_hash: str, sequence: int) -> None:
    """The parts are joined by hand for speed; whoever follows the documentation must arrive at the same hash."""
    fields = {"event_type": "é", "event_data": {"n": 1.5, "b": [None, True]}}
    whole = {"event": fields, "previous_event_hash": previous_hash, "sequence": sequence}

    assert hashlib.sha256(rfc8785.dumps(whole)).hexdigest() == link(
        canonical(fields), sequence=sequence, previous_hash=previous_hash
    )


def test_times_are_hashed_in_utc_to_the_microsecond(make_event) -> None:
    """The CI run's failure: hashed with nanoseconds, stored with microseconds; its sibling: hashed with an offset, verified in UTC."""
    event = make_event()
    elsewhere = dataclasses.replace(
        event, event_timestamp=event.event_timestamp.astimezone(timezone(timedelta(hours=2)))
    )

    assert "2026-01-24T15:00:01.120000Z" == micro(event.event_timestamp)
    assert fields_of(event) == fields_of(elsewhere)


def test_defaults_are_part_of_what_is_hashed(make_event) -> None:
    """What is filled in after hashing would make each event look tampered."""
    filled = fields_of(with_defaults(make_event()))

    assert "service" == filled["actor_type"]
    assert "orchestration-service" == filled["actor_id"]
    assert "orchestration" == filled["resource_type"]
    assert "tenant-a/rr-1" == filled["resource_id"]
    assert "info" == filled["severity"]
