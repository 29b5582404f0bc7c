"""Server-side apply: merging, owning, conflicts, removal."""

from typing import Any

from ..samples import DEFINITIONS, config_map, definition, deployment, thing
from ..script import behaviour
from ..side import APPLY, Side

LAST = "kubectl.kubernetes.io/last-applied-configuration"


def bare(name: str = "one", **spec: Any) -> dict[str, Any]:
    """Return a configuration of a thing that says nothing but this."""
    return {"apiVersion": "ex.dev/v1", "kind": "Thing", "metadata": {"name": name}} | ({"spec": spec} if spec else {})


@behaviour
def creating(api: Side) -> None:
    api.apply(api.things, thing(size=3, metadata={"labels": {"a": "b"}}))
    api.apply(api.config_maps, config_map(a="b"))
    api.events(api.things, resourceVersion="0")


@behaviour
def applying_the_same_again_changes_nothing(api: Side) -> None:
    api.apply(api.things, thing(size=3))
    api.apply(api.things, thing(size=3))
    api.apply(api.things, thing(size=3), force="true")
    api.get(f"{api.things}/one")


@behaviour
def changing_what_one_owns(api: Side) -> None:
    api.apply(api.things, thing(size=3, code="a"))
    api.apply(api.things, thing(size=4, code="a"))


@behaviour
def no_longer_said_is_removed(api: Side) -> None:
    api.apply(api.things, thing(code="a", free={"x": {"y": 1}, "z": 2}, metadata={"labels": {"a": "b", "c": "d"}}))
    api.apply(api.things, thing(free={"z": 2}, metadata={"labels": {"a": "b"}}))
    api.apply(api.things, thing())


@behaviour
def no_longer_said_stays_while_another_owns_it(api: Side) -> None:
    api.apply(api.things, thing(code="a"), "first")
    api.apply(api.things, bare(code="a"), "second")
    api.apply(api.things, thing(), "first")
    api.apply(api.things, bare(), "second")


@behaviour
def conflicts(api: Side) -> None:
    api.apply(api.things, thing(size=3, code="a"), "first")
    api.apply(api.things, thing(size=4), "second")
    api.apply(api.things, thing(size=4, code="b"), "second")
    api.apply(api.things, thing(size=3, code="a"), "second")
    api.apply(api.things, thing(size=5, code="c"), "third")


@behaviour
def force_takes_over(api: Side) -> None:
    api.apply(api.things, thing(size=3, code="a"), "first")
    api.apply(api.things, bare(size=4), "second", force="true")
    api.apply(api.things, thing(size=3, code="a"), "first")
    api.apply(api.things, thing(code="a"), "first")


@behaviour
def conflicts_with_updates(api: Side) -> None:
    api.post(api.things, thing(size=3), fieldManager="author")
    api.apply(api.things, bare(size=4))
    api.apply(api.things, bare(size=3))
    api.merge(f"{api.things}/one", {"spec": {"size": 5}}, fieldManager="author")
    api.apply(api.things, bare(size=3))
    api.apply(api.things, bare(size=3), "author")


@behaviour
def updates_take_from_appliers(api: Side) -> None:
    api.apply(api.things, thing(size=3, code="a"))
    api.merge(f"{api.things}/one", {"spec": {"size": 4}}, fieldManager="other")
    api.apply(api.things, thing(size=4, code="a"))
    api.merge(f"{api.things}/one", {"spec": {"code": None}}, fieldManager="other")
    api.apply(api.things, thing(size=4))


@behaviour
def items_by_their_keys(api: Side) -> None:
    api.apply(api.things, thing(parts=[{"name": "a", "weight": 1}, {"name": "b"}]), "first")
    api.apply(api.things, bare(parts=[{"name": "c"}, {"name": "b"}]), "second")
    api.apply(api.things, bare(parts=[{"name": "a", "weight": 9}]), "second")
    api.apply(api.things, thing(parts=[{"name": "a", "weight": 1}]), "first")
    api.apply(api.things, thing(), "first")


@behaviour
def orders_of_items(api: Side) -> None:
    def named(names: str) -> list[dict[str, str]]:
        return [{"name": name} for name in names]

    api.apply(api.things, thing(parts=named("abcd")), "first")
    for names in ("ba", "xcy", "dz", "abcdxyz"):
        api.apply(api.things, bare(parts=named(names)), "second")


@behaviour
def sets_of_scalars(api: Side) -> None:
    api.apply(api.things, thing(tags=["a", "b"]), "first")
    api.apply(api.things, bare(tags=["b", "c"]), "second")
    api.apply(api.things, thing(tags=["a"]), "first")
    api.apply(api.things, thing(), "first")
    api.apply(api.things, bare(tags=[]), "second")


@behaviour
def atomic_values(api: Side) -> None:
    api.apply(api.deployments, deployment(args=["a", "b"]), "first", force="true")
    api.apply(api.deployments, deployment(args=["a"]), "second")
    value = deployment()
    value["spec"]["selector"]["matchLabels"] = {"app": "other"}
    api.apply(api.deployments, value, "second")


@behaviour
def free_content_is_merged(api: Side) -> None:
    api.apply(api.things, thing(free={"a": {"b": 1}, "list": [1, 2]}), "first")
    api.apply(api.things, bare(free={"a": {"c": 2}, "more": None}), "second")
    api.apply(api.things, bare(free={"list": [3]}), "second")
    api.apply(api.things, bare(free={"a": "text"}), "second")


@behaviour
def duplicates_are_refused(api: Side) -> None:
    api.apply(api.things, thing(parts=[{"name": "a"}, {"name": "a"}]))
    api.apply(api.things, thing(tags=["x", "x"]))
    api.apply(api.deployments, deployment(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]))


@behaviour
def items_that_cannot_be_told_apart(api: Side) -> None:
    api.apply(api.things, thing(parts=[{"weight": 1}]))
    api.apply(api.things, thing(parts=[None]))
    api.apply(api.things, thing(parts=["x"]))
    api.apply(api.things, thing(tags=[{"a": 1}]))
    api.apply(api.things, thing(tags=[["a"]]))
    api.apply(api.things, thing(tags=[None]))


@behaviour
def keys_with_defaults(api: Side) -> None:
    api.apply(api.deployments, deployment(ports=[{"containerPort": 80}]))
    api.apply(api.deployments, deployment(ports=[{"containerPort": 80, "protocol": "TCP", "name": "x"}]))
    api.apply(api.deployments, deployment(ports=[{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]))


@behaviour
def values_of_wrong_types(api: Side) -> None:
    for spec in ({"size": "x"}, {"size": None}, {"code": 5}, {"parts": {}}, {"free": [1]}, {"port": {}}, {"port": 1.5}):
        api.apply(api.things, thing(**spec))
    api.apply(api.things, bare() | {"spec": "x"})
    api.apply(api.config_maps, config_map() | {"data": {"a": 5}})
    api.apply(api.config_maps, config_map() | {"immutable": "yes", "data": {}})


@behaviour
def unknown_fields_are_refused(api: Side) -> None:
    api.apply(api.things, thing(odd=1))
    api.apply(api.things, thing() | {"odd": 1})
    api.apply(api.things, thing(metadata={"odd": 1}))
    api.apply(api.config_maps, config_map(a="b") | {"odd": 1})


@behaviour
def configurations_of_another_type(api: Side) -> None:
    path = f"{api.config_maps}/one"
    query = {"fieldManager": "applier"}
    for value in (
        {},
        {"kind": "ConfigMap"},
        {"apiVersion": "v1"},
        {"apiVersion": "v2", "kind": "ConfigMap"},
        {"apiVersion": "apps/v1", "kind": "Deployment"},
    ):
        api.request("PATCH", path, value, head=APPLY, query=query)


@behaviour
def configurations_without_a_name(api: Side) -> None:
    query = {"fieldManager": "applier"}
    value = config_map(a="b")
    api.request("PATCH", f"{api.config_maps}/one", value | {"metadata": {}}, head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/two", value, head=APPLY, query=query)
    other = {"name": "one", "namespace": "default"}
    api.request("PATCH", f"{api.config_maps}/one", value | {"metadata": other}, head=APPLY, query=query)
    api.setup(api.config_maps, config_map(a="b"))
    api.request("PATCH", f"{api.config_maps}/one", value | {"metadata": {}}, head=APPLY, query=query)


@behaviour
def a_manager_is_required(api: Side) -> None:
    path = f"{api.config_maps}/one"
    api.request("PATCH", path, config_map(a="b"), head=APPLY)
    api.request("PATCH", path, config_map(a="b"), head=APPLY, query={"fieldManager": ""})
    api.request("PATCH", path, config_map(a="b"), head=APPLY, query={"fieldManager": "x" * 129})


@behaviour
def owners_are_not_applied(api: Side) -> None:
    for given in ([], [{}], None):
        value = config_map(a="b")
        value["metadata"]["managedFields"] = given  # type: ignore[index]
        api.apply(api.config_maps, value)


@behaviour
def bodies_in_yaml(api: Side) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: |\n    two\n    lines\n  b: '5'\n"
    query = {"fieldManager": "applier"}
    api.request("PATCH", f"{api.config_maps}/one", body, head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/one", b"# nothing\n", head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/one", b"- a\n", head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/one", b"{", head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/one", b"a: b: c", head=APPLY, query=query)
    api.request("PATCH", f"{api.config_maps}/one", b"", head=APPLY, query=query)


@behaviour
def fields_named_twice(api: Side) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: x\n  a: z\n"
    for directive in ("Warn", "Ignore", "Strict"):
        query = {"fieldManager": "applier", "fieldValidation": directive}
        api.request("PATCH", f"{api.config_maps}/one", body, head=APPLY, query=query)


@behaviour
def versions_and_uids_in_the_configuration(api: Side) -> None:
    first = api.apply(api.config_maps, config_map(a="b")).json["metadata"]
    value = config_map(a="c")
    for metadata in (
        {"resourceVersion": "1"},
        {"resourceVersion": first["resourceVersion"]},
        {"uid": "00000000-0000-4000-8000-000000000000"},
        {"uid": first["uid"]},
    ):
        api.apply(api.config_maps, value | {"metadata": {"name": "one"} | metadata})
    api.apply(api.config_maps, value | {"metadata": {"name": "new", "resourceVersion": "1"}})
    api.apply(api.config_maps, value | {"metadata": {"name": "newer", "uid": first["uid"]}})


@behaviour
def status_is_applied_apart(api: Side) -> None:
    api.apply(api.things, thing())
    path = f"{api.things}/one/status"
    query = {"fieldManager": "controller"}
    status = bare() | {"status": {"phase": "New"}}
    api.request("PATCH", path, status, head=APPLY, query=query)
    api.request("PATCH", path, status | {"spec": {"size": 9}}, head=APPLY, query=query)
    api.request("PATCH", path, bare(), head=APPLY, query=query)
    api.request("PATCH", f"{api.things}/none/status", bare("none"), head=APPLY, query=query)


@behaviour
def status_in_an_applied_object_is_left_out(api: Side) -> None:
    api.apply(api.things, thing() | {"status": {"phase": "New"}})
    api.apply(api.things, thing() | {"status": {"phase": "Done"}})


@behaviour
def a_dry_run_stores_nothing(api: Side) -> None:
    api.apply(api.things, thing(size=3), dryRun="All")
    api.get(f"{api.things}/one")
    api.apply(api.things, thing(size=3))
    api.apply(api.things, thing(size=4), dryRun="All")
    api.apply(api.things, thing(size=4), "other", dryRun="All")
    api.get(f"{api.things}/one")


@behaviour
def owners_that_were_forgotten(api: Side) -> None:
    api.post(api.things, thing(size=3, code="a"), fieldManager="author")
    api.merge(f"{api.things}/one", {"metadata": {"managedFields": [{}]}})
    api.apply(api.things, bare(size=3))
    api.apply(api.things, bare(size=4))
    api.apply(api.things, bare(size=4), force="true")


@behaviour
def kubectl_goes_on_from_its_annotation(api: Side) -> None:
    last = '{"apiVersion":"v1","data":{"a":"1","b":"2","gone":"3"},"kind":"ConfigMap","metadata":{"name":"one"}}'
    value = config_map(a="1", b="2")
    value["metadata"]["annotations"] = {LAST: last}
    api.post(api.config_maps, value, fieldManager="kubectl-client-side-apply")
    api.merge(f"{api.config_maps}/one", {"data": {"b": "changed"}}, fieldManager="editor")
    api.apply(api.config_maps, config_map(a="9", b="9"), "kubectl")
    api.apply(api.config_maps, config_map(a="9"), "other")
    api.apply(api.config_maps, config_map(a="9"), "kubectl")
    api.apply(api.config_maps, config_map(a="<&>"), "kubectl")


@behaviour
def an_apply_that_changes_nothing_but_owners(api: Side) -> None:
    api.apply(api.things, thing(size=3), "first")
    api.apply(api.things, bare(size=3), "second")
    api.apply(api.things, bare(), "second")


@behaviour
def nulls_in_a_configuration(api: Side) -> None:
    api.apply(api.things, thing(size=3, note="x", free={"a": 1}), "first")
    api.apply(api.things, bare(note=None, code=None, free={"a": None}), "second")
    api.apply(api.things, thing(size=None, note=None), "first", force="true")


@behaviour
def empty_values(api: Side) -> None:
    api.apply(api.things, thing(tags=[], parts=[], free={}))
    api.apply(api.things, thing(free={"a": {}}))
    api.apply(api.things, thing(parts=[{"name": "a"}]))
    api.apply(api.things, thing(parts=[]))


@behaviour
def finalizers_and_labels(api: Side) -> None:
    api.apply(api.things, thing(metadata={"finalizers": ["ex.dev/a"], "labels": {"a": "b"}}), "first")
    api.apply(
        api.things, bare() | {"metadata": {"name": "one", "finalizers": ["ex.dev/b"], "labels": {"c": "d"}}}, "second"
    )
    api.apply(api.things, thing(), "first")
    api.delete(f"{api.things}/one")
    api.apply(api.things, bare(), "second")
    api.get(f"{api.things}/one")


@behaviour
def a_deployment(api: Side) -> None:
    api.apply(api.deployments, deployment())
    value = deployment(env=[{"name": "A", "value": "1"}])
    value["spec"]["replicas"] = 3
    api.apply(api.deployments, value)
    api.merge(f"{api.deployments}/one", {"spec": {"replicas": 5}}, fieldManager="scaler")
    api.apply(api.deployments, value)
    api.apply(api.deployments, deployment())


@behaviour
def values_that_break_the_rules(api: Side) -> None:
    api.apply(api.things, thing(size=99))
    api.apply(api.things, bare(size=3))
    api.apply(api.things, thing(size=3))
    api.apply(api.things, thing(low=2, high=1))


@behaviour
def several_versions(api: Side) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "additionalProperties": {"type": "string"}}}}
    value = definition("manies", "Many", schema, selectableFields=[])
    version = {name: item for name, item in value["spec"]["versions"][0].items() if name != "storage"}
    value["spec"]["versions"].append(version | {"name": "v2", "storage": False})
    api.defined(value)
    paths = {v: f"/apis/ex.dev/{v}/namespaces/{api.namespace}/manies" for v in ("v1", "v2")}
    api.until(paths["v2"], lambda found: True)

    def many(version: str, **spec: str) -> dict[str, Any]:
        return {"apiVersion": f"ex.dev/{version}", "kind": "Many", "metadata": {"name": "one"}, "spec": spec}

    api.apply(paths["v1"], many("v1", a="1", b="2"), "first")
    api.apply(paths["v2"], many("v2", a="1", c="3"), "second")
    api.apply(paths["v2"], many("v2", a="9"), "second")
    api.apply(paths["v2"], many("v2", a="1"), "first")
    api.merge(f"{paths['v1']}/one", {"spec": {"d": "4"}}, fieldManager="third")
    api.merge(f"{paths['v2']}/one", {"spec": {"d": "5", "a": "7"}}, fieldManager="third")
    api.apply(paths["v1"], many("v2", a="1"), "first")


@behaviour
def a_list_becomes_atomic(api: Side) -> None:
    items: dict[str, Any] = {"type": "object", "properties": {"name": {"type": "string"}, "n": {"type": "integer"}}}
    parts = {"type": "array", "items": items, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    items["required"] = ["name"]
    spec = {"type": "object", "properties": {"parts": parts, "code": {"type": "string"}}}
    value = definition("shifts", "Shift", {"type": "object", "properties": {"spec": spec}}, selectableFields=[])
    api.defined(value)
    path = f"/apis/ex.dev/v1/namespaces/{api.namespace}/shifts"
    shift = {"apiVersion": "ex.dev/v1", "kind": "Shift", "metadata": {"name": "one"}}
    api.apply(path, shift | {"spec": {"parts": [{"name": "a", "n": 1}], "code": "x"}}, "first")
    api.apply(path, shift | {"spec": {"parts": [{"name": "b", "n": 1}]}}, "second")
    atomic = {"type": "array", "items": items, "x-kubernetes-list-type": "atomic"}
    versions = value["spec"]["versions"]
    schema = {"type": "object", "properties": {"spec": spec | {"properties": spec["properties"] | {"parts": atomic}}}}  # type: ignore[operator]
    versions = [versions[0] | {"schema": {"openAPIV3Schema": schema}}]
    api.changed(f"{DEFINITIONS}/shifts.ex.dev", {"spec": {"versions": versions}}, path)
    api.apply(path, shift | {"spec": {"parts": [{"name": "c"}]}}, "first")
    api.apply(path, shift | {"spec": {"parts": [{"name": "c"}]}}, "first", force="true")
    api.merge(f"{path}/one", {"spec": {"code": "y"}}, fieldManager="third")


@behaviour
def a_path_without_an_object(api: Side) -> None:
    api.request("PATCH", f"/apis/ex.dev/v1/namespaces/{api.namespace}-none/things/one", thing(), head=APPLY,
                query={"fieldManager": "x"})  # fmt: skip
    api.request("PATCH", api.things, thing(), head=APPLY, query={"fieldManager": "x"})


@behaviour
def force_in_every_spelling(api: Side) -> None:
    api.apply(api.config_maps, config_map(a="1"), "first")
    for number, force in enumerate(("false", "0", "true", "1", "odd", "")):
        api.apply(api.config_maps, config_map(a=f"{number}!"), "second", force=force)


@behaviour
def scales(api: Side) -> None:
    value = deployment()
    value["spec"]["replicas"] = 1
    api.apply(api.deployments, value, "author")
    path, query = f"{api.deployments}/one/scale", {"fieldManager": "scaler"}
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "one"}, "spec": {"replicas": 3}}
    api.request("PATCH", path, scale, head=APPLY, query=query)
    api.request("PATCH", path, scale, head=APPLY, query=query | {"force": "true"})
    api.get(f"{api.deployments}/one")
    api.apply(api.deployments, value, "author")
    api.request("PATCH", path, scale | {"spec": {"replicas": 4}}, head=APPLY, query=query)
    api.get(f"{api.deployments}/one")
    api.request("PATCH", path, scale | {"spec": {"odd": 4}}, head=APPLY, query=query)
    api.request("PATCH", path, scale | {"kind": "Deployment"}, head=APPLY, query=query)
    api.merge(path, {"spec": {"replicas": 5}}, fieldManager="other")
    api.request("PATCH", path, scale, head=APPLY, query=query)
    api.request("PATCH", path, scale, head=APPLY, query=query | {"force": "true"})
    api.get(f"{api.deployments}/one")


@behaviour
def scales_of_updated_objects(api: Side) -> None:
    value = deployment()
    value["spec"]["replicas"] = 1
    api.post(api.deployments, value, fieldManager="author")
    path, query = f"{api.deployments}/one/scale", {"fieldManager": "scaler", "force": "true"}
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "one"}, "spec": {"replicas": 3}}
    api.request("PATCH", path, scale | {"spec": {"replicas": 1}}, head=APPLY, query=query)
    api.get(f"{api.deployments}/one")
    api.request("PATCH", path, scale, head=APPLY, query=query)
    api.get(f"{api.deployments}/one")
