"""Custom objects, typed only by what they are sent as, and the dynamic client."""

from collections.abc import Awaitable
from typing import Any

from ..session import Asynchronous, script

WIDGETS = ("ex.dev", "v1")


def widget(name: str = "one", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "ex.dev/v1", "kind": "Widget", "metadata": {"name": name}, "spec": {"colour": "red"} | spec}


@script
async def widgets(api: Asynchronous) -> None:
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    made = await api.gives("create", custom.create_namespaced_custom_object(*where, widget(odd=1)))
    assert {"colour": "red", "replicas": 1} == made["spec"]
    listed = await api.gives(
        "list", custom.list_namespaced_custom_object(*where, field_selector="spec.colour=red", limit=1)
    )
    assert ["one"] == [one["metadata"]["name"] for one in listed["items"]]
    status = {"status": {"phase": "New"}, "metadata": {"resourceVersion": made["metadata"]["resourceVersion"]}}
    merge = {"_content_type": "application/merge-patch+json"}
    seen = await api.gives(
        "patch the status", custom.patch_namespaced_custom_object_status(*where, "one", status, **merge)
    )
    assert "New" == seen["status"]["phase"]
    stale = await api.refuses(
        "patch an old one", custom.patch_namespaced_custom_object_status(*where, "one", status, **merge)
    )
    assert 409 == stale.status
    by_steps = [{"op": "replace", "path": "/spec/replicas", "value": 4}]
    changed = await api.gives(
        "patch by steps",
        custom.patch_namespaced_custom_object(*where, "one", by_steps, _content_type="application/json-patch+json"),
    )
    assert (4, 2) == (changed["spec"]["replicas"], changed["metadata"]["generation"])
    wrong = await api.refuses(
        "create a wrong one", custom.create_namespaced_custom_object(*where, widget("two", colour="black"))
    )
    assert 422 == wrong.status
    await api.refuses("no such kind", custom.list_cluster_custom_object(*WIDGETS, "gadgets"))
    await api.gives("delete", custom.delete_namespaced_custom_object(*where, "one"))
    await api.refuses("delete again", custom.delete_namespaced_custom_object(*where, "one"))


@script
async def dynamically(api: Asynchronous) -> None:
    dynamic = await api.part("dynamic").DynamicClient(api.api, cache_file=str(api.folder / "discovered.json"))
    kind = await dynamic.resources.get(api_version="ex.dev/v1", kind="Widget")
    space: dict[str, Any] = {"namespace": api.namespace}
    made = await api.gives("create", dynamic.create(kind, body=widget(), **space))
    assert (1, "red") == (made.spec.replicas, made.spec.colour)
    await api.gives("list", dynamic.get(kind, label_selector="!app", **space))
    merge = {"content_type": "application/merge-patch+json", "name": "one"}
    assert 2 == (await api.gives("merge", dynamic.patch(kind, body={"spec": {"size": 2}}, **merge, **space))).spec.size
    applied = await api.gives(
        "apply", dynamic.server_side_apply(kind, body=widget("two"), name="two", field_manager="dynamic", **space)
    )
    assert "dynamic" == applied.metadata.managedFields[0].manager
    over = dynamic.server_side_apply(kind, body=widget(colour="blue"), name="one", field_manager="other", **space)
    assert 409 == await refusal(api, "apply over another", over)
    await api.gives("delete", dynamic.delete(kind, name="two", **space))
    assert 404 == await refusal(api, "get what is gone", dynamic.get(kind, name="two", **space))

    start = (await dynamic.get(kind, **space)).metadata.resourceVersion
    await dynamic.create(kind, body=widget("three"), **space)
    await dynamic.delete(kind, name="three", **space)
    seen = []
    async for event in dynamic.watch(kind, resource_version=start, timeout=30, **space):
        seen.append({"type": event["type"], "object": event["raw_object"]})
        if len(seen) == 2:
            break
    api.note("events", seen)
    assert ["ADDED", "DELETED"] == [one["type"] for one in seen]


async def refusal(api: Asynchronous, asked: str, call: Awaitable[Any]) -> int:
    """Await what the dynamic client refuses, and return the code: kubernetes_asyncio hands over the Status, its heir raises it."""
    try:
        found = api.note(asked, await call)
    except api.part("dynamic.exceptions").DynamicApiError as error:
        api.note(asked, api.told(error))
        return error.status
    assert "Status" == found.kind
    return found.code
