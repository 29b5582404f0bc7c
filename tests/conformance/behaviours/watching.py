"""Watches: what comes, in which order, and how they end."""

from ..samples import thing
from ..script import behaviour
from ..side import Side


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
