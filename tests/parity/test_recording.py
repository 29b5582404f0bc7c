"""What is taken from versions of objects."""

from datetime import UTC, datetime

from harness.clusters.client import Plural
from harness.history import History, Version
from harness.parity.record import Account, Record
from harness.parity.recording import posted, walked, written
from tests.parity.accounts import part, record

AT = datetime(2026, 1, 24, tzinfo=UTC)
GRANTS = Plural("example.org", "v1", "grants")


def version(kind="MODIFIED", *, manager="ada", fields=None, **body):
    """Return a version with one owner of its fields."""
    metadata = {"resourceVersion": "1", "managedFields": [{"manager": manager, "fieldsV1": fields or {}}]}
    return Version(AT, kind, {"metadata": metadata, **body})


def test_a_phase_counts_once_for_as_long_as_it_lasts() -> None:
    """Every write repeats it; a phase that comes back counts again."""
    phases = [None, "Pending", "Pending", "Blocked", "Pending"]
    versions = [version(status={"state": phase} if phase else {}) for phase in phases]

    assert ("Pending", "Blocked", "Pending") == walked(versions, "status.state")


def test_every_version_is_a_write_of_somebody() -> None:
    """The last one of a deleted object shows that it is gone, and not by whose hand."""
    spec, status = {"f:spec": {"f:user": {}}}, {"f:status": {"f:phase": {}}}
    versions = [
        version("ADDED", manager="ada", fields=spec, spec={"user": "x"}),
        version(manager="bob", fields=status, spec={"user": "x"}, status={"phase": "Active"}),
        version("DELETED", manager="bob", fields=status, spec={"user": "x"}, status={"phase": "Active"}),
    ]

    assert ("created by ada", "changed by bob", "deleted") == written(versions)


def test_a_kubernetes_event_counts_as_often_as_it_says() -> None:
    """Clients merge what repeats: one object that counts."""
    about = {"involvedObject": {"uid": "u"}}
    events = [
        version(type="Normal", reason="Granted", **about),
        version(type="Warning", reason="Late", count=3, **about),
        version(type="Normal", reason="Seen", series={"count": 2}, involvedObject={"uid": "other"}),
    ]

    assert {
        "u": ("Normal Granted", "Warning Late", "Warning Late", "Warning Late"),
        "other": ("Normal Seen", "Normal Seen"),
    } == posted(events)


def test_a_record_survives_the_way_to_another_process() -> None:
    """It is written as JSON by the run, and read by the comparison."""
    made = record(part(phases=("Pending", "Done"), writes="ada"), complete=True, gaps=["grants are missing"])

    assert made == Record.read(made.json())
    assert Account(("Pending",), ("Done",)) == Record.read(made.json()).parts[0].accounts["phases"]


def test_a_history_tells_its_gaps() -> None:
    """What a record is marked with."""
    history = History(now=lambda: AT, settled=None)
    history.taker(GRANTS)
    history.gap(GRANTS, "too old resource version")

    assert [GRANTS] == history.kinds
    assert ["versions of grants from before 00:00:00 are missing: too old resource version"] == history.gaps
