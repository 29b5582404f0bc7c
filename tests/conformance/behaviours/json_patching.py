"""JSON patch and JSON merge patch: what applies, what is refused, and how."""

from typing import Any

from ..samples import config_map, thing
from ..script import behaviour
from ..side import JSON_PATCH, MERGE, Side


def op(name: str, path: Any, **rest: Any) -> dict[str, Any]:
    """Return an operation; ``from_`` stands for ``from``."""
    return {"op": name, "path": path} | {key.rstrip("_"): value for key, value in rest.items()}


def born(api: Side, **spec: Any) -> str:
    """Create a thing that is not part of the behaviour."""
    api.setup(api.things, thing(**spec))
    return f"{api.things}/one"


@behaviour
def adding(api: Side) -> None:
    path = born(api, tags=["a", "c"])
    api.json_patch(path, op("add", "/spec/tags/1", value="b"))
    api.json_patch(path, op("add", "/spec/tags/-", value="d"), op("remove", "/spec/tags/0"))
    api.json_patch(path, op("add", "/spec/code", value="a"), op("add", "/spec/code", value="b"))
    api.json_patch(path, op("add", "/spec/tags/-1", value="e"), op("remove", "/spec/tags/-2"))


@behaviour
def adding_where_nothing_can_be(api: Side) -> None:
    path = born(api, tags=["a"])
    for where in ("/spec/tags/9", "/spec/tags/x", "/spec/tags/-9", "/spec/none/a", "/spec/owner/a", "/spec/tags/0/a"):
        api.json_patch(path, op("add", where, value="b"))


@behaviour
def paths_of_every_kind(api: Side) -> None:
    path = born(api, free={"a/b": 1, "m~n": 2, "~1": 3, "": 4, " ": 5})
    for where in ("/spec/free/a~1b", "/spec/free/m~0n", "/spec/free/~01", "/spec/free/", "/spec/free/ "):
        api.json_patch(path, op("test", where, value=0))
        api.json_patch(path, op("replace", where, value=9))


@behaviour
def paths_that_are_none(api: Side) -> None:
    path = born(api)
    for where in ("", "/", "spec/size", "x/spec/size", "//spec", "/spec//size", 5, None, ["spec"]):
        api.json_patch(path, op("replace", where, value=6))


@behaviour
def removing(api: Side) -> None:
    path = born(api, code="a", tags=["a"])
    api.json_patch(path, op("remove", "/spec/code"))
    api.json_patch(path, op("remove", "/spec/code"))
    api.json_patch(path, op("remove", "/spec/tags/1"))
    api.json_patch(path, op("remove", "/spec/tags/-1"))
    api.json_patch(path, op("remove", ""))


@behaviour
def replacing_what_is_not_there(api: Side) -> None:
    path = born(api, tags=["a"])
    api.json_patch(path, op("replace", "/spec/code", value="a"))
    api.json_patch(path, op("replace", "/spec/tags/1", value="b"))
    api.json_patch(path, op("replace", "/spec/none/x", value="b"))
    api.json_patch(path, op("replace", "/spec/tags/-", value="b"))


@behaviour
def replacing_the_whole(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("replace", "", value=thing(size=7)))
    api.json_patch(path, op("replace", "", value=[]))
    api.json_patch(path, op("replace", "", value="x"))
    api.json_patch(path, op("replace", "", value={}))
    api.json_patch(path, op("add", "", value={}))


@behaviour
def moving_and_copying(api: Side) -> None:
    path = born(api, free={"a": {"b": 1}, "list": [1, 2, 3]})
    api.json_patch(path, op("move", "/spec/free/c", from_="/spec/free/a/b"))
    api.json_patch(path, op("copy", "/spec/free/list/0", from_="/spec/free/list/2"))
    api.json_patch(path, op("move", "/spec/free/list/-", from_="/spec/free/list/0"))
    copied = op("copy", "/spec/free/d", from_="/spec/free/a")
    api.json_patch(path, copied, op("add", "/spec/free/d/e", value=1), op("test", "/spec/free/a/e", value=None))


@behaviour
def moving_and_copying_what_is_not_there(api: Side) -> None:
    path = born(api, free={"a": 1})
    api.json_patch(path, op("move", "/spec/free/b", from_="/spec/free/x"))
    api.json_patch(path, op("copy", "/spec/free/b", from_="/spec/free/x"))
    api.json_patch(path, op("copy", "/spec/free/b", from_="/spec/x/y"))
    api.json_patch(path, op("move", "/spec/x/y", from_="/spec/free/a"))
    api.json_patch(path, op("move", "/spec/free/b"))
    api.json_patch(path, op("copy", "/spec/free/b", from_=5))


@behaviour
def testing(api: Side) -> None:
    path = born(api, free={"a": 1, "list": [1, {"b": None}], "text": "é", "half": 0.5})
    for where, value in (
        ("/spec/free/a", 1),
        ("/spec/free/a", 1.0),
        ("/spec/free/a", "1"),
        ("/spec/free/a", True),
        ("/spec/free/list", [1, {"b": None}]),
        ("/spec/free/list", [1]),
        ("/spec/free/half", 0.5),
        ("/spec/free/none", None),
        ("/spec/free/none", 1),
        ("/spec/free", {}),
    ):
        api.json_patch(path, op("test", where, value=value))
    api.json_patch(path, {"op": "test", "path": "/spec/free/a"})
    api.json_patch(path, {"op": "test", "path": "/spec/free/none"})


@behaviour
def testing_the_whole(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("test", "", value={}))
    api.json_patch(path, op("test", "/metadata/name", value="one"), op("test", "/kind", value="Thing"))


@behaviour
def a_failed_test_undoes_what_was_before(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("replace", "/spec/size", value=7), op("test", "/spec/size", value=8))
    api.get(path)


@behaviour
def operations_that_are_none(api: Side) -> None:
    path = born(api)
    for one in (
        {"op": "odd", "path": "/spec"},
        {"path": "/spec"},
        {"op": 5, "path": "/spec"},
        {"op": None, "path": "/spec"},
        {"op": "add"},
        {"op": "add", "path": "/spec/size"},
        {},
        {"op": "replace", "path": "/spec/size", "value": 6, "odd": 1},
    ):
        api.json_patch(path, one)


@behaviour
def bodies_that_are_no_json_patch(api: Side) -> None:
    path = born(api)
    for body in (b"", b"{", b"{}", b"null", b"[", b"[]", b"[1]", b"[null]", b'"x"', b'[{"op":"add","path":"/a"},[]]'):
        api.request("PATCH", path, body, head=JSON_PATCH)


@behaviour
def too_many_operations(api: Side) -> None:
    path = born(api)
    api.json_patch(path, *[op("test", "/spec/size", value=5)] * 10_001)
    api.json_patch(path, *[op("test", "/spec/size", value=5)] * 10_000)


@behaviour
def unknown_and_repeated_members(api: Side) -> None:
    path = born(api)
    body = b'[{"op":"replace","op":"replace","path":"/spec/size","value":7,"odd":1}]'
    for directive in ("Warn", "Ignore", "Strict"):
        api.request("PATCH", path, body, head=JSON_PATCH, query={"fieldValidation": directive})
    body = b'[{"op":"add","path":"/spec/odd","value":7,"value":8}]'
    api.request("PATCH", path, body, head=JSON_PATCH, query={"fieldValidation": "Strict"})


@behaviour
def identity_is_not_patched(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("replace", "/metadata/name", value="two"))
    api.json_patch(path, op("remove", "/metadata/name"))
    api.json_patch(path, op("replace", "/metadata/namespace", value="default"))
    api.json_patch(path, op("remove", "/metadata/namespace"))
    api.json_patch(path, op("remove", "/metadata"))
    api.json_patch(path, op("replace", "/kind", value="Other"))
    api.json_patch(path, op("remove", "/kind"))
    api.json_patch(path, op("remove", "/apiVersion"))


@behaviour
def the_version_is_not_patched(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("replace", "/apiVersion", value="ex.dev/v9"))


@behaviour
def results_of_the_wrong_type(api: Side) -> None:
    path = born(api)
    api.json_patch(path, op("replace", "/spec/size", value="x"))
    api.json_patch(path, op("replace", "/spec", value="x"))
    api.json_patch(path, op("replace", "/metadata", value="x"))
    api.json_patch(path, op("add", "/metadata/labels", value={"a": 1}))


@behaviour
def results_of_the_wrong_type_of_built_in_kinds(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="1"))
    api.json_patch(f"{api.config_maps}/one", op("replace", "/data/a", value=1))
    api.json_patch(f"{api.config_maps}/one", op("replace", "/data", value=[]))


@behaviour
def versions_are_tested(api: Side) -> None:
    first = api.setup(api.things, thing()).json["metadata"]["resourceVersion"]
    path = f"{api.things}/one"
    guard = op("test", "/metadata/resourceVersion", value=first)
    api.json_patch(path, guard, op("add", "/metadata/finalizers", value=["ex.dev/a"]))
    api.json_patch(path, guard, op("add", "/metadata/finalizers/-", value="ex.dev/b"))
    api.json_patch(path, op("replace", "/metadata/resourceVersion", value=first), op("add", "/spec/code", value="a"))


@behaviour
def what_is_missing_is_not_found(api: Side) -> None:
    api.json_patch(f"{api.things}/none", op("test", "/a", value=1))
    api.request("PATCH", f"{api.things}/none", b"{", head=JSON_PATCH)
    api.request("PATCH", f"{api.things}/none", b"{", head=MERGE)


@behaviour
def status_alone_is_patched(api: Side) -> None:
    path = born(api)
    api.json_patch(f"{path}/status", op("add", "/status", value={"phase": "New"}), op("add", "/spec/size", value=9))
    api.json_patch(path, op("replace", "/status/phase", value="Done"))


@behaviour
def nulls_remove_and_are_dropped(api: Side) -> None:
    path = born(api, free={"a": {"b": 1}, "list": [1], "text": "x"})
    new = {"x": None, "y": {"z": None, "w": 1}, "list": [None, {"q": None, "r": 1}]}
    api.merge(path, {"spec": {"free": {"a": None, "new": new}}})
    api.merge(path, {"spec": {"free": {"list": {"now": None, "a": 1}, "text": {"n": None}}}})
    api.merge(path, {"spec": {"free": {"new": [{"gone": None}, None]}}})


@behaviour
def merge_patches_of_other_shapes(api: Side) -> None:
    path = born(api)
    for body in (b"", b"null", b'"x"', b"5", b"[{}]", b"{}", b'{"spec":', b'{"spec":null}', b'{"metadata":null}'):
        api.request("PATCH", path, body, head=MERGE)


@behaviour
def merge_patches_name_fields_twice(api: Side) -> None:
    path = born(api)
    body = b'{"spec":{"size":6,"size":7},"odd":1}'
    for directive in ("Warn", "Ignore", "Strict"):
        api.request("PATCH", path, body, head=MERGE, query={"fieldValidation": directive})


@behaviour
def options_of_patches(api: Side) -> None:
    path = born(api)
    api.merge(path, {"spec": {"size": 6}}, force="true")
    api.merge(path, {"spec": {"size": 6}}, dryRun="Some")
    api.merge(path, {"spec": {"size": 6}}, fieldValidation="Odd")
    api.merge(path, {"spec": {"size": 6}}, fieldManager="tab\there")


@behaviour
def media_types_that_are_none(api: Side) -> None:
    path = born(api)
    api.setup(api.config_maps, config_map(a="1"))
    for kind in ("application/json", "", "text/plain", "application/apply-patch+cbor", "Application/Merge-Patch+json"):
        api.request("PATCH", path, {}, head={"content-type": kind})
        api.request("PATCH", f"{api.config_maps}/one", {}, head={"content-type": kind})
    for kind in ("application/merge-patch+json; charset=utf-8", "application/merge-patch+json ;x"):
        api.request("PATCH", path, {}, head={"content-type": kind})
        api.request("PATCH", f"{api.config_maps}/one", {}, head={"content-type": kind})


@behaviour
def tests_go_by_the_spelling(api: Side) -> None:
    """Clients that escape what is no ASCII, as Python's do, cannot test for it; nor can anybody test for an angle bracket."""
    path = born(
        api,
        free={
            "bracket": "<a>&",
            "word": "é",
            "tab": "\t",
            "line": "\u2028",
            "one": 1,
            "half": 0.5,
            "deep": [{"a": "<", "b": None}],
        },
    )
    for name, spelling in (
        ("bracket", '"<a>&"'), ("bracket", '"\\u003ca\\u003e\\u0026"'), ("bracket", '"\\u003Ca\\u003e\\u0026"'),
        ("word", '"é"'), ("word", '"\\u00e9"'), ("tab", '"\\t"'), ("tab", '"\\u0009"'), ("line", '"\\u2028"'), ("line", '"\u2028"'),
        ("one", "1"), ("one", "1.0"), ("one", "1e0"), ("half", "0.5"), ("half", "5e-1"), ("half", " 0.5 "), ("one", '"1"'),
        ("deep", '[{"b":null,"a":"<"}]'), ("deep", '[{"b": null, "a":"\\u003c"}]'), ("none", "null"),
    ):  # fmt: skip
        body = f'[{{"op":"test","path":"/spec/free/{name}","value":{spelling}}}]'
        api.request("PATCH", path, body.encode(), head=JSON_PATCH)
    own = '[{"op":"add","path":"/spec/free/new","value":"<é"},{"op":"test","path":"/spec/free/new","value":"<é"}]'
    api.request("PATCH", path, own.encode(), head=JSON_PATCH)


@behaviour
def tests_of_a_built_in_object(api: Side) -> None:
    api.setup(api.config_maps, config_map(a="<é>"))
    for spelling in ('"<é>"', '"\\u003cé\\u003e"', '"\\u003c\\u00e9\\u003e"'):
        body = (
            f'[{{"op":"test","path":"/data/a","value":{spelling}}},{{"op":"test","path":"/kind","value":"ConfigMap"}}]'
        )
        api.request("PATCH", f"{api.config_maps}/one", body.encode(), head=JSON_PATCH)
