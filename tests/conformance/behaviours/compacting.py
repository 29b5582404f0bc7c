"""What has been compacted away: lists of old versions, pages that go on with them, watches that resume from them."""

from typing import Any
from urllib.parse import urlencode

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side, Target

EVENTS_GROUP = "/apis/events.k8s.io/v1/namespaces"


def event(api: Side, name: str) -> dict[str, Any]:
    """Return an event about nothing in particular."""
    about = {"kind": "Pod", "namespace": api.namespace, "name": "one"}
    return {"metadata": {"name": name}, "involvedObject": about, "reason": "Tried", "message": name, "type": "Normal"}


def forgotten(api: Side, path: str, **query: str) -> None:
    """Wait until something of the past is refused."""
    refused = Target(f"{path}?{urlencode(query)}")
    api.in_time(refused, lambda answer: answer.status == 410 or b'"code":410' in answer.text)


@behaviour(forgetful=True)
def a_list_of_an_old_version(api: Side) -> None:
    old = api.post(api.config_maps, config_map("one")).version
    api.post(api.config_maps, config_map("two"))
    exact = {"resourceVersion": old, "resourceVersionMatch": "Exact"}
    api.get(api.config_maps, **exact)
    forgotten(api, api.config_maps, **exact)
    api.get(api.config_maps, **exact)
    api.get(api.config_maps, **exact, labelSelector="a=b")
    api.get(api.config_maps, resourceVersion=old, limit="1")
    api.get(api.config_maps, resourceVersion=old, resourceVersionMatch="NotOlderThan")
    api.get(api.config_maps, resourceVersion=old)
    api.get(f"{api.config_maps}/one", resourceVersion=old)


@behaviour(forgetful=True)
def a_list_of_an_old_version_of_a_custom_kind(api: Side) -> None:
    old = api.post(api.things, thing("one")).version
    api.post(api.things, thing("two"))
    exact = {"resourceVersion": old, "resourceVersionMatch": "Exact"}
    forgotten(api, api.things, **exact)
    api.get(api.things, **exact)
    api.request("GET", api.things, query=exact, head={"accept": "application/json;as=Table;g=meta.k8s.io;v=v1"})


@behaviour(forgetful=True)
def pages_that_go_on_with_an_old_version(api: Side) -> None:
    for name in ("a", "b", "c"):
        api.post(api.config_maps, config_map(name))
    token = api.get(api.config_maps, limit="1").json["metadata"]["continue"]
    api.delete(f"{api.config_maps}/b")
    api.post(api.config_maps, config_map("bb"))
    api.get(api.config_maps, **{"limit": "1", "continue": token})
    forgotten(api, api.config_maps, **{"limit": "1", "continue": token})
    refused = api.get(api.config_maps, **{"limit": "1", "continue": token})
    again = api.get(api.config_maps, **{"limit": "1", "continue": refused.json["metadata"]["continue"]})
    api.get(api.config_maps, **{"continue": again.json["metadata"]["continue"]})


@behaviour(forgetful=True)
def pages_of_what_is_selected(api: Side) -> None:
    for name in ("a", "b", "c"):
        api.post(api.things, thing(name))
    selected = {"limit": "1", "fieldSelector": "metadata.name!=b"}
    token = api.get(api.things, **selected).json["metadata"]["continue"]
    api.delete(f"{api.things}/c")
    forgotten(api, api.things, **selected, **{"continue": token})
    refused = api.get(api.things, **selected, **{"continue": token})
    api.get(api.things, **selected, **{"continue": refused.json["metadata"]["continue"]})


@behaviour(forgetful=True)
def a_watch_that_resumes_from_an_old_version(api: Side) -> None:
    """Of most kinds the server remembers more than etcd does."""
    old = api.post(api.config_maps, config_map("one")).version
    api.post(api.config_maps, config_map("two"))
    forgotten(api, api.config_maps, resourceVersion=old, resourceVersionMatch="Exact")
    api.events(api.config_maps, resourceVersion=old)
    api.events(
        api.config_maps,
        resourceVersion=old,
        sendInitialEvents="true",
        resourceVersionMatch="NotOlderThan",
        allowWatchBookmarks="true",
    )


@behaviour(forgetful=True)
def a_watch_of_events(api: Side) -> None:
    """Of these it keeps nothing itself."""
    core = f"/api/v1/namespaces/{api.namespace}/events"
    old = api.post(core, event(api, "one")).version
    api.post(core, event(api, "two"))
    watched = {"watch": "true", "timeoutSeconds": "1", "resourceVersion": old}
    forgotten(api, core, **watched)
    api.events(core, resourceVersion=old)
    api.events(f"{EVENTS_GROUP}/{api.namespace}/events", resourceVersion=old)
    api.get(core, resourceVersion=old, resourceVersionMatch="Exact")
    newest = api.post(core, event(api, "three")).version
    api.events(core, resourceVersion=newest)


@behaviour(forgetful=True)
def pages_of_events(api: Side) -> None:
    core = f"/api/v1/namespaces/{api.namespace}/events"
    for name in ("a", "b"):
        api.post(core, event(api, name))
    token = api.get(core, limit="1").json["metadata"]["continue"]
    api.delete(f"{core}/b")
    forgotten(api, core, **{"limit": "1", "continue": token})
    refused = api.get(core, **{"limit": "1", "continue": token})
    api.get(core, **{"continue": refused.json["metadata"]["continue"]})


@behaviour(forgetful=True)
def collections_are_emptied_in_spite_of_it(api: Side) -> None:
    """The version of a deletion is a condition on nothing that is past."""
    old = api.post(api.config_maps, config_map("one")).version
    api.post(api.config_maps, config_map("two"))
    exact = {"resourceVersion": old, "resourceVersionMatch": "Exact"}
    forgotten(api, api.config_maps, **exact)
    api.delete(api.config_maps, **exact)
    api.delete(api.config_maps, resourceVersion=old)
    api.get(api.config_maps)
