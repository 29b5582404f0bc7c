"""Objects that are awaited."""

from contextlib import aclosing

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap
from lightkube.types import PatchType, on_error_retry

from ...past import forget
from ..session import LightkubeAsync, Widget, script_of_asyncio, widget


@script_of_asyncio
async def config_maps(api: LightkubeAsync) -> None:
    client = api.client
    one = ConfigMap(metadata=ObjectMeta(name="one"), data={"a": "1"})
    made = await api.gives("create", client.create(one))
    assert {"a": "1"} == made.data
    assert 409 == (await api.refuses("create again", client.create(one))).status.code
    api.note("list", [found async for found in client.list(ConfigMap, chunk_size=1)])
    await api.gives("delete", client.delete(ConfigMap, "one"))
    assert 404 == (await api.refuses("get what is gone", client.get(ConfigMap, "one"))).status.code


@script_of_asyncio
async def widgets(api: LightkubeAsync) -> None:
    client = api.client
    await api.gives("apply", client.apply(widget(), field_manager="first"))
    conflict = await api.refuses("apply another", client.apply(widget(colour="blue"), field_manager="second"))
    assert 409 == conflict.status.code
    seen = []
    async for kind, found in client.watch(Widget):
        seen.append(kind)
        api.note(kind, found)
        if kind == "ADDED":
            ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
            await client.patch(Widget.Status, "one", ready, patch_type=PatchType.MERGE)
        elif kind == "MODIFIED":
            await client.wait(Widget, "one", for_conditions=["Ready"])
            await client.delete(Widget, "one")
        else:
            break

    assert ["ADDED", "MODIFIED", "DELETED"] == seen


@script_of_asyncio
async def forgotten(api: LightkubeAsync) -> None:
    client = api.client
    made = await api.gives("create", client.create(widget()))
    forget(api.server, "widgets.ex.dev", f"/apis/ex.dev/v1/namespaces/{api.namespace}/widgets")
    late = {"resource_version": made.metadata.resourceVersion}
    async with aclosing(client.watch(Widget, **late)) as resumed:
        gone = await api.refuses("resume", anext(resumed))
    async with aclosing(client.watch(Widget, **late, on_error=on_error_retry)) as resumed:
        again = await api.gives("resume in any case", anext(resumed))

    assert (410, "ADDED", "one") == (gone.status.code, again[0], again[1].metadata.name)
