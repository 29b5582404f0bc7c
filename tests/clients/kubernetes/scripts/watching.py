"""Watches: what comes, how they are taken up again, and how they end."""

import threading
from typing import Any

from kubernetes import client, watch
from kubernetes.informer import ADDED, DELETED, MODIFIED, SharedInformer

from ...past import forget
from ..session import Kubernetes, script
from .custom import WIDGETS, definition, widget
from .objects import colours


def told(event: Any) -> Any:
    return {"type": event["type"], "object": event["raw_object"]}


@script
def one_life(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    start = core.list_namespaced_config_map(space).metadata.resource_version
    core.create_namespaced_config_map(space, colours())
    core.patch_namespaced_config_map("colours", space, {"data": {"a": "blue"}})
    core.delete_namespaced_config_map("colours", space)
    seen = []
    watcher = watch.Watch()
    for event in watcher.stream(core.list_namespaced_config_map, space, resource_version=start, timeout_seconds=30):
        seen.append(event["type"])
        api.note(f"event {len(seen)}", told(event))
        assert isinstance(event["object"], client.V1ConfigMap)
        if event["type"] == "DELETED":
            watcher.stop()

    assert ["ADDED", "MODIFIED", "DELETED"] == seen


@script
def taken_up_again(api: Kubernetes) -> None:
    """A watch that runs out is taken up where it ended: nothing twice, nothing left out."""
    core, space = api.core, api.namespace
    watcher = watch.Watch()
    seen: list[str] = []

    def until(name: str, **where: Any) -> None:
        for event in watcher.stream(core.list_namespaced_config_map, space, **where):
            api.note("event", told(event))
            seen.append(event["object"].metadata.name)
            if seen[-1] == name:
                watcher.stop()

    core.create_namespaced_config_map(space, colours("one"))
    until("one", resource_version="0", timeout_seconds=30)
    core.create_namespaced_config_map(space, colours("two"))
    core.create_namespaced_config_map(space, colours("three"))
    until("three", resource_version=watcher.resource_version, timeout_seconds=30)

    assert ["one", "two", "three"] == seen


@script
def from_before_memory(api: Kubernetes) -> None:
    """A kind that is defined again begins its memory afresh: what watches from before learns that something is missing."""
    extensions, name = client.ApiextensionsV1Api(api.api), "memories.of-python.dev"
    where = ("of-python.dev", "v1", "memories")

    def define() -> None:
        extensions.create_custom_resource_definition(definition("memories", "Memory"))
        api.server.until("/apis/of-python.dev/v1/memories")

    define()
    body = {"apiVersion": "of-python.dev/v1", "kind": "Memory", "metadata": {"name": "one"}}
    made = api.gives("create", lambda: api.custom.create_cluster_custom_object(*where, body))
    extensions.delete_custom_resource_definition(name)
    api.server.until(f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}", 404)
    define()
    stream = watch.Watch().stream(
        api.custom.list_cluster_custom_object,
        *where,
        resource_version=made["metadata"]["resourceVersion"],
        timeout_seconds=5,
    )
    gone = api.refuses("from before", lambda: list(stream))
    assert (410, True) == (gone.status, gone.reason.startswith("Expired: too old resource version"))


@script
def forgotten(api: Kubernetes) -> None:
    """A watch that has run out for a while is too late; it says so, and the list tells what was missed."""
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    api.gives("create", lambda: custom.create_namespaced_custom_object(*where, widget("one")))
    watcher = watch.Watch()
    listing = custom.list_namespaced_custom_object
    seen = [event["object"]["metadata"]["name"] for event in watcher.stream(listing, *where, timeout_seconds=1)]
    forget(api.server, "widgets.ex.dev", f"/apis/ex.dev/v1/namespaces/{api.namespace}/widgets")
    custom.create_namespaced_custom_object(*where, widget("two"))
    resumed = watcher.stream(listing, *where, resource_version=watcher.resource_version, timeout_seconds=5)
    gone = api.refuses("resume", lambda: list(resumed))
    found = api.gives("list again", lambda: listing(*where))

    assert (410, ["one"], ["one", "two"]) == (gone.status, seen, [one["metadata"]["name"] for one in found["items"]])


@script
def bookmarks(api: Kubernetes) -> None:
    """The initial events end with a bookmark that says so; the bookmark's version can be watched from."""
    core, space = api.core, api.namespace
    core.create_namespaced_config_map(space, colours())
    watcher = watch.Watch()
    stream = watcher.stream(
        core.list_namespaced_config_map,
        space,
        allow_watch_bookmarks=True,
        send_initial_events=True,
        resource_version_match="NotOlderThan",
        timeout_seconds=30,
    )
    first, mark = next(stream), next(stream)
    stream.close()
    api.note("initial events", [told(first), told(mark)])
    assert ("ADDED", "BOOKMARK") == (first["type"], mark["type"])
    assert {"k8s.io/initial-events-end": "true"} == mark["raw_object"]["metadata"]["annotations"]
    assert mark["raw_object"]["metadata"]["resourceVersion"] == watcher.resource_version

    core.delete_namespaced_config_map("colours", space)
    since = watcher.resource_version
    later = watcher.stream(core.list_namespaced_config_map, space, resource_version=since, timeout_seconds=30)
    event = api.note("from the bookmark", told(next(later)))
    later.close()
    assert "DELETED" == event["type"]


@script
def by_label(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    start = core.list_namespaced_config_map(space).metadata.resource_version
    core.create_namespaced_config_map(space, colours())
    for value in ("b", "a"):
        core.patch_namespaced_config_map("colours", space, {"metadata": {"labels": {"app": value}}})
    core.delete_namespaced_config_map("colours", space)
    stream = watch.Watch().stream(
        core.list_namespaced_config_map, space, resource_version=start, label_selector="app=a", timeout_seconds=30
    )
    seen = [told(next(stream)) for _ in range(4)]
    stream.close()

    api.note("events", seen)
    assert ["ADDED", "DELETED", "ADDED", "DELETED"] == [one["type"] for one in seen]


@script
def refused(api: Kubernetes) -> None:
    with api.as_person() as somebody:
        stream = watch.Watch().stream(somebody.list_namespaced_secret, api.namespace, timeout_seconds=5)
        assert 403 == api.refuses("without rights", lambda: list(stream)).status


@script
def informed(api: Kubernetes) -> None:
    """The informer lists, watches and keeps a cache; its handlers hear of each change in order."""
    core, space = api.core, api.namespace
    core.create_namespaced_config_map(space, colours("before"))
    seen: list[tuple[str, str]] = []
    arrived = threading.Condition()

    def hear(kind: str) -> Any:
        def handler(found: Any) -> None:
            with arrived:
                seen.append((kind, found.metadata.name))
                arrived.notify_all()

        return handler

    def until(count: int) -> None:
        with arrived:
            assert arrived.wait_for(lambda: len(seen) >= count, timeout=30), seen

    informer = SharedInformer(list_func=core.list_namespaced_config_map, namespace=space)
    for kind in (ADDED, MODIFIED, DELETED):
        informer.add_event_handler(kind, hear(kind))
    informer.start()
    try:
        until(1)
        core.create_namespaced_config_map(space, colours())
        core.patch_namespaced_config_map("colours", space, {"data": {"a": "blue"}})
        core.delete_namespaced_config_map("before", space)
        until(4)
        api.note("kept", informer.cache.list())
    finally:
        informer.stop()

    api.note("heard", seen)
    assert [(ADDED, "before"), (ADDED, "colours"), (MODIFIED, "colours"), (DELETED, "before")] == seen
