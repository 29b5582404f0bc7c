"""Times and spans as they are written into objects."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.api.times import format_duration, micro, parse, parse_duration


def test_a_time_is_written_in_utc_with_six_digits():
    """Two transitions within a second must stay ordered, also as text."""
    moment = datetime(2026, 1, 24, 10, 0, tzinfo=timezone(timedelta(hours=-5)))

    assert micro(moment) == "2026-01-24T15:00:00.000000Z"


def test_a_time_without_zone_is_refused():
    """A naive time means another instant on another machine."""
    with pytest.raises(ValueError, match="without zone"):
        micro(datetime(2026, 1, 24))  # noqa: DTZ001 - that it has no zone is the point
    with pytest.raises(ValueError, match="no zone"):
        parse("2026-01-24T15:00:00")


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives_being_written_and_read(moment):
    """Deadlines are compared after a round trip through the API server."""
    assert moment == parse(micro(moment))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h0m0s", 3600),
        ("5m0s", 300),
        ("1m30s", 90),
        ("1.5s", 1.5),
        (".5s", 0.5),
        ("250ms", 0.25),
        ("10us", 0.00001),
        ("0", 0),
        ("-5m", -300),
        ("+1h", 3600),
    ],
)
def test_go_duration_text_is_read(text, seconds):
    """What Go wrote must be read: the upstream schemas and users write it."""
    assert timedelta(seconds=seconds) == parse_duration(text)


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "1h m", "PT5M", "5d", "--5s", "s"])
def test_what_is_no_duration_is_refused_with_an_example(text):
    """Whoever wrote it should learn how it is written."""
    with pytest.raises(ValueError, match="such as 1h0m0s"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=1), "1h0m0s"),
        (timedelta(minutes=5), "5m0s"),
        (timedelta(seconds=1.5), "1.5s"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(microseconds=7), "7µs"),
        (timedelta(0), "0s"),
        (timedelta(hours=-1), "-1h0m0s"),
        (timedelta(days=2), "48h0m0s"),
    ],
)
def test_a_duration_is_written_as_go_writes_it(span, text):
    """The text lands in audit events and in status.timeoutConfig beside what Go programs wrote."""
    assert text == format_duration(span)


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_a_duration_survives_being_written_and_read(span):
    """Limits are written once and read at each reconcile."""
    assert abs(span - parse_duration(format_duration(span))) <= timedelta(microseconds=1)
