"""Schemas in definitions that are refused: not structural, or outside of the dialect."""

from typing import Any

from ..kinds import kind_of, spec_of
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import Side

TEXT = {"type": "string"}


def refused(api: Side, *schemas: Any, status: bool = False) -> None:
    """Post definitions with these schemas."""
    for schema in schemas:
        more = {"subresources": {"status": {}}} if status else {}
        api.post(DEFINITIONS, kind_of(api, schema, **more), dryRun="All")


def fields_refused(api: Side, *fields: Any) -> None:
    """Post one definition for each field of a spec."""
    refused(api, *(spec_of({"f": field}) for field in fields))


@behaviour
def types_are_missing(api: Side) -> None:
    refused(api, {"properties": {"spec": {"type": "object"}}}, {"type": "array", "items": TEXT}, {"type": "string"})
    fields_refused(api, {}, {"type": "array"}, {"type": "array", "items": {}}, {"type": "text"}, {"type": "null"})


@behaviour
def keywords_that_are_not_supported(api: Side) -> None:
    fields_refused(api, TEXT | {"$ref": "x"}, TEXT | {"id": "x"}, TEXT | {"$schema": "x"})
    fields_refused(
        api, {"type": "object", "patternProperties": {"a": TEXT}}, {"type": "object", "definitions": {"a": TEXT}}
    )
    fields_refused(api, {"type": "object", "dependencies": {"a": ["b"]}})
    fields_refused(api, {"type": "array", "items": TEXT, "additionalItems": True}, {"type": "array", "items": [TEXT]})
    fields_refused(api, {"type": "array", "items": TEXT, "uniqueItems": True})


@behaviour
def groups_that_specify(api: Side) -> None:
    for more in (
        {"type": "string"},
        {"default": "x"},
        {"title": "x", "description": "y"},
        {"nullable": True},
        {"additionalProperties": TEXT},
        {"x-kubernetes-preserve-unknown-fields": True, "x-kubernetes-embedded-resource": True},
        {"x-kubernetes-int-or-string": True},
        {"x-kubernetes-list-type": "set", "x-kubernetes-map-type": "atomic", "x-kubernetes-list-map-keys": ["a"]},
        {"x-kubernetes-validations": [{"rule": "true"}]},
        {"properties": {"metadata": {"minLength": 1}}},
        {"pattern": "("},
    ):
        fields_refused(api, {"type": "object", "anyOf": [more]})
    fields_refused(api, {"type": "string", "allOf": [{"not": {"type": "string"}}], "oneOf": [{"type": "string"}]})


@behaviour
def groups_that_go_beyond_the_structure(api: Side) -> None:
    fields_refused(api, {"type": "object", "allOf": [{"properties": {"b": {"minimum": 1}}}]})
    fields_refused(api, {"type": "string", "not": {"items": {"minLength": 1}}})
    fields_refused(
        api, {"type": "object", "anyOf": [{"required": ["a"]}, {"oneOf": [{"properties": {"a": {"enum": [1]}}}]}]}
    )


@behaviour
def maps_and_structs(api: Side) -> None:
    refused(api, {"type": "object", "additionalProperties": TEXT}, {"type": "object", "additionalProperties": False})
    fields_refused(api, {"type": "object", "properties": {"a": TEXT}, "additionalProperties": TEXT})
    fields_refused(api, {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False})


@behaviour
def extensions(api: Side) -> None:
    fields_refused(
        api,
        {"x-kubernetes-int-or-string": True, "x-kubernetes-preserve-unknown-fields": True},
        {"x-kubernetes-int-or-string": True, "type": "string"},
        {"type": "string", "x-kubernetes-embedded-resource": True},
        {"type": "object", "x-kubernetes-embedded-resource": True},
        {"x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
        {"type": "object", "x-kubernetes-preserve-unknown-fields": False},
        {"type": "object", "x-kubernetes-embedded-resource": True, "additionalProperties": TEXT},
    )


@behaviour
def metadata_in_schemas(api: Side) -> None:
    for metadata in (
        {"type": "object", "properties": {"name": {"type": "string", "maxLength": 5}}},
        {"type": "object", "properties": {"labels": {"type": "object"}}},
        {"type": "object", "minProperties": 1},
        {"type": "string"},
    ):
        refused(api, {"type": "object", "properties": {"metadata": metadata}})
    refused(
        api,
        {
            "type": "object",
            "properties": {"kind": {"type": "integer"}, "apiVersion": {"type": "string", "default": "v1"}},
        },
    )


@behaviour
def embedded_metadata_in_schemas(api: Side) -> None:
    embedded = {"type": "object", "x-kubernetes-embedded-resource": True}
    nested = {"type": "object", "properties": {"x": embedded | {"x-kubernetes-preserve-unknown-fields": True}}}
    fields_refused(api, embedded | {"properties": {"metadata": nested, "kind": {"type": "integer"}}})
    labels = {"type": "object", "additionalProperties": {"type": "string", "default": "x"}}
    metadata = {"type": "object", "properties": {"labels": labels}}
    fields_refused(api, embedded | {"properties": {"metadata": metadata, "apiVersion": TEXT, "kind": TEXT}})


@behaviour
def lists_and_their_types(api: Side) -> None:
    array = {"type": "array", "items": TEXT}
    for more in (
        {"x-kubernetes-list-type": "odd"},
        {"x-kubernetes-list-map-keys": ["a"]},
        {"x-kubernetes-list-type": "set", "x-kubernetes-list-map-keys": ["a"]},
        {"x-kubernetes-list-type": "map"},
        {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]},
        {"x-kubernetes-list-type": "set", "items": TEXT | {"nullable": True}},
        {"x-kubernetes-list-type": "set", "items": {"type": "object", "properties": {"a": TEXT}}},
        {"x-kubernetes-list-type": "set", "items": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"}},
    ):
        fields_refused(api, array | more)
    fields_refused(api, {"type": "object", "x-kubernetes-list-type": "set"}, {"x-kubernetes-list-type": "set"})


@behaviour
def keys_of_map_lists(api: Side) -> None:
    for keys, properties, needed in (
        (["a"], {"a": TEXT}, []),
        (["a"], {"a": TEXT | {"nullable": True}}, ["a"]),
        (["a", "a"], {"a": TEXT}, ["a"]),
        (["b"], {"a": TEXT}, ["a"]),
        (["a"], {"a": {"type": "object"}}, ["a"]),
        (["a"], {"a": TEXT | {"default": "x"}}, []),
    ):
        items = {"type": "object", "properties": properties} | ({"required": needed} if needed else {})
        fields_refused(
            api, {"type": "array", "items": items, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
        )


@behaviour
def maps_and_their_types(api: Side) -> None:
    fields_refused(
        api,
        {"type": "object", "x-kubernetes-map-type": "odd"},
        {"type": "string", "x-kubernetes-map-type": "atomic"},
        {"x-kubernetes-int-or-string": True, "x-kubernetes-map-type": "atomic"},
    )


@behaviour
def patterns(api: Side) -> None:
    for pattern in ("(?=a)", "(a", "[a", "a**", "*a", "a{2,1}", "\\q", "[b-a]", "a\\", "[[:odd:]]", ")", "x{2}{3}"):
        fields_refused(api, TEXT | {"pattern": pattern})


@behaviour
def defaults_that_do_not_fit(api: Side) -> None:
    fields_refused(
        api,
        {"type": "integer", "default": "x"},
        TEXT | {"default": "abc", "maxLength": 2},
        TEXT | {"default": "abc", "enum": ["a"], "pattern": "^b"},
        {"type": "object", "properties": {"a": TEXT}, "default": {"a": 1, "b": 2}},
        {"type": "object", "properties": {"a": TEXT}, "default": {"b": {"c": 2}}},
        {"type": "array", "items": {"type": "integer"}, "default": [1, "x"]},
        {"type": "object", "required": ["a"], "properties": {"a": TEXT}, "default": {}},
    )


@behaviour
def defaults_in_odd_places(api: Side) -> None:
    refused(
        api,
        {"type": "object", "default": {}},
        {"type": "object", "properties": {"metadata": {"type": "object", "default": {}}}},
    )
    fields_refused(api, {"type": "object", "additionalProperties": TEXT | {"default": "x"}})
    embedded = {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}
    fields_refused(
        api, embedded | {"default": {"kind": "X"}}, embedded | {"default": {"kind": "X", "apiVersion": "v1", "x": 1}}
    )


@behaviour
def roots_with_a_status(api: Side) -> None:
    refused(api, {"type": "object", "minProperties": 1}, {"type": "object", "nullable": True}, status=True)
    refused(api, {"x-kubernetes-preserve-unknown-fields": True}, {"type": "object", "default": {}}, status=True)
    refused(api, {"type": "object", "oneOf": [{"required": ["spec"]}]}, status=True)
