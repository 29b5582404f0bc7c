"""Rules that come later than the objects that they fail on: what updates leave alone is tolerated, with a warning."""

from typing import Any

from ..kinds import define, kind_of, path_of, spec_of, widget
from ..script import behaviour
from ..side import Side

_WHOLE: dict[str, Any] = {"type": "integer"}


def _schema(**rules: str) -> dict[str, Any]:
    """Return a schema with a rule at each of some places."""
    places: dict[str, Any] = {
        "a": _WHOLE,
        "b": _WHOLE,
        "list": {"type": "array", "maxItems": 5, "items": _WHOLE},
        "map": {"type": "object", "maxProperties": 5, "additionalProperties": _WHOLE},
        "keyed": {
            "type": "array",
            "maxItems": 5,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "maxLength": 9}, "value": _WHOLE},
            },
        },
    }

    def ruled(schema: dict[str, Any], name: str) -> dict[str, Any]:
        return schema | ({"x-kubernetes-validations": [{"rule": rules[name]}]} if name in rules else {})

    for name in ("list", "map", "keyed"):
        inner = "additionalProperties" if name == "map" else "items"
        places[name] = places[name] | {inner: ruled(places[name][inner], f"{name}_item")}
    properties = {name: ruled(schema, name) for name, schema in places.items()}
    properties["parts"] = {"type": "object", "properties": {"x": ruled(_WHOLE, "x"), "y": _WHOLE}}
    found = spec_of(properties)
    found["properties"]["status"] = {"type": "object", "properties": {"ready": {"type": "boolean"}}}
    found["properties"]["spec"] = ruled(found["properties"]["spec"], "spec")
    return found


_SPEC: dict[str, Any] = {
    "a": 1,
    "b": 1,
    "list": [1, 2],
    "map": {"k": 1, "l": 2},
    "keyed": [{"name": "k", "value": 1}, {"name": "l", "value": 2}],
    "parts": {"x": 1, "y": 1},
}


def _outgrown(api: Side, **rules: str) -> str:
    """Store an object, and define its kind anew with rules; return the object's path."""
    definition = kind_of(api, _schema(), subresources={"status": {}})
    path = define(api, definition)
    api.setup(path, widget(api, _SPEC))
    versions = [definition["spec"]["versions"][0] | {"schema": {"openAPIV3Schema": _schema(**rules)}}]
    api.changed(path_of(api, definition), {"spec": {"versions": versions}}, path)
    return f"{path}/one"


def _known(api: Side, one: str) -> None:
    """Wait until the server's cache has the object as it is: the real one warns of what it remembers, too."""
    api.peek(one.rpartition("/")[0])


@behaviour
def a_field_that_is_left_alone(api: Side) -> None:
    one = _outgrown(api, x="self > 1")
    api.merge(one, {"spec": {"b": 2}})
    api.merge(one, {"metadata": {"labels": {"l": "m"}}})
    api.merge(f"{one}/status", {"status": {"ready": True}})
    api.merge(one, {"spec": {"parts": {"y": 2}}})
    api.merge(one, {"spec": {"parts": {"x": 0}}})
    api.merge(one, {"spec": {"b": 3}}, dryRun="All")
    api.merge(one, {"spec": {"parts": {"x": 2}}})
    _known(api, one)
    api.merge(one, {"spec": {"b": 5}})
    api.merge(one, {})


@behaviour
def one_field_is_refused_and_another_tolerated(api: Side) -> None:
    one = _outgrown(api, a="self > 1", b="self > 1")
    api.merge(one, {"spec": {"b": 0}})
    api.merge(one, {"spec": {"b": 2}})
    _known(api, one)
    api.merge(one, {"spec": {"a": 2}})
    _known(api, one)
    api.merge(one, {"spec": {"list": []}})


@behaviour
def a_whole_that_changes(api: Side) -> None:
    one = _outgrown(api, spec="self.a > 1")
    api.merge(one, {"metadata": {"labels": {"l": "m"}}})
    api.merge(one, {"spec": {"b": 2}})
    api.merge(f"{one}/status", {"status": {"ready": True}})
    api.apply(one.rpartition("/")[0], widget(api, {"a": 1}) | {"metadata": {"name": "one"}}, force="true")


@behaviour
def values_of_maps_that_are_left_alone(api: Side) -> None:
    one = _outgrown(api, map_item="self > 1")
    api.merge(one, {"spec": {"b": 2}})
    api.merge(one, {"spec": {"map": {"l": 3}}})
    api.merge(one, {"spec": {"map": {"m": 0}}})


@behaviour
def elements_that_are_left_alone(api: Side) -> None:
    one = _outgrown(api, list_item="self > 1")
    api.merge(one, {"spec": {"b": 2}})
    api.merge(one, {"spec": {"list": [1, 2, 3]}})
    api.merge(one, {"spec": {"list": [1, 2]}})


@behaviour
def elements_with_keys_that_are_left_alone(api: Side) -> None:
    one = _outgrown(api, keyed_item="self.value > 1")
    api.merge(one, {"spec": {"b": 2}})
    api.merge(one, {"spec": {"keyed": [{"name": "k", "value": 1}, {"name": "l", "value": 3}]}})
    api.merge(one, {"spec": {"keyed": [{"name": "k", "value": 1}, {"name": "m", "value": 0}]}})


@behaviour
def rules_without_a_value(api: Side) -> None:
    one = _outgrown(api, a="1 / (self - 1) > 0", parts="true")
    api.merge(one, {"spec": {"b": 2}})
    api.merge(f"{one}/status", {"status": {"ready": True}})
    api.merge(one, {"spec": {"a": 2}})
    _known(api, one)
    api.merge(one, {"spec": {"b": 2}})


@behaviour
def transitions_that_are_left_alone(api: Side) -> None:
    one = _outgrown(api, a="self > oldSelf", b="self >= oldSelf && self > 1")
    api.merge(one, {"spec": {"map": {"l": 3}}})
    api.merge(one, {"spec": {"a": 2, "b": 2}})
