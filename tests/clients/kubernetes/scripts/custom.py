"""Custom objects, all forms of patch, and server-side apply."""

from typing import Any

from kubernetes import client

from ..session import Kubernetes, script

WIDGETS = ("ex.dev", "v1")


def widget(name: str = "one", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "ex.dev/v1", "kind": "Widget", "metadata": {"name": name}, "spec": {"colour": "red"} | spec}


def definition(plural: str, kind: str) -> client.V1CustomResourceDefinition:
    """Return a kind of the whole cluster, with any spec."""
    schema = client.V1JSONSchemaProps(
        type="object",
        properties={"spec": client.V1JSONSchemaProps(type="object", x_kubernetes_preserve_unknown_fields=True)},
    )
    version = client.V1CustomResourceDefinitionVersion(
        name="v1", served=True, storage=True, schema=client.V1CustomResourceValidation(open_apiv3_schema=schema)
    )
    return client.V1CustomResourceDefinition(
        metadata=client.V1ObjectMeta(name=f"{plural}.of-python.dev"),
        spec=client.V1CustomResourceDefinitionSpec(
            group="of-python.dev",
            scope="Cluster",
            names=client.V1CustomResourceDefinitionNames(plural=plural, kind=kind),
            versions=[version],
        ),
    )


@script
def widgets(api: Kubernetes) -> None:
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    made = api.gives("create", lambda: custom.create_namespaced_custom_object(*where, widget(odd=1)))
    assert {"colour": "red", "replicas": 1} == made["spec"]
    api.gives("get", lambda: custom.get_namespaced_custom_object(*where, "one"))
    listed = api.gives("list", lambda: custom.list_namespaced_custom_object(*where, field_selector="spec.colour=red"))
    assert ["one"] == [one["metadata"]["name"] for one in listed["items"]]
    seen = api.gives(
        "patch the status",
        lambda: custom.patch_namespaced_custom_object_status(
            *where, "one", {"status": {"phase": "New", "replicas": 1}}
        ),
    )
    assert ("New", 1) == (seen["status"]["phase"], seen["metadata"]["generation"])
    scaled = api.gives(
        "scale", lambda: custom.patch_namespaced_custom_object_scale(*where, "one", {"spec": {"replicas": 4}})
    )
    assert (4, 1) == (scaled["spec"]["replicas"], scaled["status"]["replicas"])
    put = custom.get_namespaced_custom_object(*where, "one")
    put["spec"]["size"] = 3
    assert (
        3
        == api.gives("replace", lambda: custom.replace_namespaced_custom_object(*where, "one", put))["metadata"][
            "generation"
        ]
    )
    api.refuses("replace an old one", lambda: custom.replace_namespaced_custom_object(*where, "one", made))
    wrong = widget("two", colour="black", size=0, replicas="many")
    refused = api.refuses("create a wrong one", lambda: custom.create_namespaced_custom_object(*where, wrong))
    assert 422 == refused.status
    strict = api.refuses(
        "say more than there is",
        lambda: custom.create_namespaced_custom_object(*where, widget("two", odd=1), field_validation="Strict"),
    )
    assert 400 == strict.status
    api.gives("everywhere", lambda: custom.list_cluster_custom_object(*WIDGETS, "widgets", label_selector="none=such"))
    api.refuses("no such kind", lambda: custom.list_cluster_custom_object(*WIDGETS, "gadgets"))
    api.gives("resources", lambda: custom.get_api_resources(*WIDGETS))
    api.gives("delete", lambda: custom.delete_namespaced_custom_object(*where, "one"))
    api.refuses("delete again", lambda: custom.delete_namespaced_custom_object(*where, "one"))
    api.gives("delete all", lambda: custom.delete_collection_namespaced_custom_object(*where))


@script
def patches(api: Kubernetes) -> None:
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")
    custom.create_namespaced_custom_object(*where, widget(parts=[{"name": "a", "weight": 1}]))
    merged = api.gives(
        "merge",
        lambda: custom.patch_namespaced_custom_object(
            *where, "one", {"spec": {"size": 2}}, _content_type="application/merge-patch+json"
        ),
    )
    assert 2 == merged["spec"]["size"]
    steps = [{"op": "test", "path": "/spec/size", "value": 2}, {"op": "remove", "path": "/spec/size"}]
    by_steps = {"_content_type": "application/json-patch+json"}
    removed = api.gives(
        "remove by steps", lambda: custom.patch_namespaced_custom_object(*where, "one", steps, **by_steps)
    )
    assert "size" not in removed["spec"]
    failed = api.refuses(
        "test in vain", lambda: custom.patch_namespaced_custom_object(*where, "one", steps, **by_steps)
    )
    assert 422 == failed.status
    strategic = "application/strategic-merge-patch+json"
    unknown = api.refuses(
        "strategically",
        lambda: custom.patch_namespaced_custom_object(*where, "one", {"spec": {"size": 2}}, _content_type=strategic),
    )
    assert 415 == unknown.status
    api.refuses(
        "into what is wrong", lambda: custom.patch_namespaced_custom_object(*where, "one", {"spec": {"colour": 1}})
    )
    api.refuses("what is not there", lambda: custom.patch_namespaced_custom_object(*where, "two", {"spec": {}}))


@script
def applied(api: Kubernetes) -> None:
    custom, where = api.custom, (*WIDGETS, api.namespace, "widgets")

    def apply(body: Any, manager: str, **options: Any) -> Any:
        return custom.patch_namespaced_custom_object(
            *where,
            body["metadata"]["name"],
            body,
            field_manager=manager,
            _content_type="application/apply-patch+yaml",
            **options,
        )

    apply(
        widget(parts=[{"name": "a", "weight": 1}]), "first"
    )  # returns nothing: this API does not know of a patch's 201
    first = api.gives("create", lambda: custom.get_namespaced_custom_object(*where, "one"))
    assert "Apply" == first["metadata"]["managedFields"][0]["operation"]
    second = {**widget(), "spec": {"parts": [{"name": "b", "weight": 2}]}}
    both = api.gives("add a part", lambda: apply(second, "second"))
    assert ["a", "b"] == [one["name"] for one in both["spec"]["parts"]]
    conflict = api.refuses("recolour", lambda: apply(widget(colour="blue"), "second"))
    assert (409, "Conflict") == (conflict.status, conflict.reason)
    forced = api.gives("recolour by force", lambda: apply(widget(colour="blue"), "second", force=True))
    assert ("blue", ["a"]) == (forced["spec"]["colour"], [one["name"] for one in forced["spec"]["parts"]])
    api.gives("take back", lambda: apply({**widget(), "spec": {}}, "first"))

    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "1"}}
    made = api.gives(
        "a typed one",
        lambda: api.core.patch_namespaced_config_map(
            "applied", api.namespace, body, field_manager="first", _content_type="application/apply-patch+yaml"
        ),
    )
    assert ["first"] == [entry.manager for entry in made.metadata.managed_fields]
    api.refuses(
        "without a manager",
        lambda: api.core.patch_namespaced_config_map(
            "applied", api.namespace, body, _content_type="application/apply-patch+yaml"
        ),
    )


@script
def definitions(api: Kubernetes) -> None:
    extensions = client.ApiextensionsV1Api(api.api)
    found = api.gives("read", lambda: extensions.read_custom_resource_definition("widgets.ex.dev"))
    assert ["Established", "NamesAccepted"] == sorted(one.type for one in found.status.conditions)
    made = definition("gadgets", "Gadget")
    api.gives("create", lambda: extensions.create_custom_resource_definition(made).spec)
    api.server.until("/apis/of-python.dev/v1/gadgets")
    body = {"apiVersion": "of-python.dev/v1", "kind": "Gadget", "metadata": {"name": "one"}, "spec": {"any": [1]}}
    one = api.gives("use", lambda: api.custom.create_cluster_custom_object("of-python.dev", "v1", "gadgets", body))
    assert {"any": [1]} == one["spec"]
    made.metadata.name = "wrong"
    api.refuses("create a wrong one", lambda: extensions.create_custom_resource_definition(made))
    api.gives("delete", lambda: extensions.delete_custom_resource_definition("gadgets.of-python.dev"))
