"""Objects that know how to create, change and watch themselves."""

from typing import Any

import kr8s
from kr8s.objects import ConfigMap, Deployment, Pod, Secret, Service, new_class

from ..session import Kr8s, script

Widget = new_class(kind="Widget", version="ex.dev/v1", asyncio=False, scalable=True)


def widget(name: str = "one", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "ex.dev/v1", "kind": "Widget", "metadata": {"name": name}, "spec": {"colour": "red"} | spec}


@script
def config_maps(api: Kr8s) -> None:
    one = ConfigMap({"metadata": {"name": "one"}, "data": {"a": "1"}}, api=api.api)
    assert not one.exists()
    api.gives("create", one.create)
    api.note("created", one)
    assert one.exists()
    again = api.refuses("create again", ConfigMap({"metadata": {"name": "one"}}, api=api.api).create)
    assert 409 == again.status["code"]
    one.label(colour="red", size="big")
    one.annotate(note="it was seen")
    api.note("labelled", one)
    assert {"colour": "red", "size": "big"} == one.labels
    one.label("size-")
    assert ({"colour": "red"}, {"note": "it was seen"}) == (one.labels, one.annotations)
    one.patch({"data": {"b": "2"}})
    one.patch([{"op": "remove", "path": "/data/a"}], type="json")
    api.note("patched", one)
    assert {"b": "2"} == one.data
    assert one.raw == ConfigMap.get("one", namespace=api.namespace, api=api.api).raw
    found = api.gives("select", lambda: list(api.api.get("configmaps", label_selector={"colour": "red"})))
    assert ["one"] == [each.name for each in found]
    one.delete()
    api.refuses("refresh what is gone", one.refresh)
    api.refuses("delete again", one.delete)
    api.refuses("get what is gone", lambda: ConfigMap.get("one", namespace=api.namespace, api=api.api, timeout=1))


@script
def widgets(api: Kr8s) -> None:
    one = Widget(widget(), api=api.api)
    one.create()
    api.note("created", one)
    assert 1 == one.replicas
    one.scale(3)
    one.patch({"status": {"phase": "New"}}, subresource="status")
    api.note("scaled", one)
    assert (3, "New", 2) == (one.spec.replicas, one.status.phase, one.metadata.generation)
    wrong = api.refuses("create a wrong one", Widget(widget("bad", colour="black"), api=api.api).create)
    assert 422 == wrong.status["code"]
    by_short_name = api.gives("get by short name", lambda: list(api.api.get("wd")))
    by_kind = api.gives("get by kind", lambda: list(api.api.get("widgets.ex.dev", field_selector="spec.colour=red")))
    assert ["one"] == [each.name for each in by_kind] == [each.name for each in by_short_name]
    owned = ConfigMap({"metadata": {"name": "owned"}}, api=api.api)
    owned.create()
    one.adopt(owned)
    api.note("adopted", owned)
    assert one.metadata.uid == owned.metadata.ownerReferences[0].uid


@script
def waited(api: Kr8s) -> None:
    one = Widget(widget(), api=api.api)
    one.create()
    one.patch({"status": {"phase": "New"}}, subresource="status")  # it looks for conditions in a status that is there
    api.refuses("wait in vain", lambda: one.wait("condition=Ready", timeout=1), TimeoutError)
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    Widget.get("one", namespace=api.namespace, api=api.api).patch(ready, subresource="status")
    one.wait("condition=Ready", timeout=30)
    one.wait("jsonpath='{.spec.colour}'=red", timeout=30)
    api.note("ready", one)
    assert "True" == one.status.conditions[0].status
    Widget.get("one", namespace=api.namespace, api=api.api).delete()
    one.wait("delete", timeout=30)
    assert not one.exists()


@script
def watched(api: Kr8s) -> None:
    one = ConfigMap({"metadata": {"name": "one"}}, api=api.api)
    one.create()
    same = ConfigMap.get("one", namespace=api.namespace, api=api.api)
    same.label(colour="red")
    same.delete()
    seen = []
    for kind, found in one.watch():
        seen.append(kind)
        api.note(kind, found)
        if kind == "DELETED":
            break

    assert ["MODIFIED", "DELETED"] == seen


@script
def built_in(api: Kr8s) -> None:
    pod = Pod.gen(name="one", image="ex.dev/web:1", ports=[80])
    pod.api, pod.namespace = api.api, api.namespace
    pod.create()
    api.note("a pod", pod)
    assert not pod.ready()
    pod.patch(
        {
            "status": {
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": "True"}, {"type": "ContainersReady", "status": "True"}],
            }
        },
        subresource="status",
    )
    assert pod.ready()
    web = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "ex.dev/web"}]}}
    deployment = Deployment(
        {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": web}},
        api=api.api,
    )
    deployment.create()
    deployment.scale(4)
    api.note("a deployment", deployment)
    assert (4, []) == (deployment.replicas, deployment.pods())
    service = Service({"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}, api=api.api)
    service.create()
    api.note("a service", service)
    secret = Secret({"metadata": {"name": "s"}, "stringData": {"k": "v"}}, api=api.api)
    secret.create()
    assert {"k": "dg=="} == secret.data


@script
def cluster(api: Kr8s) -> None:
    assert ("1", "36") == (api.api.version()["major"], api.api.version()["minor"].removesuffix("+"))
    assert "harness" == api.gives("who am I", api.api.whoami)
    found = api.gives("look up", lambda: [api.api.lookup_kind(kind) for kind in ("wd", "deploy", "configmap")])
    assert [("widget.ex.dev/v1", "widgets", True), ("deployment.apps/v1", "deployments", True)] == found[:2]
    names = {one["name"] for one in api.api.api_resources()}
    assert {"widgets", "pods", "customresourcedefinitions"} <= names
    api.note("versions", sorted(api.api.api_versions()))
    api.refuses("no such kind", lambda: list(api.api.get("nothings")), Exception)
    assert isinstance(api.api, kr8s.Api)
