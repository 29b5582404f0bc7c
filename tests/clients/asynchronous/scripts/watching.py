"""Watches: what comes, how they are taken up again, and how they end."""

from typing import Any

from ...past import forget
from ..session import Asynchronous, script
from .custom import WIDGETS, widget
from .objects import colours


def told(event: Any) -> Any:
    return {"type": event["type"], "object": event["raw_object"]}


@script
async def one_life(api: Asynchronous) -> None:
    core, space = api.core, api.namespace
    start = (await core.list_namespaced_config_map(space)).metadata.resource_version
    await core.create_namespaced_config_map(space, colours(api))
    await core.patch_namespaced_config_map("colours", space, {"data": {"a": "blue"}})
    await core.delete_namespaced_config_map("colours", space)
    seen = []
    async with api.part("watch").Watch() as watch:
        stream = watch.stream(core.list_namespaced_config_map, space, resource_version=start, timeout_seconds=30)
        async for event in stream:
            seen.append(event["type"])
            api.note(f"event {len(seen)}", told(event))
            assert isinstance(event["object"], api.client.V1ConfigMap)
            if event["type"] == "DELETED":
                break

    assert ["ADDED", "MODIFIED", "DELETED"] == seen


@script
async def taken_up_again(api: Asynchronous) -> None:
    """A watch that has run out goes on from where it was, by itself: nothing twice, nothing left out."""
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    seen = []
    async with api.part("watch").Watch() as watch:
        await custom.create_namespaced_custom_object(*where, widget("one"))
        async for event in watch.stream(custom.list_namespaced_custom_object, *where, resource_version="0"):
            seen.append(event["object"]["metadata"]["name"])
            api.note("event", told(event))
            if len(seen) == 1:
                watch.resp.close()  # the connection breaks
                watch.resp = None
                watch.func.keywords["resource_version"] = watch.resource_version
                await custom.create_namespaced_custom_object(*where, widget("two"))
            elif len(seen) == 2:
                break

    assert ["one", "two"] == seen


@script
async def forgotten(api: Asynchronous) -> None:
    """A watch that resumes from before what the server remembers is told so."""
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    made = await api.gives("create", custom.create_namespaced_custom_object(*where, widget("one")))
    forget(api.server, "widgets.ex.dev", f"/apis/ex.dev/v1/namespaces/{api.namespace}/widgets")
    async with api.part("watch").Watch() as watch:
        stream = watch.stream(
            custom.list_namespaced_custom_object,
            *where,
            resource_version=made["metadata"]["resourceVersion"],
            timeout_seconds=5,
        )
        gone = await api.refuses("resume", anext(stream), Exception)

    assert 410 == gone.status  # type: ignore[attr-defined]


@script
async def bookmarks(api: Asynchronous) -> None:
    core, space = api.core, api.namespace
    await core.create_namespaced_config_map(space, colours(api))
    async with api.part("watch").Watch() as watch:
        stream = watch.stream(
            core.list_namespaced_config_map,
            space,
            allow_watch_bookmarks=True,
            send_initial_events=True,
            resource_version_match="NotOlderThan",
            timeout_seconds=30,
        )
        first, mark = await anext(stream), await anext(stream)
        api.note("initial events", [told(first), told(mark)])
        assert ("ADDED", "BOOKMARK") == (first["type"], mark["type"])
        assert mark["raw_object"]["metadata"]["resourceVersion"] == watch.resource_version


@script
async def refused(api: Asynchronous) -> None:
    async with api.as_person() as somebody, api.part("watch").Watch() as watch:
        stream = watch.stream(somebody.list_namespaced_secret, api.namespace, timeout_seconds=5)
        await api.refuses("without rights", anext(stream), Exception)
