"""What the decoder makes of objects of built-in kinds: types checked, values in their canonical form, nothing empty kept."""

from typing import Any

from ..samples import config_map, deployment, thing
from ..script import behaviour
from ..side import Side


def _typed(api: Side, plural: str, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        api.post(api.core(plural), {"metadata": {"name": "one"}} | body, dryRun="All")


@behaviour
def config_maps_of_wrong_types(api: Side) -> None:
    _typed(api, "configmaps", {"data": 1}, {"data": {"a": 1}}, {"data": []}, {"data": {"a": None}}, {"immutable": "x"})
    _typed(api, "configmaps", {"binaryData": {"a": 1}}, {"data": 1, "binaryData": 2}, {"immutable": 1})


@behaviour
def metadata_of_wrong_types(api: Side) -> None:
    for metadata in (
        1,
        [],
        "x",
        {"name": 1},
        {"labels": 1},
        {"labels": {"a": 1}},
        {"labels": {"a": None}, "name": "x"},
        {"annotations": []},
        {"finalizers": "x"},
        {"finalizers": [1]},
        {"ownerReferences": {}},
        {"ownerReferences": [1]},
        {"ownerReferences": [{"controller": "x"}]},
        {"ownerReferences": [{"uid": 1}]},
        {"generation": "x"},
        {"generation": 1.5},
        {"deletionGracePeriodSeconds": 1.5},
        {"managedFields": [{"time": 5}]},
        {"managedFields": {}},
    ):
        api.post(api.config_maps, {"metadata": metadata})
        api.post(api.things, thing() | {"metadata": metadata})


@behaviour
def times_that_are_none(api: Side) -> None:
    for text in (
        "yesterday",
        "",
        "2026",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:61:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00+25:00",
        "26-01-01T00:00:00Z",
        '20"6',
    ):
        api.post(api.config_maps, {"metadata": {"name": "x", "creationTimestamp": text}})
    api.post(api.config_maps, {"metadata": {"name": "x", "creationTimestamp": 5}})


@behaviour
def times_in_their_canonical_form(api: Side) -> None:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
    for number, text in enumerate(
        (
            "2026-01-02T03:04:05.678901Z",
            "2026-01-02T03:04:05.678901+02:00",
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.6Z",
            "2026-01-02T03:04:05.6789012Z",
            None,
        )
    ):
        answer = api.aside("POST", path, {"metadata": {"name": f"n{number}"}, "spec": {"renewTime": text}})
        api.transcript.append(
            {"asked": str(text), "found": answer.json.get("spec"), "said": answer.json.get("message")}
        )


@behaviour
def bytes_that_are_no_base64(api: Side) -> None:
    for text in (
        "!!",
        "a",
        "ab",
        "abc",
        "abcde",
        "abc=",
        "ab==",
        "ab=c",
        "=",
        "a===",
        "abcd=",
        "ab==cd",
        "aGk\n=",
        "a b",
        "",
    ):
        answer = api.aside("POST", api.core("secrets"), {"metadata": {"generateName": "s-"}, "data": {"k": text}})
        api.transcript.append({"asked": text, "found": answer.json.get("data"), "said": answer.json.get("message")})


@behaviour
def a_json_patch_that_leaves_two_faults(api: Side) -> None:
    """What it wrote to comes in the order of names, and the first fault is told: not that of the metadata."""
    api.post(api.core("secrets"), {"metadata": {"name": "one"}, "data": {"z": "aGk="}})
    path = f"{api.core('secrets')}/one"
    copied = {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations"}
    api.json_patch(path, copied, {"op": "add", "path": "/data/d", "value": "!"})
    api.json_patch(path, copied, {"op": "add", "path": "/type", "value": 1})
    api.json_patch(path, copied, {"op": "add", "path": "/metadata/labels", "value": 1})
    api.json_patch(path, {"op": "add", "path": "/metadata/labels", "value": 1}, copied)
    api.json_patch(path, {"op": "add", "path": "/data/z", "value": "!"}, {"op": "add", "path": "/data/a", "value": 1})


def _container(**fields: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "a", "image": "b"} | fields]}}


@behaviour
def numbers_of_wrong_types(api: Side) -> None:
    probes = ({"periodSeconds": 1.5}, {"periodSeconds": 99999999999}, {"periodSeconds": "1"}, {"periodSeconds": True})
    _typed(api, "pods", *(_container(livenessProbe=probe) for probe in probes))
    _typed(
        api, "pods", {"spec": {"terminationGracePeriodSeconds": "x", "containers": {}}}, {"spec": {"priority": -1.5}}
    )


@behaviour
def ports_of_wrong_types(api: Side) -> None:
    for port in (True, 1.5, [], {}, 99999999999):
        _typed(api, "pods", _container(livenessProbe={"httpGet": {"port": port}}))


@behaviour
def quantities_of_wrong_types(api: Side) -> None:
    for amount in ("x", "", "1x", "1.5.5", True, [], {}, "--1", "1e", "Ki"):
        _typed(api, "pods", _container(resources={"limits": {"cpu": amount}}))


@behaviour
def quantities_in_their_canonical_form(api: Side) -> None:
    for amount in (
        "0.5",
        "1500m",
        "1024Mi",
        3,
        2.5,
        "1e3",
        " 7 ",
        "0.10",
        None,
        "Ki",
        "m",
        "-",
        ".",
        "1e-3",
        "1.5Gi",
        "1000000",
    ):
        body = {"metadata": {"name": "one"}} | _container(resources={"requests": {"memory": amount}})
        answer = api.aside("POST", api.core("pods"), body, dryRun="All")
        found = answer.json["spec"]["containers"][0]["resources"] if answer.status == 201 else None
        api.transcript.append({"asked": str(amount), "found": found, "said": answer.json.get("message")})


@behaviour
def structs_of_wrong_types(api: Side) -> None:
    _typed(
        api, "pods", {"spec": []}, {"spec": "x"}, {"spec": {"securityContext": 1}}, {"spec": {"nodeSelector": {"a": 1}}}
    )
    _typed(
        api,
        "pods",
        {"spec": {"volumes": [{"name": "v", "emptyDir": 1}]}},
        {"spec": {"volumes": [{"hostPath": {"path": 2}}]}},
    )
    _typed(
        api,
        "pods",
        {"spec": {"restartPolicy": 1}},
        {"spec": {"hostNetwork": "x"}},
        {"status": {"phase": 1}},
        {"kind": 5},
    )


@behaviour
def the_first_of_several_faults(api: Side) -> None:
    _typed(api, "pods", {"spec": {"hostNetwork": "x", "hostPID": "y"}, "metadata": {"name": 1}})
    _typed(api, "pods", _container(ports=[{"hostPort": "x"}], resources={"limits": {"cpu": "y"}}))


@behaviour
def empty_values_are_left_out(api: Side) -> None:
    empty = {
        "name": "one",
        "labels": {},
        "annotations": None,
        "finalizers": [],
        "ownerReferences": [],
        "generateName": "",
    }
    api.post(api.config_maps, {"metadata": empty, "data": {}, "binaryData": None, "immutable": None})
    api.post(api.things, thing(metadata=empty))


@behaviour
def what_is_written_although_it_is_empty(api: Side) -> None:
    roles = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.namespace}/roles"
    api.post(roles, {"metadata": {"name": "none"}})
    api.post(
        roles, {"metadata": {"name": "verbless"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["x"]}]}
    )
    api.get(f"{roles}/none")


@behaviour
def another_kind(api: Side) -> None:
    for kind, version in (
        ("Secret", "v1"),
        ("Odd", "v1"),
        ("ConfigMap", "v2"),
        ("Deployment", "apps/v1"),
        ("ConfigMap", "a/b/c"),
        ("ConfigMap", "x/"),
        ("ConfigMap", "apps/v1"),
        ("", ""),
        (None, None),
        (1, "v1"),
        ("ConfigMap", []),
    ):
        api.post(api.config_maps, config_map() | {"kind": kind, "apiVersion": version}, dryRun="All")


@behaviour
def another_kind_of_custom_object(api: Side) -> None:
    for kind, version in (
        ("Other", "ex.dev/v1"),
        ("Thing", "ex.dev/v2"),
        ("Thing", "v1"),
        ("Thing", ""),
        ("", "ex.dev/v1"),
        (None, None),
        (1, "v1"),
        ("Thing", "a/b/c"),
    ):
        api.post(api.things, thing() | {"kind": kind, "apiVersion": version}, dryRun="All")


@behaviour
def whole_numbers_with_a_fraction(api: Side) -> None:
    text = b'{"x":1.0,"y":1e3,"z":1.5,"big":123456789012345678901234567890,"small":1e-7}'
    body = (
        b'{"apiVersion":"ex.dev/v1","kind":"Thing","metadata":{"name":"one"},"spec":{"owner":"a","size":2.0,"free":%s}}'
    )
    answer = api.post(api.things, body % text)
    api.transcript.append(
        {"asked": "types", "found": {key: type(one).__name__ for key, one in answer.json["spec"]["free"].items()}}
    )


@behaviour
def options_of_a_deletion(api: Side) -> None:
    path = f"{api.config_maps}/none"
    for body in (
        b"{",
        b"[]",
        b"5",
        b"null",
        {"kind": "Odd"},
        {"kind": "DeleteOptions", "apiVersion": "v2"},
        {"kind": "Pod", "apiVersion": "v1"},
        {"propagationPolicy": 5},
        {"propagationPolicy": "Odd"},
        {"propagationPolicy": "Orphan", "orphanDependents": True},
        {"orphanDependents": "x"},
        {"preconditions": 5},
        {"preconditions": {"uid": 5}},
        {"gracePeriodSeconds": "x"},
        {"dryRun": "All"},
        {"dryRun": ["Odd"]},
        {"odd": 1},
    ):
        api.delete(path, body)
    for query in (
        {"propagationPolicy": "Odd"},
        {"gracePeriodSeconds": "x"},
        {"dryRun": "Odd"},
        {"orphanDependents": "x"},
    ):
        api.delete(path, **query)
    api.request("DELETE", path, {}, head={"content-type": "text/plain"})
    api.request("DELETE", path, b"propagationPolicy: Odd", head={"content-type": "application/yaml"})


@behaviour
def what_a_merge_leaves_that_cannot_be_read(api: Side) -> None:
    """Shown in the order of names where the patch has looked, and as it was elsewhere; so is the first fault looked for."""
    api.setup(api.deployments, deployment())
    api.setup(api.config_maps, config_map(b="1", a="2"))
    for path, patch in (
        (f"{api.config_maps}/one", {"data": {"z": 1, "c": [], "a": None}}),
        (f"{api.config_maps}/one", {"immutable": "x", "data": 5, "binaryData": []}),
        (f"{api.config_maps}/one", {"metadata": {"labels": {"z": {"y": None, "x": 1}}, "annotations": 5}, "data": {}}),
        (f"{api.config_maps}/one", {"kind": None}),
        (f"{api.config_maps}/one", {"kind": {"b": 1, "a": 2}}),
        (f"{api.deployments}/one", {"spec": {"replicas": "x", "paused": 5}}),
        (
            f"{api.deployments}/one",
            {"spec": {"template": {"spec": {"containers": [{"name": 5, "image": 6, "args": None}]}}}},
        ),
        (
            f"{api.deployments}/one",
            {"spec": {"template": {"spec": {"zz": 1, "containers": {"b": 1, "a": 2}}, "aa": 1}}},
        ),
        (f"{api.deployments}/one", {"status": {"replicas": "x"}, "spec": {"selector": [{"b": 1, "a": None}]}}),
        (api.things + "/none", {"spec": 5}),
    ):
        for directive in ("Strict", "Ignore"):
            api.merge(path, patch, fieldValidation=directive)


@behaviour
def what_a_merge_leaves_of_a_custom_object(api: Side) -> None:
    api.setup(api.things, thing(size=3, free={"b": 1, "a": {"z": 1, "y": 2}}))
    for patch in (
        {"metadata": {"labels": {"z": 1, "y": 2}}},
        {"metadata": {"annotations": [], "labels": 5}, "spec": {"free": {"c": 1}}},
        {"metadata": {"finalizers": "x"}},
        {"kind": 5},
        {"spec": {"free": {"b": None}, "odd": 1}, "zz": {"b": 1, "a": [{"d": 1, "c": None}]}},
    ):
        for directive in ("Strict", "Ignore"):
            api.merge(f"{api.things}/one", patch, fieldValidation=directive, dryRun="All")
