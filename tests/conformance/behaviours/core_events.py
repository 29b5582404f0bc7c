"""Events and leases."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

AT = "2026-01-01T00:00:00.000000Z"


def modern(name: str = "one", **fields: Any) -> dict[str, Any]:
    good = {
        "eventTime": AT,
        "reportingController": "ex.dev/tester",
        "reportingInstance": "tester-1",
        "action": "Trying",
        "reason": "Tried",
        "type": "Normal",
        "note": "it was tried",
    }
    return {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": name}} | good | fields


def modern_path(api: Side) -> str:
    return f"/apis/events.k8s.io/v1/namespaces/{api.namespace}/events"


@behaviour
def an_event_of_the_core_group(api: Side) -> None:
    path = api.core("events")
    about = {"kind": "Pod", "name": "a", "namespace": api.namespace}
    api.post(
        path, core("Event", "one", involvedObject=about, reason="Tried", message="it was tried", type="Normal", count=1)
    )
    api.get(f"{modern_path(api)}/one")
    api.merge(f"{path}/one", {"count": 2, "lastTimestamp": "2026-01-01T00:00:00Z"})
    api.get(path, fieldSelector="involvedObject.name=a,reason=Tried")


@behaviour
def events_that_are_about_another_namespace(api: Side) -> None:
    path = api.core("events")
    api.post(path, core("Event", "one", involvedObject={"namespace": "elsewhere"}))
    api.post(path, core("Event", "one", involvedObject={}))
    api.post(path, core("Event", "one", involvedObject={"namespace": api.namespace}, eventTime=AT))


@behaviour
def an_event_of_the_newer_group(api: Side) -> None:
    about = {"kind": "Pod", "name": "a", "namespace": api.namespace}
    api.post(modern_path(api), modern(regarding=about))
    api.get(f"{api.core('events')}/one")
    series = {"count": 2, "lastObservedTime": AT}
    api.merge(f"{modern_path(api)}/one", {"series": series})
    api.merge(f"{modern_path(api)}/one", {"series": series | {"count": 1}})
    api.merge(f"{modern_path(api)}/one", {"note": "another"})
    api.merge(f"{modern_path(api)}/one", {"reason": "Other"})


@behaviour
def newer_events_that_are_wrong(api: Side) -> None:
    about = {"kind": "Pod", "name": "a", "namespace": api.namespace}
    for change in (
        {"eventTime": None},
        {"reportingController": ""},
        {"reportingInstance": ""},
        {"action": ""},
        {"reason": "x" * 129},
        {"type": "Odd"},
        {"note": "x" * 1025},
        {"deprecatedCount": 1},
        {"series": {"count": 1, "lastObservedTime": AT}},
        {"regarding": {}},
    ):
        api.post(modern_path(api), modern(regarding=about) | change)


@behaviour
def leases(api: Side) -> None:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
    lease: dict[str, Any] = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "one"}}
    spec = {"holderIdentity": "me", "leaseDurationSeconds": 15, "renewTime": AT}
    found = api.post(path, lease | {"spec": spec}).json
    api.put(f"{path}/one", found | {"spec": spec | {"holderIdentity": "you", "leaseTransitions": 1}})
    api.put(f"{path}/one", found | {"spec": spec})
    api.put(f"{path}/one", lease | {"spec": spec})
    api.put(f"{path}/two", lease | {"metadata": {"name": "two"}})
    api.merge(f"{path}/one", {"spec": {"leaseDurationSeconds": 0}})
    api.merge(f"{path}/one", {"spec": {"leaseTransitions": -1}})


@behaviour
def what_of_a_newer_event_stays(api: Side) -> None:
    about = {"kind": "Pod", "name": "a", "namespace": api.namespace}
    api.post(modern_path(api), modern(regarding=about))
    for change in (
        {"regarding": about | {"name": "b", "uid": "x", "fieldPath": "spec"}},
        {"related": {"kind": "Node", "name": "n"}},
        {"eventTime": "2026-01-01T00:00:01.000000Z"},
        {"reportingController": "ex.dev/other", "reportingInstance": "other"},
        {"deprecatedSource": {"component": "x", "host": "h"}, "deprecatedCount": 2},
        {"deprecatedFirstTimestamp": AT, "deprecatedLastTimestamp": AT},
        {"type": "Warning", "action": "Other"},
        {"metadata": {"labels": {"a": "b"}}},
    ):
        api.merge(f"{modern_path(api)}/one", change)


@behaviour
def names_of_newer_events(api: Side) -> None:
    about = {"kind": "Pod", "name": "a", "namespace": api.namespace}
    body = modern(regarding=about)
    for metadata in ({"name": "Bad_"}, {"name": "one", "labels": {"bad key": "x"}}, {"generateName": "one-"}):
        api.post(modern_path(api), body | {"metadata": metadata}, dryRun="All")


@behaviour
def older_events_with_a_time(api: Side) -> None:
    path, about = api.core("events"), {"namespace": api.namespace}
    for fields in (
        {"reportingComponent": "Bad_/x y", "reportingInstance": "x" * 129, "action": "x" * 129, "reason": "x" * 129},
        {"reportingComponent": "a", "reportingInstance": "b", "action": "c", "reason": "d", "message": "x" * 1025},
        {"reportingComponent": "a", "reportingInstance": "b", "action": "c", "reason": "d", "series": {"count": 1}},
    ):
        api.post(path, core("Event", "one", involvedObject=about, eventTime=AT, **fields))
    api.merge(f"{path}/one", {"reason": "e", "involvedObject": {"name": "other"}, "eventTime": None})
