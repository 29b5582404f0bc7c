"""Objects by their classes, typed and generic."""

from lightkube import KubeConfig, codecs
from lightkube.generic_resource import get_generic_resource, load_in_cluster_generic_resources
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.autoscaling_v1 import ScaleSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.operators import exists, in_, not_equal
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret
from lightkube.types import CascadeType, PatchType, on_error_retry

from ...past import forget
from ..session import Lightkube, Widget, script, widget


@script
def config_maps(api: Lightkube) -> None:
    client = api.client
    one = ConfigMap(metadata=ObjectMeta(name="one", labels={"app": "a"}), data={"a": "1"})
    made = api.gives("create", lambda: client.create(one))
    assert ({"a": "1"}, api.namespace) == (made.data, made.metadata.namespace)
    again = api.refuses("create again", lambda: client.create(one))
    assert (409, "AlreadyExists") == (again.status.code, again.status.reason)
    made.data["a"] = "2"
    api.gives("replace", lambda: client.replace(made))
    assert 409 == api.refuses("replace an old one", lambda: client.replace(made)).status.code
    api.gives("merge", lambda: client.patch(ConfigMap, "one", {"data": {"b": "3"}}, patch_type=PatchType.MERGE))
    steps = [{"op": "remove", "path": "/data/a"}]
    left = api.gives("by steps", lambda: client.patch(ConfigMap, "one", steps, patch_type=PatchType.JSON))
    assert {"b": "3"} == left.data
    tagged = api.gives("set", lambda: client.set(ConfigMap, "one", labels={"app": None, "size": "big"}))
    assert {"size": "big"} == tagged.metadata.labels
    dry = api.gives("dry run", lambda: client.patch(ConfigMap, "one", {"data": {"c": "4"}}, dry_run=True))
    assert "4" == dry.data["c"]
    api.gives("delete", lambda: client.delete(ConfigMap, "one"))
    assert 404 == api.refuses("get what is gone", lambda: client.get(ConfigMap, "one")).status.code


@script
def selected(api: Lightkube) -> None:
    client = api.client
    for name, size in (("a", "big"), ("b", "small"), ("c", "big")):
        client.create(ConfigMap(metadata=ObjectMeta(name=name, labels={"size": size})))
    pages = api.gives("in pages", lambda: list(client.list(ConfigMap, chunk_size=2)))
    assert ["a", "b", "c"] == [one.metadata.name for one in pages]
    labels = {"size": in_(["big", "huge"])}
    by_label = api.gives("by label", lambda: list(client.list(ConfigMap, labels=labels)))
    by_field = api.gives("by field", lambda: list(client.list(ConfigMap, fields={"metadata.name": not_equal("a")})))
    assert (["a", "c"], ["b", "c"]) == tuple([one.metadata.name for one in found] for found in (by_label, by_field))
    where = api.gives("everywhere", lambda: list(client.list(ConfigMap, namespace="*", labels={"size": exists()})))
    assert {api.namespace} == {one.metadata.namespace for one in where}
    client.deletecollection(ConfigMap)
    assert not list(client.list(ConfigMap))


@script
def applied(api: Lightkube) -> None:
    client = api.client
    made = api.gives("create", lambda: client.apply(widget(parts=[{"name": "a"}]), field_manager="first"))
    assert ["Apply"] == [one.operation for one in made.metadata.managedFields]
    more = Widget(metadata={"name": "one"}, spec={"parts": [{"name": "b", "weight": 2}]})
    both = api.gives("add a part", lambda: client.apply(more, field_manager="second"))
    assert ["a", "b"] == [one["name"] for one in both.spec["parts"]]
    blue = widget(colour="blue")
    conflict = api.refuses("recolour", lambda: client.apply(blue, field_manager="second"))
    assert (409, "Conflict") == (conflict.status.code, conflict.status.reason)
    forced = api.gives("recolour by force", lambda: client.apply(blue, field_manager="second", force=True))
    assert "blue" == forced.spec["colour"]
    secret = Secret(metadata=ObjectMeta(name="s"), stringData={"k": "v"})
    assert {"k": "dg=="} == api.gives("a typed one", lambda: client.apply(secret)).data


@script
def subresources(api: Lightkube) -> None:
    client = api.client
    client.create(widget())
    status = Widget.Status(metadata={"name": "one"}, status={"phase": "New", "replicas": 1})
    seen = api.gives("apply the status", lambda: client.apply(status, name="one"))
    assert "New" == seen.status["phase"]
    patched = api.gives(
        "patch the status",
        lambda: client.patch(Widget.Status, "one", {"status": {"note": "seen"}}, patch_type=PatchType.MERGE),
    )
    assert {"phase": "New", "replicas": 1, "note": "seen"} == patched.status
    scale = api.gives("the scale", lambda: client.get(Widget.Scale, "one"))
    assert (1, 1) == (scale.spec.replicas, scale.status.replicas)
    scale.spec = ScaleSpec(replicas=4)
    assert 4 == api.gives("scale", lambda: client.replace(scale, "one")).spec.replicas
    wrong = api.refuses(
        "patch what is wrong", lambda: client.patch(Widget, "one", {"spec": {"size": 10}}, patch_type=PatchType.MERGE)
    )
    assert 422 == wrong.status.code
    labels = {"app": "web"}
    pods = PodTemplateSpec(
        metadata=ObjectMeta(labels=labels), spec=PodSpec(containers=[Container(name="main", image="ex.dev/web")])
    )
    spec = DeploymentSpec(selector=LabelSelector(matchLabels=labels), template=pods)
    client.create(Deployment(metadata=ObjectMeta(name="web"), spec=spec))
    scaled = api.gives(
        "scale a deployment",
        lambda: client.patch(Deployment.Scale, "web", {"spec": {"replicas": 3}}, patch_type=PatchType.MERGE),
    )
    assert 3 == scaled.spec.replicas
    api.gives("delete it", lambda: client.delete(Deployment, "web", cascade=CascadeType.BACKGROUND))
    pod = api.gives("a pod", lambda: client.create(Pod(metadata=ObjectMeta(name="p"), spec=pods.spec)))
    assert "Pending" == pod.status.phase


@script
def watched(api: Lightkube) -> None:
    client = api.client
    client.create(widget())
    seen = []
    for kind, found in client.watch(Widget):
        seen.append(kind)
        api.note(kind, found)
        if kind == "ADDED":
            ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
            client.patch(Widget.Status, "one", ready, patch_type=PatchType.MERGE)
        elif kind == "MODIFIED":
            waited = client.wait(Widget, "one", for_conditions=["Ready"])
            assert "Ready" == waited.status["conditions"][0]["type"]
            client.delete(Widget, "one")
        else:
            break

    assert ["ADDED", "MODIFIED", "DELETED"] == seen


@script
def forgotten(api: Lightkube) -> None:
    """Who resumes too late is told so, or, if it is wished, is shown everything again."""
    client = api.client
    made = api.gives("create", lambda: client.create(widget()))
    forget(api.server, "widgets.ex.dev", f"/apis/ex.dev/v1/namespaces/{api.namespace}/widgets")
    late = {"resource_version": made.metadata.resourceVersion}
    gone = api.refuses("resume", lambda: next(client.watch(Widget, **late)))
    again = api.gives("resume in any case", lambda: next(client.watch(Widget, **late, on_error=on_error_retry)))

    assert (410, "ADDED", "one") == (gone.status.code, again[0], again[1].metadata.name)


@script
def loaded(api: Lightkube) -> None:
    """Manifests become objects, definitions become classes."""
    load_in_cluster_generic_resources(api.client)
    assert get_generic_resource("ex.dev/v1", "Widget") is Widget
    text = """
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {a: '1'}
---
apiVersion: ex.dev/v1
kind: Widget
metadata: {name: two}
spec: {colour: green}
"""
    for one in codecs.load_all_yaml(text):
        api.gives(f"create {one.metadata.name}", lambda one=one: api.client.create(one))
    assert {"colour": "green", "replicas": 1} == api.client.get(Widget, "two").spec
    by_file = KubeConfig.from_file(api.server.kubeconfig).get()
    assert api.server.address.server == by_file.cluster.server
