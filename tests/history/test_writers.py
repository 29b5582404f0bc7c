"""Who made a version, as far as managedFields tell it."""

from datetime import UTC, datetime

import pytest

from harness.history.versions import Version
from harness.history.writers import writer

AT = datetime(2026, 1, 24, tzinfo=UTC)


def version(*managers, second=0, kind="MODIFIED", **body):
    """Return a version; a manager is a name and the fields that it owns."""
    entries = [
        {"manager": name, "fieldsV1": fields, "time": f"2026-01-24T00:00:{second:02}Z"} for name, fields in managers
    ]
    return Version(AT, kind, {"metadata": {"managedFields": entries, "resourceVersion": "1"}, **body})


PHASE = {"f:status": {"f:phase": {}}}
SPEC = {"f:spec": {"f:user": {}}}


def test_the_owner_of_a_changed_value_is_the_writer_within_one_second_too() -> None:
    """Times of entries are whole seconds, and an entry that owns the same fields as before looks the same."""
    before = version(("scenario", SPEC), ("controller", PHASE), spec={"user": "ada"}, status={"phase": "Pending"})
    after = version(("scenario", SPEC), ("controller", PHASE), spec={"user": "ada"}, status={"phase": "Done"})
    edited = version(("scenario", SPEC), ("controller", PHASE), spec={"user": "bob"}, status={"phase": "Done"})

    assert "controller" == writer(after, before)
    assert "scenario" == writer(edited, after)


@pytest.mark.parametrize(
    ("fields", "old", "new"),
    [
        (
            {"f:items": {'k:{"name":"x"}': {"f:size": {}}}},
            {"items": [{"name": "x", "size": 1}]},
            {"items": [{"name": "x", "size": 2}]},
        ),
        ({"f:tags": {'v:"x"': {}}}, {"tags": ["y"]}, {"tags": ["y", "x"]}),
        ({"f:items": {"i:0": {}}}, {"items": ["x"]}, {"items": ["y"]}),
        ({"f:items": {}}, {"items": ["x"]}, {"items": ["x", "y"]}),
    ],
    ids=["by key", "by value", "by place", "whole"],
)
def test_items_of_lists_have_owners(fields, old, new) -> None:
    """Each way in which a field set names an item."""
    other = {"f:items": {'k:{"name":"y"}': {"f:size": {}}}}
    before = version(("other", other), ("writer", {"f:status": fields}), status=old)
    after = version(("other", other), ("writer", {"f:status": fields}), status=new)

    assert "writer" == writer(after, before)


def test_who_takes_fields_away_owned_them() -> None:
    """The outbox that its operator empties, in the same second in which somebody else wrote."""
    before = version(("a", PHASE), ("b", {"f:status": {"f:outbox": {}}}), status={"phase": "Done", "outbox": [1]})
    after = version(("a", PHASE), second=1, status={"phase": "Done"})

    assert "b" == writer(after, before)


def test_where_no_field_tells_the_newest_entry_is_believed() -> None:
    """Of the first version, and of one that changed nothing that anybody owns."""
    first = version(("scenario", SPEC), spec={"user": "ada"})
    again = version(("controller", {}), second=1, spec={"user": "ada"})
    again.object["metadata"]["managedFields"] += first.object["metadata"]["managedFields"]

    assert "scenario" == writer(first, None)
    assert "controller" == writer(again, first)
    assert "unknown" == writer(version(), None)
