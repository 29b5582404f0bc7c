"""Strategic merge patch: merge keys, directives, orders."""

from typing import Any

from ..samples import DEFINITIONS, config_map, deployment, thing
from ..script import behaviour
from ..side import Side


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Return a pod of these containers."""
    named = [{"image": "i"} | one for one in containers]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": named} | spec}


def service(*ports: dict[str, Any]) -> dict[str, Any]:
    """Return a service without an address of its own."""
    spec = {"clusterIP": "None", "selector": {"a": "b"}, "ports": list(ports)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "one"}, "spec": spec}


def account(*names: str) -> dict[str, Any]:
    """Return a service account with these secrets: the smallest kind with a list that is merged."""
    secrets = [{"name": name} for name in names]
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "one"}, "secrets": secrets}


def accounts(api: Side) -> str:
    return f"/api/v1/namespaces/{api.namespace}/serviceaccounts"


def born(api: Side, *names: str) -> str:
    """Create a service account that is not part of the behaviour."""
    api.setup(accounts(api), account(*names))
    return f"{accounts(api)}/one"


@behaviour
def maps_are_merged(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1", b="2"))
    api.strategic(
        f"{api.config_maps}/one", {"data": {"a": "3", "b": None, "c": "4"}, "metadata": {"labels": {"x": "y"}}}
    )
    api.strategic(f"{api.config_maps}/one", {"data": None})
    api.strategic(f"{api.config_maps}/one", {})


@behaviour
def items_are_merged_by_their_key(api: Side) -> None:
    path = born(api, "a", "b")
    api.strategic(path, {"secrets": [{"name": "b", "namespace": "x"}, {"name": "c"}]})
    api.strategic(path, {"secrets": [{"name": "c", "namespace": "y"}, {"name": "a", "namespace": "z"}]})


@behaviour
def new_items_come_first(api: Side) -> None:
    path = born(api, "a", "b", "c")
    api.strategic(path, {"secrets": [{"name": "z"}, {"name": "b", "kind": "K"}, {"name": "y"}]})


@behaviour
def items_are_deleted(api: Side) -> None:
    path = born(api, "a", "b", "c")
    api.strategic(path, {"secrets": [{"name": "b", "$patch": "delete"}, {"name": "nobody", "$patch": "delete"}]})
    api.strategic(path, {"secrets": [{"$patch": "delete"}]})


@behaviour
def lists_are_replaced(api: Side) -> None:
    path = born(api, "a", "b", "c")
    api.strategic(path, {"secrets": [{"name": "z"}, {"$patch": "replace"}, {"name": "y"}]})
    api.strategic(path, {"secrets": [{"$patch": "replace"}]})


@behaviour
def directives_that_are_none(api: Side) -> None:
    path = born(api, "a", "b")
    api.strategic(path, {"secrets": [{"name": "a", "$patch": "merge"}]})
    api.strategic(path, {"secrets": [{"name": "a", "$patch": "odd"}]})
    api.strategic(path, {"metadata": {"$patch": "odd"}})
    api.strategic(path, {"metadata": {"$patch": 1}})


@behaviour
def items_without_their_key(api: Side) -> None:
    path = born(api, "a", "b")
    api.strategic(path, {"secrets": [{"namespace": "x"}]})
    api.strategic(path, {"secrets": ["a"]})
    api.strategic(path, {"secrets": [{"name": "a"}, 5]})
    api.strategic(path, {"secrets": [[{"name": "a"}]]})


@behaviour
def maps_are_replaced_and_emptied(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1", b="2"))
    api.strategic(f"{api.config_maps}/one", {"data": {"$patch": "replace", "c": "3"}})
    api.strategic(f"{api.config_maps}/one", {"data": {"$patch": "delete"}})
    api.strategic(f"{api.config_maps}/one", {"data": {"$patch": "delete", "x": "y"}})


@behaviour
def whole_objects_are_replaced(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.strategic(f"{api.config_maps}/one", {"$patch": "replace", "data": {"x": "y"}})
    api.strategic(f"{api.config_maps}/one", {"$patch": "replace"} | config_map(x="y"))
    api.strategic(f"{api.config_maps}/one", {"$patch": "delete"})


@behaviour
def orders_are_set(api: Side) -> None:
    path = born(api, "a", "b", "c", "d")
    order = [{"name": name} for name in "dzb"]
    api.strategic(path, {"$setElementOrder/secrets": order, "secrets": [{"name": "z"}]})
    api.strategic(path, {"$setElementOrder/secrets": [{"name": name} for name in "abz"]})
    api.strategic(path, {"$setElementOrder/secrets": order[:1], "secrets": [{"name": "a", "$patch": "delete"}]})


@behaviour
def orders_that_contradict_the_list(api: Side) -> None:
    path = born(api, "a", "b")
    order = [{"name": "a"}, {"name": "b"}]
    api.strategic(path, {"$setElementOrder/secrets": order, "secrets": [{"name": "b"}, {"name": "a"}]})
    api.strategic(path, {"$setElementOrder/secrets": order, "secrets": [{"name": "c"}]})
    api.strategic(path, {"$setElementOrder/secrets": {"name": "a"}})
    api.strategic(path, {"$setElementOrder": order})
    api.strategic(path, {"$setElementOrder/secrets": [{"odd": "a"}]})


@behaviour
def scalars_are_a_set(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1") | {"metadata": {"name": "one", "finalizers": ["a.b/1", "a.b/2"]}})
    path = f"{api.config_maps}/one"
    api.strategic(path, {"metadata": {"finalizers": ["a.b/3", "a.b/1"]}})
    api.strategic(path, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a.b/1", "a.b/9"]}})
    order = {"$setElementOrder/finalizers": ["a.b/3", "a.b/4", "a.b/2"]}
    api.strategic(path, {"metadata": order | {"finalizers": ["a.b/4"]}})
    api.strategic(path, {"metadata": {"$deleteFromPrimitiveList": ["a.b/2"]}})
    api.strategic(path, {"metadata": {"$deleteFromPrimitiveList/finalizers": None}})


@behaviour
def keys_are_retained(api: Side) -> None:
    api.setup(api.deployments, deployment())
    path = f"{api.deployments}/one"
    strategy = {"$retainKeys": ["type"], "type": "Recreate"}
    api.strategic(path, {"spec": {"strategy": strategy}})
    api.strategic(path, {"spec": {"strategy": {"$retainKeys": ["rollingUpdate"], "type": "RollingUpdate"}}})
    api.strategic(path, {"spec": {"strategy": {"$retainKeys": "type", "type": "Recreate"}}})


@behaviour
def lists_in_lists(api: Side) -> None:
    api.setup(api.deployments, deployment(env=[{"name": "A", "value": "1"}], args=["x"], ports=[{"containerPort": 80}]))
    container = {"name": "c", "env": [{"name": "B", "value": "2"}], "args": ["y"], "ports": [{"containerPort": 81}]}
    api.strategic(f"{api.deployments}/one", {"spec": {"template": {"spec": {"containers": [container]}}}})
    added = [{"name": "d", "image": "j"}]
    api.strategic(f"{api.deployments}/one", {"spec": {"template": {"spec": {"containers": added}}}})


@behaviour
def nulls_in_what_is_new_are_dropped(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    note = {"metadata": {"annotations": {"a": None, "b": "c"}, "labels": None}, "binaryData": None}
    api.strategic(f"{api.config_maps}/one", note)
    path = born(api, "a")
    api.strategic(path, {"imagePullSecrets": [{"name": "x"}, {"name": "y", "$patch": "delete"}]})


@behaviour
def unknown_fields(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    for directive in ("Strict", "Warn", "Ignore"):
        api.strategic(f"{api.config_maps}/one", {"odd": 1, "data": {"x": directive}}, fieldValidation=directive)
    api.request(
        "PATCH",
        f"{api.config_maps}/one",
        b'{"data":{"a":"2"},"data":{"a":"3"}}',
        head={"content-type": "application/strategic-merge-patch+json"},
        query={"fieldValidation": "Strict"},
    )


@behaviour
def bodies_that_are_no_patch(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    head = {"content-type": "application/strategic-merge-patch+json"}
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"5", b'{"a":}'):
        api.request("PATCH", f"{api.config_maps}/one", body, head=head)
    api.strategic(f"{api.config_maps}/none", {})


@behaviour
def other_names_and_versions(api: Side) -> None:
    first = api.setup(api.config_maps, config_map(a="1")).json
    path = f"{api.config_maps}/one"
    api.strategic(path, {"metadata": {"name": "two"}})
    api.strategic(path, {"metadata": {"namespace": "default"}})
    api.strategic(path, {"metadata": {"resourceVersion": "1"}})
    api.strategic(path, {"metadata": {"resourceVersion": first["metadata"]["resourceVersion"]}, "data": {"a": "2"}})
    api.strategic(path, {"metadata": {"uid": "00000000-0000-4000-8000-000000000000"}})


@behaviour
def custom_resources_are_not_merged_so(api: Side) -> None:
    api.setup(api.things, thing())
    api.strategic(f"{api.things}/one", {"spec": {"size": 6}})


@behaviour
def owner_references_by_uid(api: Side) -> None:
    def owner(name: str, last: int) -> dict[str, Any]:
        uid = f"uid-{last}"
        return {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": uid}

    api.setup(api.config_maps, config_map(a="1") | {"metadata": {"name": "one", "ownerReferences": [owner("a", 1)]}})
    api.strategic(f"{api.config_maps}/one", {"metadata": {"ownerReferences": [owner("b", 2), owner("c", 1)]}})


@behaviour
def schemas_inside_definitions_cannot_be_merged(api: Side) -> None:
    path = f"{DEFINITIONS}/things.ex.dev"
    version = {"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": {}}}}}}
    api.strategic(path, {"spec": {"names": {"shortNames": ["th"]}}}, dryRun="All")
    api.strategic(path, {"spec": {"versions": [version]}}, dryRun="All")


@behaviour
def ports_of_services(api: Side) -> None:
    path = f"/api/v1/namespaces/{api.namespace}/services"
    api.setup(path, service({"port": 80, "name": "x"}, {"port": 81, "name": "y"}))
    api.strategic(f"{path}/one", {"spec": {"ports": [{"port": 80, "targetPort": 8080}]}})
    api.strategic(f"{path}/one", {"spec": {"ports": [{"port": 81, "$patch": "delete"}]}})


@behaviour
def the_same_again_changes_nothing(api: Side) -> None:
    path = born(api, "a", "b")
    api.strategic(path, {"secrets": [{"name": "b"}]})
    api.get(path)


@behaviour
def a_dry_run_stores_nothing(api: Side) -> None:
    path = born(api, "a")
    api.strategic(path, {"secrets": [{"name": "b"}]}, dryRun="All")
    api.get(path)


@behaviour
def status_is_merged_apart(api: Side) -> None:
    api.setup(api.deployments, deployment())
    condition = {"type": "Available", "status": "True", "reason": "r", "message": "m"}
    path = f"{api.deployments}/one/status"
    api.strategic(path, {"status": {"replicas": 1, "conditions": [condition]}, "spec": {"replicas": 9}})
    more = [{"type": "Progressing", "status": "True"}, {"type": "Available", "status": "False"}]
    api.strategic(path, {"status": {"conditions": more}})


@behaviour
def wrong_types(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.strategic(f"{api.config_maps}/one", {"data": {"a": 5}})
    api.strategic(f"{api.config_maps}/one", {"data": "x"})
    api.strategic(f"{api.config_maps}/one", {"immutable": "x"})
    api.strategic(f"{api.config_maps}/one", {"metadata": "x"})
    api.strategic(f"{api.config_maps}/one", {"metadata": {"labels": {"a": {"b": "c"}}}})


@behaviour
def volumes_keep_no_other_source(api: Side) -> None:
    value = deployment()
    value["spec"]["template"]["spec"]["volumes"] = [{"name": "v", "emptyDir": {}}]
    api.setup(api.deployments, value)
    volume = {"name": "v", "configMap": {"name": "x"}, "$retainKeys": ["name", "configMap"]}
    path = f"{api.deployments}/one"
    api.strategic(path, {"spec": {"template": {"spec": {"volumes": [volume]}}}})
    api.strategic(path, {"spec": {"template": {"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}}})
