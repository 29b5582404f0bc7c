"""Watches: what comes, in which order, and how they end."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side

FAR = "1000000000"
INITIAL = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}


def _watch(api: Side, path: str, **query: str) -> None:
    api.get(path, **({"watch": "true", "timeoutSeconds": "1"} | query))


@behaviour
def a_watch_from_a_version_tells_one_life(api: Side) -> None:
    start = api.get(api.things)
    api.post(api.things, thing(metadata={"finalizers": ["ex.dev/hold"]}))
    api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})
    api.delete(f"{api.things}/one")
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": None}})
    api.events(api.things, resourceVersion=start.version)


@behaviour
def a_watch_without_a_version_begins_with_what_is_there(api: Side) -> None:
    api.post(api.things, thing("a"))
    api.post(api.things, thing("b"))
    api.events(api.things)


@behaviour
def a_watch_by_label_tells_of_coming_and_going(api: Side) -> None:
    start = api.get(api.things)
    api.post(api.things, thing())
    for value in ("in", "out"):
        api.merge(f"{api.things}/one", {"metadata": {"labels": {"where": value}}})
    api.events(api.things, resourceVersion=start.version, labelSelector="where=in")


@behaviour
def a_watch_that_streams_the_list(api: Side) -> None:
    api.post(api.things, thing("a"))
    streaming = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    api.events(api.things, **streaming)


@behaviour
def watches_that_are_refused(api: Side) -> None:
    api.request("GET", api.things, query={"watch": "true", "resourceVersion": "abc"})
    api.request("GET", api.things, query={"watch": "true", "sendInitialEvents": "true"})


@behaviour
def a_watch_from_the_present_tells_of_nothing_before(api: Side) -> None:
    api.post(api.config_maps, config_map())
    now = api.get(api.config_maps).version
    api.events(api.config_maps, resourceVersion=now)
    api.events(api.config_maps, resourceVersion=FAR)


@behaviour
def bookmarks_end_the_initial_events(api: Side) -> None:
    api.post(api.config_maps, config_map())
    api.post(api.things, thing())
    for path in (api.config_maps, api.things, api.core("pods"), api.core("services")):
        api.events(path, allowWatchBookmarks="true")
        api.events(path, allowWatchBookmarks="true", resourceVersion="0")


@behaviour
def initial_events_without_bookmarks_have_no_end(api: Side) -> None:
    api.post(api.config_maps, config_map())
    api.events(api.config_maps, **INITIAL)
    api.events(api.config_maps, **INITIAL, allowWatchBookmarks="false")


@behaviour
def initial_events_that_are_not_wanted(api: Side) -> None:
    first = api.post(api.config_maps, config_map("a")).version
    api.post(api.config_maps, config_map("b"))
    without = INITIAL | {"sendInitialEvents": "false"}
    api.events(api.config_maps, **without)
    api.events(api.config_maps, **without, resourceVersion="0")
    api.events(api.config_maps, **without, resourceVersion=first)


@behaviour
def initial_events_of_the_future(api: Side) -> None:
    api.events(api.config_maps, **INITIAL, resourceVersion=FAR, allowWatchBookmarks="true")


@behaviour
def initial_events_with_selectors(api: Side) -> None:
    api.post(api.config_maps, {"metadata": {"name": "a", "labels": {"l": "a"}}})
    api.post(api.config_maps, {"metadata": {"name": "b", "labels": {"l": "b"}}})
    api.events(api.config_maps, **INITIAL, allowWatchBookmarks="true", labelSelector="l=b")
    api.events(api.config_maps, **INITIAL, allowWatchBookmarks="true", fieldSelector="metadata.name=a")


@behaviour
def options_of_watches_that_exclude_each_other(api: Side) -> None:
    for query in (
        {"resourceVersionMatch": "NotOlderThan"},
        {"resourceVersionMatch": "Exact"},
        {"resourceVersionMatch": "Odd", "sendInitialEvents": "true"},
        {"sendInitialEvents": "false"},
        {"sendInitialEvents": "true", "resourceVersionMatch": "Exact"},
        INITIAL | {"continue": "x"},
        {"continue": "x"},
    ):
        _watch(api, api.config_maps, **query)


@behaviour
def parameters_of_watches_that_are_wrong(api: Side) -> None:
    for query in (
        {"resourceVersion": "abc"},
        {"resourceVersion": "-1"},
        {"resourceVersion": "99999999999999999999"},
        {"fieldSelector": "data.x=1"},
        {"fieldSelector": "oops"},
        {"labelSelector": "a=b=c"},
        {"limit": "x"},
        {"timeoutSeconds": "x"},
    ):
        _watch(api, api.config_maps, **query)


@behaviour
def what_counts_as_a_watch(api: Side) -> None:
    api.post(api.config_maps, config_map())
    for word in ("1", "TRUE", "yes", "", "no"):
        _watch(api, api.config_maps, watch=word)
    for word in ("0", "False", "false"):
        api.get(api.config_maps, watch=word)


@behaviour
def the_paths_that_are_only_for_watching(api: Side) -> None:
    api.post(api.config_maps, config_map("a"))
    api.post(api.config_maps, config_map("b"))
    start = f"/api/v1/watch/namespaces/{api.namespace}"
    for path in (f"{start}/configmaps", f"{start}/configmaps/a", f"{start}/configmaps/none", start):
        api.events(path, watch="false")
    api.events("/api/v1/watch/configmaps", watch="false", fieldSelector=f"metadata.namespace={api.namespace}")
    api.get(f"{start}/configmaps/a", timeoutSeconds="1", fieldSelector="metadata.name=b")
    api.get(f"{start}/configmaps/a", timeoutSeconds="1", fieldSelector="metadata.name=a")
    api.get(f"{start}/configmaps/a", timeoutSeconds="1", watch="false")


@behaviour
def the_paths_that_are_only_for_watching_refuse(api: Side) -> None:
    start = f"/api/v1/watch/namespaces/{api.namespace}"
    api.request("POST", f"{start}/configmaps", {})
    api.request("DELETE", f"{start}/configmaps/a")
    for path in ("/api/v1/watch/nothings", "/api/v1/watch/configmaps/a", f"{start}/pods/a/status", f"{start}/bindings"):
        api.get(path, timeoutSeconds="1")


@behaviour
def a_watch_by_field_tells_of_coming_and_going(api: Side) -> None:
    start = api.get(api.core("pods")).version
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    api.post(api.core("pods"), pod)
    for phase in ("Running", "Succeeded"):
        api.merge(f"{api.core('pods')}/p/status", {"status": {"phase": phase}})
    api.events(api.core("pods"), resourceVersion=start, fieldSelector="status.phase=Running")
    api.events(api.core("pods"), resourceVersion=start, fieldSelector="status.phase!=Running")


@behaviour
def a_watch_by_label_of_what_is_deleted(api: Side) -> None:
    start = api.get(api.config_maps).version
    for name in "ab":
        api.post(api.config_maps, {"metadata": {"name": name, "labels": {"l": name}}})
    api.delete(f"{api.config_maps}/a")
    api.delete(f"{api.config_maps}/b")
    api.events(api.config_maps, resourceVersion=start, labelSelector="l=a")
    api.events(api.config_maps, resourceVersion=start, labelSelector="l!=a")


@behaviour
def a_deleted_object_has_the_version_of_its_deletion(api: Side) -> None:
    start = api.get(api.config_maps).version
    before = api.post(api.config_maps, config_map()).version
    api.delete(f"{api.config_maps}/one")
    api.events(api.config_maps, resourceVersion=start)
    api.events(api.config_maps, resourceVersion=before)


@behaviour
def a_watch_of_one_name_and_of_all_namespaces(api: Side) -> None:
    start = api.get(api.config_maps).version
    for name in ("watched-one", "watched-two"):
        api.post(api.config_maps, config_map(name))
    api.events(api.config_maps, resourceVersion=start, fieldSelector="metadata.name=watched-one")
    api.events("/api/v1/configmaps", resourceVersion=start, fieldSelector=f"metadata.namespace={api.namespace}")
    api.events("/api/v1/configmaps", resourceVersion=start, fieldSelector="metadata.name=watched-two")


@behaviour
def a_watch_can_begin_at_each_version(api: Side) -> None:
    versions = [api.post(api.config_maps, config_map()).version]
    versions += [api.merge(f"{api.config_maps}/one", {"data": {"n": str(n)}}).version for n in range(3)]
    for version in versions:
        api.events(api.config_maps, resourceVersion=version)


@behaviour
def an_update_that_changes_nothing_is_no_event(api: Side) -> None:
    start = api.post(api.config_maps, config_map(a="b")).version
    api.merge(f"{api.config_maps}/one", {"data": {"a": "b"}})
    api.events(api.config_maps, resourceVersion=start)


@behaviour
def watches_in_other_forms(api: Side) -> None:
    api.post(api.config_maps, config_map())
    for accept in (
        "application/json;stream=watch",
        "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
        "*/*",
        "text/plain",
        "application/json;as=Odd;v=v1;g=meta.k8s.io",
    ):
        api.request("GET", api.config_maps, head={"accept": accept}, query={"watch": "true", "timeoutSeconds": "1"})


@behaviour
def a_watch_of_a_namespace_that_goes(api: Side) -> None:
    name = f"{api.namespace}-more"
    start = api.post("/api/v1/namespaces", {"metadata": {"name": name}}).version
    api.delete(f"/api/v1/namespaces/{name}")
    api.events("/api/v1/namespaces", resourceVersion=start, fieldSelector=f"metadata.name={name}")
    api.post(f"/api/v1/namespaces/{name}/configmaps", config_map())
