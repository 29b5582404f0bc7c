"""Objects that are awaited."""

from contextlib import aclosing

from kr8s.asyncio.objects import ConfigMap, new_class

from ...kr8s.scripts.objects import widget
from ..session import Kr8sAsync, script_of_asyncio

Widget = new_class(kind="Widget", version="ex.dev/v1", scalable=True)


@script_of_asyncio
async def widgets(api: Kr8sAsync) -> None:
    one = await Widget(widget(), api=api.api)
    await one.create()
    api.note("created", one)
    await one.scale(2)
    await one.label(colour="red")
    await one.patch({"status": {"phase": "New"}}, subresource="status")
    assert (2, {"colour": "red"}, "New") == (one.spec.replicas, one.labels, one.status.phase)
    wrong = await api.refuses("scale below nothing", one.patch({"spec": {"replicas": -1}}))
    assert 422 == wrong.status["code"]
    found = [each async for each in api.api.get("widgets", label_selector={"colour": "red"})]
    api.note("select", found)
    assert ["one"] == [each.name for each in found]
    same = await Widget.get("one", namespace=api.namespace, api=api.api)
    await same.patch({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, subresource="status")
    await one.wait("condition=Ready", timeout=30)
    api.note("ready", one)
    await one.delete()
    await api.refuses("refresh what is gone", one.refresh())


@script_of_asyncio
async def watched(api: Kr8sAsync) -> None:
    one = await ConfigMap({"metadata": {"name": "one"}}, api=api.api)
    await one.create()
    seen = []
    async with aclosing(api.api.watch("configmaps", namespace=api.namespace)) as events:
        async for kind, found in events:
            seen.append(kind)
            api.note(kind, found)
            if kind == "ADDED":
                await one.annotate(note="seen")
            elif kind == "MODIFIED":
                await one.delete()
            else:
                break

    assert ["ADDED", "MODIFIED", "DELETED"] == seen
