"""Watches: where they begin, what they see, and how they end."""

from datetime import timedelta

import pytest

from harness.apiserver import ServerSettings

from .fronts import Api, CoreApi, ManualClock, new_server
from .samples import CONFIG_MAPS, THINGS, thing

ONE = f"{THINGS}/one"


def brief(events) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events]


def test_an_event_carries_the_version_that_the_write_answered(api: Api) -> None:
    """Kopf holds its handlers until it sees exactly this version."""
    stream = api.watch(THINGS, resourceVersion=api.get(THINGS).version)

    written = api.post(THINGS, thing())

    [event] = stream.take(1)
    assert ("ADDED", written.json) == (event["type"], event["object"])


@pytest.mark.parametrize("version", [{}, {"resourceVersion": "0"}])
def test_without_a_version_a_watch_begins_with_everything(api: Api, version: dict[str, str]) -> None:
    """Synthetic ADDED events, in the order of a list."""
    api.post(THINGS, thing("b"))
    api.post(THINGS, thing("a"))

    stream = api.watch(THINGS, **version)
    api.delete(f"{THINGS}/b")

    assert [("ADDED", "a"), ("ADDED", "b"), ("DELETED", "b")] == brief(stream.take(3))


def test_a_watch_resumes_after_a_version_without_a_gap(api: Api) -> None:
    """What happened while nobody was connected comes first."""
    seen = api.post(THINGS, thing()).version
    api.merge(ONE, {"spec": {"size": 6}})
    api.delete(ONE)

    stream = api.watch(THINGS, resourceVersion=seen)
    api.post(THINGS, thing("two"))

    assert [("MODIFIED", "one"), ("DELETED", "one"), ("ADDED", "two")] == brief(stream.take(3))


def test_a_compacted_version_is_refused_in_the_stream(api: Api) -> None:
    """HTTP 200 and an ERROR event with code 410: Kopf lists again then, and dies of any other error."""
    old = api.post(THINGS, thing()).version
    api.post(THINGS, thing("two"))
    api.server.compact()

    stream = api.watch(THINGS, resourceVersion=old)

    [event] = stream.take(1)
    assert ("ERROR", 410, "Expired") == (event["type"], event["object"]["code"], event["object"]["reason"])
    assert f"too old resource version: {old} ({int(old) + 1})" == event["object"]["message"]
    assert stream.ended()


def test_a_version_from_the_future_is_waited_for(api: Api) -> None:
    """The watch is silent until the cluster has come that far."""
    now = int(api.post(THINGS, thing()).version)
    stream = api.watch(THINGS, resourceVersion=str(now + 1))
    api.post(THINGS, thing("two"))
    api.post(THINGS, thing("three"))

    assert [("ADDED", "three")] == brief(stream.take(1))


def test_a_write_that_changes_nothing_sends_nothing(api: Api) -> None:
    """The next event is that of the next real write."""
    stream = api.watch(THINGS, resourceVersion=api.post(THINGS, thing()).version)

    api.merge(ONE, {"spec": {"size": 5}})
    api.merge(ONE, {"spec": {"size": 7}})

    [event] = stream.take(1)
    assert 7 == event["object"]["spec"]["size"]


def test_an_object_enters_and_leaves_the_sight_of_a_label_selector(api: Api) -> None:
    """To this watch a change of labels is a creation or a deletion."""
    stream = api.watch(THINGS, resourceVersion=api.get(THINGS).version, labelSelector="l=x")

    api.post(THINGS, thing())
    api.merge(ONE, {"metadata": {"labels": {"l": "x"}}})
    api.merge(ONE, {"spec": {"size": 6}})
    api.merge(ONE, {"metadata": {"labels": {"l": "y"}}})
    api.delete(ONE)
    api.post(THINGS, thing("two", labels={"l": "x"}))

    expected = [("ADDED", "one"), ("MODIFIED", "one"), ("DELETED", "one"), ("ADDED", "two")]
    assert expected == brief(stream.take(4))


def test_a_watch_by_field_sees_what_matches_only(api: Api) -> None:
    """The same over selectable fields."""
    stream = api.watch("/apis/ex.dev/v1/things", fieldSelector="spec.owner=bob")

    api.post(THINGS, thing("a", owner="ann"))
    api.post(THINGS, thing("b", owner="bob"))

    assert [("ADDED", "b")] == brief(stream.take(1))


def test_a_watch_of_one_namespace_is_deaf_to_others(api: Api) -> None:
    """Tenant isolation begins here."""
    stream = api.watch(THINGS)

    api.post("/apis/ex.dev/v1/namespaces/kube-system/things", thing("theirs"))
    api.post(THINGS, thing("ours"))

    assert [("ADDED", "ours")] == brief(stream.take(1))


def test_bookmarks_come_each_interval_to_those_who_asked(api: Api) -> None:
    """Kopf reconnects after 70 s of silence; a bookmark also moves the point to resume from."""
    stream = api.watch(THINGS, allowWatchBookmarks="true", resourceVersion=api.get(THINGS).version)
    elsewhere = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}}).version

    api.advance(timedelta(seconds=120))

    first, second = stream.take(2)
    assert ("BOOKMARK", "Thing", elsewhere) == (
        first["type"],
        first["object"]["kind"],
        first["object"]["metadata"]["resourceVersion"],
    )
    assert "BOOKMARK" == second["type"]


def test_a_watch_with_a_time_out_ends_with_a_bookmark_before(api: Api) -> None:
    """The stream closes regularly, and the client resumes where it was."""
    stream = api.watch(THINGS, allowWatchBookmarks="true", timeoutSeconds="10", resourceVersion=api.get(THINGS).version)

    api.advance(timedelta(seconds=8))
    assert ["BOOKMARK"] == [event["type"] for event in stream.take(1)]
    api.advance(timedelta(seconds=2))

    assert stream.ended()


def test_initial_events_end_with_a_marked_bookmark(api: Api) -> None:
    """Streaming lists (KEP-3157): Kopf's ``initial_streaming`` and informers of client-go."""
    api.post(THINGS, thing())

    stream = api.watch(
        THINGS, sendInitialEvents="true", resourceVersionMatch="NotOlderThan", allowWatchBookmarks="true"
    )

    added, marked = stream.take(2)
    assert "ADDED" == added["type"]
    assert {"k8s.io/initial-events-end": "true"} == marked["object"]["metadata"]["annotations"]


def test_a_watch_of_a_name_is_a_watch_of_one_object(api: Api) -> None:
    """``kubectl delete --wait`` and ``kubectl wait`` do it by a field selector; at the path of an object there is the object."""
    stream = api.watch(THINGS, fieldSelector="metadata.name=one")

    api.post(THINGS, thing("two"))
    api.post(THINGS, thing("one"))

    assert [("ADDED", "one")] == brief(stream.take(1))


def test_what_leaves_a_selector_is_shown_as_it_was_seen_last(api: Api) -> None:
    """The event is of the version of the change, its object of the time when the selector still matched."""
    api.post(THINGS, thing(labels={"where": "in"}))
    with_label = api.watch(THINGS, labelSelector="where=in")
    changed = api.merge(f"{THINGS}/one", {"metadata": {"labels": {"where": "out"}}})
    _, left = with_label.take(2)

    assert ("DELETED", "in") == (left["type"], left["object"]["metadata"]["labels"]["where"])
    assert changed.version == left["object"]["metadata"]["resourceVersion"]


def test_the_last_event_of_a_life_still_shows_its_finalizer(api: Api) -> None:
    """The real server tells what etcd held before; the reply to the patch that removed the finalizer is without it."""
    api.post(THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(f"{THINGS}/one")
    stream = api.watch(THINGS)
    answer = api.merge(f"{THINGS}/one", {"metadata": {"finalizers": None}})
    _, gone = stream.take(2)

    assert "finalizers" not in answer.json["metadata"]
    assert ("DELETED", ["ex.dev/a"]) == (gone["type"], gone["object"]["metadata"]["finalizers"])


def test_an_unreadable_version_is_500(api: Api) -> None:
    """Not a stream, an answer; of a list it is 400, and so it is in the real server."""
    assert 500 == api.get(THINGS, watch="true", resourceVersion="soon").status


def test_a_closed_watch_leaves_nothing_behind() -> None:
    """Two hundred watchers that left must not cost anything. Looks into the core."""
    server = new_server(ManualClock(), ServerSettings())
    api = CoreApi(server, ManualClock())
    collection = server._cluster.store.collection("", "configmaps")
    streams = [api.watch(CONFIG_MAPS, allowWatchBookmarks="true", timeoutSeconds="100") for _ in range(200)]
    watched = len(collection.subscribers)
    for stream in streams:
        stream.close()

    assert (200, 0, None) == (watched, len(collection.subscribers), server.next_deadline)
