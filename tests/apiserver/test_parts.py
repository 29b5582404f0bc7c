"""The parts by themselves, where a request would be a detour: Go's formats, JSONPath, ages, the agenda, the store."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.apiserver.agenda import Agenda
from harness.apiserver.errors import BadRequest
from harness.apiserver.fields import go_value, quote
from harness.apiserver.jsonpath import find, parse
from harness.apiserver.patches.merge import merge
from harness.apiserver.printers.ages import human_duration
from harness.apiserver.routes import Route, parse_route
from harness.apiserver.selectors import parse_fields
from harness.apiserver.store import EventLog
from harness.apiserver.store.collection import Entry, Key
from harness.apiserver.store.log import Change


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        ('a"b\n', '"a\\"b\\n"'),
        ("ä", '"ä"'),
        ("\x00", '"\\x00"'),
        (True, "true"),
        (None, "null"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (1e-7, "1e-07"),
        ({"b": "<", "a": [1]}, '{"a":[1],"b":"\\u003c"}'),
    ],
)
def test_values_are_printed_as_go_prints_them(value, text: str) -> None:
    """Messages are compared with the real server's, letter by letter."""
    assert text == go_value(value)


def test_quotes_leave_nothing_to_interpret() -> None:
    """A name in a message cannot break out of its quotes."""
    assert '"\\\\\\""' == quote('\\"')


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".a.b", [1]),
        (".list[1].n", [2]),
        (".list[*].n", [1, 2]),
        (".list[-1].n", [2]),
        ("['a']['b']", [1]),
        ('.conditions[?(@.type=="Ready")].status', ["True"]),
        (".a\\.b", [3]),
        (".none.at.all", []),
        (".a..b", [1]),
    ],
)
def test_printer_columns_find_their_values(path: str, found: list) -> None:
    """As the real server's library follows them; a key that is missing finds nothing."""
    value = {
        "a": {"b": 1},
        "a.b": 3,
        "list": [{"n": 1}, {"n": 2}],
        "conditions": [{"type": "Other", "status": "False"}, {"type": "Ready", "status": "True"}],
    }

    assert found == find(parse(path), value)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (119, "119s"), (125, "2m5s"), (600, "10m"), (3 * 3600, "3h"), (4 * 3600 + 60, "4h1m"), (9 * 3600, "9h"),
     (50 * 3600, "2d2h"), (9 * 86400, "9d"), (800 * 86400, "2y70d"), (-5, "<invalid>")],
)  # fmt: skip
def test_ages_are_printed_as_kubectl_prints_them(seconds: int, text: str) -> None:
    """The server formats them; kubectl shows what it gets."""
    assert text == human_duration(seconds)


def test_a_merge_shares_what_it_does_not_touch() -> None:
    """Copy on write: the version before is never changed, and unchanged parts are known by identity."""
    before = {"a": {"b": 1}, "c": {"d": 2}}

    after = merge(before, {"a": {"b": 3, "e": None}})

    assert {"a": {"b": 1}, "c": {"d": 2}} == before
    assert {"a": {"b": 3}, "c": {"d": 2}} == after
    assert after["c"] is before["c"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/pods", Route("", "v1", "pods")),
        ("/api/v1/namespaces/a", Route("", "v1", "namespaces", None, "a")),
        ("/api/v1/namespaces/a/status", Route("", "v1", "namespaces", None, "a", "status")),
        ("/api/v1/namespaces/a/pods/b/status", Route("", "v1", "pods", "a", "b", "status")),
        ("/apis/g/v1/namespaces/a/things", Route("g", "v1", "things", "a")),
        ("/apis/g/v1", Route("g", "v1")),
        ("/apis/g", None),
        ("/apis/g/v1/a/b/c/d", Route("g", "v1", "a", None, "b", "c", deeper=True)),
    ],
)
def test_paths_lead_where_they_say(path: str, route: Route | None) -> None:
    """A namespace is both a resource and a place."""
    assert route == parse_route(path)


@pytest.mark.parametrize("text", ["f=a\\,b", "f=a\\=b", "f=a\\\\"])
def test_commas_and_equal_signs_are_escaped_in_field_selectors(text: str) -> None:
    """A value may be anything."""
    [(name, value, equal)] = parse_fields(text).terms

    assert ("f", text[2:].replace("\\", "", 1), True) == (name, value, equal)


@pytest.mark.parametrize("text", ["f", "f=a\\b", "f=a=b", "f=a\\"])
def test_an_unreadable_field_selector_is_refused(text: str) -> None:
    """Half an escape is none."""
    with pytest.raises(BadRequest):
        parse_fields(text)


def test_the_agenda_is_worked_off_in_order_of_time_and_of_making() -> None:
    """Determinism: what is due at one instant happens in the order in which it was planned."""
    agenda, done, start = Agenda(), [], datetime(2026, 1, 1, tzinfo=UTC)
    for name, seconds in (("late", 2), ("first", 1), ("second", 1), ("never", 1)):
        appointment = agenda.at(start + timedelta(seconds=seconds), lambda name=name: done.append(name))
    appointment.cancel()

    agenda.run(start + timedelta(seconds=1))

    assert ["first", "second"] == done
    assert start + timedelta(seconds=2) == agenda.next_due


def test_an_earlier_appointment_is_announced() -> None:
    """A front sleeps until the next deadline: it must learn of an earlier one."""
    agenda, calls, start = Agenda(), [], datetime(2026, 1, 1, tzinfo=UTC)
    agenda.on_earlier = lambda: calls.append(agenda.next_due)

    for seconds in (5, 9, 1):
        agenda.at(start + timedelta(seconds=seconds), lambda: None)

    assert [start + timedelta(seconds=5), start + timedelta(seconds=1)] == calls


def test_a_log_remembers_as_much_as_it_may() -> None:
    """Beyond its size the oldest change goes, and the floor rises to it."""
    log = EventLog(2)
    for revision in (3, 5, 8):
        entry = Entry(Key("", "a"), "u", revision, b"", {}, {}, (), 0)
        log.append(Change(entry, None))

    assert 3 == log.floor
    assert [5, 8] == [change.revision for change in log.after(4)]
    assert [] == list(log.after(8))
