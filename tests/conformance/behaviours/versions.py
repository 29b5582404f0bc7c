"""Custom kinds of several versions without a webhook, and definitions that change: what is stored, and when that counts as a change."""

from typing import Any

from ..kinds import define, kind_of, objects_of, path_of, spec_of, widget
from ..script import behaviour
from ..side import Side

_TEXT = {"type": "string"}
_BOTH = {"a": _TEXT, "b": _TEXT}
_SECOND = {"a": _TEXT, "c": _TEXT, "d": _TEXT | {"default": "by v2"}}


def _several(api: Side, first: Any, second: Any, **more: Any) -> tuple[str, str]:
    """Define a kind whose version v1 is stored and whose v2 is not; return the paths of its objects in both."""
    definition = kind_of(api, spec_of(first), **more)
    other = {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": spec_of(second)}} | more
    definition["spec"]["versions"].append(other)
    path = define(api, definition)
    beside = objects_of(api, version="v2")
    api.until(beside, lambda _: True)
    return path, beside


@behaviour
def a_patch_of_nothing_drops_what_the_version_does_not_have(api: Side) -> None:
    first, second = _several(api, _BOTH, {"a": _TEXT})
    api.post(first, widget(api, {"a": "x", "b": "y"}))
    api.merge(f"{second}/one", {})
    api.get(f"{first}/one")
    api.merge(f"{second}/one", {})
    api.merge(f"{first}/one", {})


@behaviour
def a_patch_of_nothing_through_a_version_that_has_it_all(api: Side) -> None:
    first, second = _several(api, {"a": _TEXT}, {"a": _TEXT, "c": _TEXT})
    api.post(first, widget(api, {"a": "x"}))
    api.merge(f"{second}/one", {})
    api.get(f"{first}/one")


@behaviour
def what_the_stored_version_does_not_have(api: Side) -> None:
    first, second = _several(api, {"a": _TEXT}, _SECOND)
    api.post(second, widget(api, {"a": "x", "c": "z"}, version="v2"))
    api.get(f"{second}/one")
    api.get(f"{first}/one")
    api.get(second)
    api.get(first)
    api.merge(f"{second}/one", {})
    api.merge(f"{first}/one", {})
    api.merge(f"{first}/one", {})


@behaviour
def what_the_stored_version_does_not_have_is_dropped_by_a_patch_of_nothing(api: Side) -> None:
    first, second = _several(api, {"a": _TEXT}, _SECOND)
    api.post(second, widget(api, {"a": "x", "c": "z"}, version="v2"))
    api.merge(f"{first}/one", {})
    api.merge(f"{first}/one", {})
    api.merge(f"{second}/one", {"spec": {"c": "again"}})
    api.merge(f"{second}/one", {"spec": {"c": "again"}})
    api.merge(f"{second}/one", {"spec": {"c": None}})


@behaviour
def a_default_of_one_version_is_stored_by_the_next_write_through_it(api: Side) -> None:
    first, second = _several(api, _BOTH | {"e": _TEXT | {"default": "by v1"}}, {"a": _TEXT} | {"e": _TEXT})
    api.post(second, widget(api, {"a": "x"}, version="v2"))
    api.get(f"{first}/one")
    api.get(f"{second}/one")
    api.merge(f"{second}/one", {})
    api.merge(f"{first}/one", {})
    api.merge(f"{second}/one", {})
    api.merge(f"{second}/one", {"metadata": {"labels": {"l": "m"}}})
    api.get(f"{first}/one")


@behaviour
def whole_updates_through_another_version(api: Side) -> None:
    first, second = _several(api, _BOTH, _SECOND)
    found = api.post(first, widget(api, {"a": "x", "b": "y"})).json
    body = widget(api, {"a": "x"}, version="v2")
    body["metadata"] |= {"resourceVersion": found["metadata"]["resourceVersion"]}
    api.put(f"{second}/one", body)
    api.get(f"{first}/one")
    api.post(first, widget(api, {"a": "x", "b": "y"}, name="two"))
    found = api.get(f"{second}/two").json
    api.put(f"{second}/two", found)
    api.get(f"{first}/two")


@behaviour
def watches_of_both_versions(api: Side) -> None:
    first, second = _several(api, _BOTH, _SECOND)
    api.post(first, widget(api, {"a": "x", "b": "y"}))
    since = {"resourceVersion": api.peek(first).json["metadata"]["resourceVersion"]}
    api.post(second, widget(api, {"a": "x", "c": "y"}, name="two", version="v2"))
    api.merge(f"{second}/one", {})
    api.merge(f"{first}/two", {})
    api.delete(f"{first}/one")
    api.delete(f"{first}/two")
    api.events(first, **since)
    api.events(second, **since)


@behaviour
def finalizers_go_through_another_version(api: Side) -> None:
    first, second = _several(api, _BOTH, _SECOND)
    api.post(second, widget(api, {"a": "x", "c": "y"}, version="v2", metadata={"name": "one", "finalizers": ["e.x/f"]}))
    api.delete(f"{first}/one")
    api.get(f"{second}/one")
    api.merge(f"{second}/one", {"metadata": {"finalizers": None}})
    api.get(f"{first}/one")


@behaviour
def fields_that_select_in_both_versions(api: Side) -> None:
    definition = kind_of(api, spec_of(_BOTH | {"e": _TEXT | {"default": "by v1"}}))
    other = {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": spec_of(_SECOND)}}
    definition["spec"]["versions"].append(other)
    for version, names in zip(definition["spec"]["versions"], (["a", "e"], ["a", "d"]), strict=True):
        version["selectableFields"] = [{"jsonPath": f".spec.{name}"} for name in names]
    first, second = define(api, definition), objects_of(api, version="v2")
    api.until(second, lambda _: True)
    api.post(second, widget(api, {"a": "x", "c": "y"}, version="v2"))
    api.post(first, widget(api, {"a": "x", "b": "y"}, name="two"))
    for path, name in ((first, "a"), (second, "a"), (first, "e"), (second, "d"), (first, "d"), (second, "e")):
        for value in ("x", "by v1", "by v2", ""):
            api.get(path, fieldSelector=f"spec.{name}={value}")


def _changed(api: Side, before: Any, after: Any, *, beside: Any = None, **more: Any) -> str:
    """Store an object, and change the definition; return the object's path once the new schema is at work.

    ``beside`` are fields that can be selected by from then on, ``more`` what the version has from the start.
    """
    definition = kind_of(api, spec_of(before), **more)
    path = define(api, definition)
    api.post(path, widget(api, {"a": "x", "b": "y"}))
    patch = [{"op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema", "value": spec_of(after)}]
    if beside is not None:
        patch.append({"op": "add", "path": "/spec/versions/0/selectableFields", "value": beside})
    head = {"content-type": "application/json-patch+json"}
    assert api.aside("PATCH", path_of(api, definition), patch, head).status == 200
    body = widget(api, {"a": "far too long"}, name="probe")
    for _ in range(1000):
        if api.aside("POST", path, body, dryRun="All").status == 422:
            return f"{path}/one"
    raise AssertionError("the schema has not changed")


_SHORT = _TEXT | {"maxLength": 3}


@behaviour
def a_new_default_is_stored_by_the_next_patch(api: Side) -> None:
    path = _changed(api, _BOTH, {"a": _SHORT, "b": _TEXT, "c": _TEXT | {"default": "new"}})
    api.get(path)
    api.merge(path, {})
    api.merge(path, {})


@behaviour
def a_field_that_has_gone_is_dropped_by_the_next_patch(api: Side) -> None:
    path = _changed(api, _BOTH, {"a": _SHORT})
    api.get(path)
    api.merge(path, {})
    api.merge(path, {})


@behaviour
def a_changed_definition_that_changes_nothing_of_an_object(api: Side) -> None:
    path = _changed(api, _BOTH, {"a": _SHORT, "b": _TEXT, "c": _TEXT})
    api.merge(path, {})
    api.get(path)


@behaviour
def a_new_default_and_a_whole_update(api: Side) -> None:
    path = _changed(api, _BOTH, {"a": _SHORT, "b": _TEXT, "c": _TEXT | {"default": "new"}})
    api.put(path, api.get(path).json)
    api.put(path, api.get(path).json)


@behaviour
def a_field_that_has_gone_and_an_owner_of_it(api: Side) -> None:
    path = _changed(api, _BOTH, {"a": _SHORT})
    body = widget(api, {"a": "z"})
    api.apply(path, body, manager="m")
    api.apply(path, body, manager="m")


@behaviour
def a_new_default_selects_what_was_stored_before(api: Side) -> None:
    after = {"a": _SHORT, "b": _TEXT, "c": _TEXT | {"default": "new"}}
    path = _changed(api, _BOTH | {"c": _TEXT}, after, selectableFields=[{"jsonPath": ".spec.c"}]).rpartition("/")[0]
    api.get(path, fieldSelector="spec.c=new")
    api.get(path, fieldSelector="spec.c=")


@behaviour
def a_new_selectable_field_with_a_default(api: Side) -> None:
    after = {"a": _SHORT, "b": _TEXT, "c": _TEXT | {"default": "new"}}
    path = _changed(api, _BOTH, after, beside=[{"jsonPath": ".spec.c"}]).rpartition("/")[0]
    api.get(path, fieldSelector="spec.c=new")
    api.get(path, fieldSelector="spec.c=")
