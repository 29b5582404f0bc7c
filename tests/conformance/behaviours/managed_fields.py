"""managedFields: who owns what after creates, updates and patches."""

from typing import Any

from ..samples import DEFINITIONS, config_map, definition, deployment, thing
from ..script import behaviour
from ..side import Side


@behaviour
def a_custom_resource_is_born(api: Side) -> None:
    full = thing(
        metadata={"labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["ex.dev/one", "ex.dev/two"]},
        tags=["x", "y"],
        parts=[{"name": "n", "weight": 3}, {"name": "m"}],
        free={"deep": {"er": [1, 2]}, "empty": {}, "none": None},
        port="http",
        note=None,
    )
    api.post(api.things, full, fieldManager="author")


@behaviour
def generated_names_are_owned(api: Side) -> None:
    value = thing()
    value["metadata"] = {"generateName": "some-"}
    api.post(api.things, value)


@behaviour
def owner_references_are_owned_as_units(api: Side) -> None:
    owner = api.post(api.config_maps, config_map("owner", a="b")).json["metadata"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["uid"]}
    api.post(api.things, thing(metadata={"ownerReferences": [reference]}))


@behaviour
def a_config_map_is_born(api: Side) -> None:
    api.post(api.config_maps, config_map(a="b"), fieldManager="author")
    api.post(api.config_maps, config_map("labelled", c="d") | {"metadata": {"name": "labelled", "labels": {"x": "y"}}})


@behaviour
def a_patch_takes_the_field_from_its_owner(api: Side) -> None:
    api.post(api.things, thing(size=3, code="a"), fieldManager="first")
    api.merge(f"{api.things}/one", {"spec": {"size": 4}}, fieldManager="second")
    api.merge(f"{api.things}/one", {"spec": {"size": 4, "code": "b"}}, fieldManager="third")
    api.get(f"{api.things}/one")


@behaviour
def a_removed_field_has_no_owner(api: Side) -> None:
    api.post(api.things, thing(code="a", free={"x": {"y": 1}}), fieldManager="first")
    api.merge(f"{api.things}/one", {"spec": {"code": None}}, fieldManager="second")
    api.merge(f"{api.things}/one", {"spec": {"free": {"x": None}}}, fieldManager="second")
    api.merge(f"{api.things}/one", {"spec": {"free": None}}, fieldManager="second")


@behaviour
def an_owner_of_nothing_is_gone(api: Side) -> None:
    api.post(api.config_maps, config_map(a="b"), fieldManager="first")
    api.merge(f"{api.config_maps}/one", {"data": {"x": "y"}}, fieldManager="second")
    api.merge(f"{api.config_maps}/one", {"data": {"x": "z"}}, fieldManager="third")


@behaviour
def status_has_owners_of_its_own(api: Side) -> None:
    api.post(api.things, thing(), fieldManager="author")
    api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}}, fieldManager="controller")
    api.merge(f"{api.things}/one/status", {"status": {"phase": "Done"}, "spec": {"size": 9}}, fieldManager="author")
    api.merge(f"{api.things}/one", {"status": {"phase": "New"}, "spec": {"size": 8}}, fieldManager="author")
    api.merge(f"{api.things}/one/status", {"status": {"phase": None}}, fieldManager="author")


@behaviour
def status_written_with_the_object_is_not_owned(api: Side) -> None:
    first = api.post(api.things, thing() | {"status": {"phase": "New"}}, fieldManager="author")
    api.put(f"{api.things}/one", first.json | {"status": {"phase": "Done"}}, fieldManager="other")
    api.put(f"{api.things}/one/status", first.json | {"status": {"phase": "Done"}}, fieldManager="other")


@behaviour
def the_same_again_by_somebody_else_changes_nothing(api: Side) -> None:
    first = api.post(api.things, thing(size=3), fieldManager="first")
    api.put(f"{api.things}/one", first.json, fieldManager="second")
    api.merge(f"{api.things}/one", {"spec": {"size": 3}}, fieldManager="third")


@behaviour
def without_a_manager_the_user_agent_writes(api: Side) -> None:
    api.post(api.config_maps, config_map(a="0"))
    path = f"{api.config_maps}/one"
    merge = {"content-type": "application/merge-patch+json"}
    api.request("PATCH", path, {"data": {"a": "1"}}, head=merge | {"user-agent": "kubectl-edit/v1.32 (linux) x"})
    api.request("PATCH", path, {"data": {"a": "2"}}, head=merge | {"user-agent": ""})
    api.request("PATCH", path, {"data": {"a": "3"}}, head=merge | {"user-agent": "y" * 200})
    api.merge(path, {"data": {"a": "4"}}, fieldManager="z" * 129)


@behaviour
def items_of_lists_by_their_keys(api: Side) -> None:
    api.post(api.things, thing(parts=[{"name": "a"}, {"name": "b"}], tags=["x"]), fieldManager="first")
    parts = [{"name": "b", "weight": 2}, {"name": "c"}]
    api.merge(f"{api.things}/one", {"spec": {"parts": parts, "tags": ["y", "x"]}}, fieldManager="second")
    api.merge(f"{api.things}/one", {"spec": {"parts": parts[:1], "tags": []}}, fieldManager="third")


@behaviour
def json_patches_are_updates(api: Side) -> None:
    api.post(api.things, thing(code="a"), fieldManager="first")
    api.json_patch(
        f"{api.things}/one",
        {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}},
        {"op": "remove", "path": "/spec/code"},
        {"op": "replace", "path": "/spec/size", "value": 6},
    )


@behaviour
def forgetting_all_owners(api: Side) -> None:
    api.post(api.things, thing(), fieldManager="first")
    api.merge(f"{api.things}/one", {"metadata": {"managedFields": [{}]}})
    api.merge(f"{api.things}/one", {"spec": {"size": 7}}, fieldManager="second")
    api.post(api.config_maps, config_map(a="b"), fieldManager="first")
    api.merge(f"{api.config_maps}/one", {"metadata": {"managedFields": []}})
    api.merge(f"{api.config_maps}/one", {"data": {"a": "c"}}, fieldManager="second")


@behaviour
def nobody_else_forgets_them(api: Side) -> None:
    first = api.post(api.config_maps, config_map(a="b"), fieldManager="first").json
    metadata = {name: item for name, item in first["metadata"].items() if name != "managedFields"}
    api.put(f"{api.config_maps}/one", first | {"metadata": metadata, "data": {"a": "c"}}, fieldManager="second")
    api.merge(f"{api.config_maps}/one", {"metadata": {"managedFields": None}, "data": {"x": "y"}})


def entry(**fields: Any) -> dict[str, Any]:
    """Return an entry of managedFields."""
    given = {
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:a": {}}},
        "manager": "made-up",
        "operation": "Update",
        "time": "2020-01-01T00:00:00Z",
    }
    return given | fields


@behaviour
def owners_given_by_a_client_are_taken(api: Side) -> None:
    first = api.post(api.config_maps, config_map(a="b"), fieldManager="first").json
    given = [entry(), entry(manager="other", operation="Apply", fieldsV1={"f:data": {".": {}, "f:q": {}}})]
    api.put(f"{api.config_maps}/one", first | {"metadata": first["metadata"] | {"managedFields": given}})
    api.merge(f"{api.config_maps}/one", {"data": {"a": "c"}}, fieldManager="second")


@behaviour
def owners_given_at_birth(api: Side) -> None:
    metadata = {"name": "one", "managedFields": [entry(fieldsV1={"f:data": {"f:q": {}}}), entry(manager="x")]}
    api.post(api.config_maps, config_map(a="b") | {"metadata": metadata})
    api.post(api.things, thing(metadata={"managedFields": [entry(apiVersion="ex.dev/v1")]}))


@behaviour
def owners_that_are_none_are_not_taken(api: Side) -> None:
    first = api.post(api.config_maps, config_map(a="b"), fieldManager="first").json
    for wrong in (
        entry(operation="Odd"),
        entry(apiVersion=""),
        entry(fieldsType="FieldsV2"),
        entry(fieldsType=""),
        entry(fieldsV1={"odd": {}}),
        entry(fieldsV1={"k:{": {}}),
        entry(fieldsV1={"i:x": {}}),
    ):
        given = {"managedFields": [wrong]}
        api.put(f"{api.config_maps}/one", first | {"metadata": first["metadata"] | given}, dryRun="All")


@behaviour
def fields_in_other_spellings(api: Side) -> None:
    first = api.post(api.config_maps, config_map(a="b"), fieldManager="first").json
    odd = {"f:data": {".": {}}, 'k:{"b": 1.0, "a":"x"}': {}, "q:unknown": {}, 'v: "x"': {"i:0": {}}, "i:007": {}}
    given = {"managedFields": [entry(fieldsV1=odd)]}
    api.put(f"{api.config_maps}/one", first | {"metadata": first["metadata"] | given})


@behaviour
def owners_in_a_version_that_nobody_serves(api: Side) -> None:
    first = api.post(api.config_maps, config_map(a="b"), fieldManager="first").json
    given = {"managedFields": [entry(apiVersion="v9")]}
    api.put(f"{api.config_maps}/one", first | {"metadata": first["metadata"] | given, "data": {"x": "y"}})
    api.post(api.things, thing(), fieldManager="first")
    one = api.get(f"{api.things}/one").json
    given = {"managedFields": [entry(apiVersion="ex.dev/v9", fieldsV1={"f:spec": {"f:owner": {}}})]}
    api.put(f"{api.things}/one", one | {"metadata": one["metadata"] | given, "spec": {"owner": "ann", "size": 6}})


@behaviour
def owners_cannot_be_given_through_status(api: Side) -> None:
    first = api.post(api.things, thing(), fieldManager="first").json
    given = {"managedFields": [entry(apiVersion="ex.dev/v1")]}
    value = first | {"metadata": first["metadata"] | given, "status": {"phase": "New"}}
    api.put(f"{api.things}/one/status", value, fieldManager="second")


@behaviour
def the_oldest_of_many_updaters_are_put_together(api: Side) -> None:
    api.post(api.config_maps, config_map(a="b"), fieldManager="m00")
    for number in range(1, 14):
        api.merge(f"{api.config_maps}/one", {"data": {f"k{number:02}": "v"}}, fieldManager=f"m{number:02}")


@behaviour
def a_dry_run_tells_who_would_own(api: Side) -> None:
    api.post(api.config_maps, config_map(a="b"), dryRun="All", fieldManager="first")
    api.post(api.config_maps, config_map(a="b"), fieldManager="first")
    api.merge(f"{api.config_maps}/one", {"data": {"a": "c"}}, dryRun="All", fieldManager="second")
    api.get(f"{api.config_maps}/one")


@behaviour
def a_deployment_is_born(api: Side) -> None:
    ports = [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]
    api.post(api.deployments, deployment(ports=ports, env=[{"name": "A", "value": "b"}]), fieldManager="author")


@behaviour
def duplicates_are_owned_as_one(api: Side) -> None:
    accounts = f"/api/v1/namespaces/{api.namespace}/serviceaccounts"
    value = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "one"}}
    double = [{"name": "a"}, {"name": "b"}, {"name": "a", "namespace": "x"}]
    api.post(accounts, value | {"secrets": double}, fieldManager="first")
    path = f"{accounts}/one"
    api.merge(path, {"secrets": [{"name": "a", "namespace": "y"}]}, fieldManager="second")
    api.merge(path, {"secrets": double}, fieldManager="third")
    api.merge(path, {"secrets": list(reversed(double))}, fieldManager="fourth")


@behaviour
def a_service_is_born(api: Side) -> None:
    spec = {"selector": {"a": "b"}, "ports": [{"port": 80}, {"port": 81, "name": "x", "targetPort": "y"}]}
    spec["ports"][0]["name"] = "first"
    value = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "one"}, "spec": spec}
    api.post(f"/api/v1/namespaces/{api.namespace}/services", value, fieldManager="author")


@behaviour
def a_namespace_is_born(api: Side) -> None:
    api.post("/api/v1/namespaces", {"metadata": {"name": f"{api.namespace}-born"}}, fieldManager="author")


@behaviour
def a_definition_is_born(api: Side) -> None:
    value = definition(
        "owneds", "Owned", {"type": "object", "x-kubernetes-preserve-unknown-fields": True}, selectableFields=[]
    )
    api.post(DEFINITIONS, value, fieldManager="author")


@behaviour
def without_a_schema_everything_is_deduced(api: Side) -> None:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    api.defined(definition("frees", "Free", schema, selectableFields=[]))
    path = f"/apis/ex.dev/v1/namespaces/{api.namespace}/frees"
    value = {
        "apiVersion": "ex.dev/v1",
        "kind": "Free",
        "metadata": {"name": "one"},
        "spec": {"a": {"b": [1, {"c": 2}]}},
    }
    api.post(path, value | {"free": 1, "list": ["x"], "none": None, "empty": {}}, fieldManager="first")
    api.merge(f"{path}/one", {"spec": {"a": {"b": [3], "d": 4}}, "list": {"now": "a map"}}, fieldManager="second")
    api.merge(f"{path}/one", {"spec": {"a": "text"}}, fieldManager="third")


@behaviour
def the_last_finalizer_goes(api: Side) -> None:
    api.post(
        api.config_maps, config_map(a="b") | {"metadata": {"name": "one", "finalizers": ["a.b/c"]}}, fieldManager="x"
    )
    api.delete(f"{api.config_maps}/one")
    api.merge(f"{api.config_maps}/one", {"metadata": {"finalizers": None}}, fieldManager="y")
