"""The dialect of JSON Schema that CRDs allow: keywords that are refused, and what extensions require of each other."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.schema.paths import at, below

Schema = Mapping[str, Any]

_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_UNSUPPORTED: Final = {
    "id": "id is not supported",
    "additionalItems": "additionalItems is not supported",
    "patternProperties": "patternProperties is not supported",
    "definitions": "definitions is not supported",
    "dependencies": "dependencies is not supported",
    "$ref": "$ref is not supported",
}
_ROOT_WITH_STATUS: Final = (
    "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern "
    "MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields "
    "XValidations"
)
_ROOT_FORBIDDEN: Final = (
    "allOf", "anyOf", "oneOf", "not", "enum", "default", "nullable", "maxProperties", "minProperties",
    "additionalProperties", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
)  # fmt: skip


def dialect_errors(schema: Schema, path: str, *, status_subresource: bool) -> Iterator[FieldError]:
    """Yield what is not allowed in a CRD's schema although it may be structural."""
    if status_subresource:
        if schema.get("type") != "object":
            detail = (
                'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
            )
            yield invalid(below(path, "type"), schema.get("type", ""), detail)
        if any(schema.get(name) for name in _ROOT_FORBIDDEN):
            detail = (
                f"only [{_ROOT_WITH_STATUS}] fields are allowed at the root of the schema if the status subresource is "
                "enabled"
            )
            yield invalid(path, schema, detail)
    if schema.get("nullable"):
        yield forbidden(below(path, "nullable"), "nullable cannot be true at the root")
    yield from _walk(schema, path, root=True, no_default="")


def _walk(schema: Schema, path: str, *, root: bool = False, no_default: str) -> Iterator[FieldError]:
    yield from _keywords(schema, path, no_default)
    properties = schema.get("properties") or {}
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        if properties:
            detail = "additionalProperties and properties are mutual exclusive"
            yield forbidden(below(path, "additionalProperties"), detail)
        yield from _walk(values, below(path, "additionalProperties"), no_default=no_default)
    for name, child in properties.items():
        inner = f"in top-level {name}" if root and name in {"metadata", "kind", "apiVersion"} else no_default
        yield from _walk(child, at(below(path, "properties"), name), no_default=inner)
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(key) or []):
            yield from _walk(child, at(below(path, key), index), no_default=no_default)
    for key in ("not", "items"):
        if isinstance(schema.get(key), dict):
            yield from _walk(schema[key], below(path, key), no_default=no_default)
    yield from _map_type(schema, path)
    yield from _list_type(schema, path)


def _keywords(schema: Schema, path: str, no_default: str) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    if kind and kind not in _TYPES:
        yield not_supported(below(path, "type"), kind, _TYPES)
    if schema.get("default") is not None and no_default:
        yield forbidden(below(path, "default"), f"must not be set {no_default}")
    for name, detail in _UNSUPPORTED.items():
        if schema.get(name):
            yield forbidden(below(path, name), detail)
    if kind == "null":
        yield forbidden(below(path, "type"), "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(below(path, "items"), "items must be a schema object and not an array")
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(below(path, "uniqueItems"), detail)
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        yield invalid(below(path, "x-kubernetes-preserve-unknown-fields"), False, "must be true or undefined")  # noqa: FBT003


def _map_type(schema: Schema, path: str) -> Iterator[FieldError]:
    kind = schema.get("x-kubernetes-map-type")
    if kind is None:
        return
    if schema.get("type") != "object":
        detail = "must be object if x-kubernetes-map-type is specified"
        where = below(path, "type")
        yield invalid(where, schema["type"], detail) if schema.get("type") else required(where, detail)
    if kind not in ("atomic", "granular"):  # a tuple: it may be anything, unhashable too
        yield not_supported(below(path, "x-kubernetes-map-type"), kind, ("atomic", "granular"))


def _list_type(schema: Schema, path: str) -> Iterator[FieldError]:
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or []
    here = below(path, "x-kubernetes-list-type")
    items = schema.get("items") if isinstance(schema.get("items"), dict) else {}
    if kind is not None and schema.get("type") != "array":
        detail = "must be array if x-kubernetes-list-type is specified"
        where = below(path, "type")
        yield invalid(where, schema["type"], detail) if schema.get("type") else required(where, detail)
    elif kind == "set" and items:
        yield from _set_items(items, path)
    if kind is not None and kind not in ("atomic", "set", "map"):  # a tuple: it may be anything, unhashable too
        yield not_supported(here, kind, ("atomic", "set", "map"))
    if keys and kind != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        yield required(here, detail) if kind is None else invalid(here, kind, detail)
    if kind == "map":
        yield from _map_items(items or {}, keys, path)
    if kind in ("set", "map") and items and items.get("nullable"):
        where = below(below(path, "items"), "nullable")
        yield forbidden(where, f"cannot be nullable when x-kubernetes-list-type is {kind}")


def _set_items(items: Schema, path: str) -> Iterator[FieldError]:
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    if items.get("type") == "array" and items.get("x-kubernetes-list-type", "atomic") != "atomic":
        where = below(below(path, "items"), "x-kubernetes-list-type")
        yield invalid(where, items["x-kubernetes-list-type"], detail)
    if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        # The server prints the list type here, which is not set.
        yield invalid(below(below(path, "items"), "x-kubernetes-map-type"), None, detail)


def _map_items(items: Schema, keys: list[str], path: str) -> Iterator[FieldError]:
    here = below(path, "x-kubernetes-list-map-keys")
    if not keys:
        yield required(here, "must not be empty if x-kubernetes-list-type is map")
    if not items:
        yield required(below(path, "items"), "must have a schema if x-kubernetes-list-type is map")
        return
    if items.get("type") != "object":
        where = below(below(path, "items"), "type")
        yield invalid(where, items.get("type", ""), "must be object if parent array's x-kubernetes-list-type is map")
        return
    properties, needed = items.get("properties") or {}, items.get("required") or []
    for index, key in enumerate(keys):
        where = at(below(below(path, "items"), "properties"), key)
        if key not in properties:
            yield invalid(here, keys, "entries must all be names of item properties")
            continue
        if properties[key].get("type") in ("array", "object"):  # a tuple: it may be anything, unhashable too
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            yield invalid(below(where, "type"), items["type"], detail)
        if key in keys[:index]:
            yield invalid(here, keys, "must not contain duplicate entries")
        if key not in needed and properties[key].get("default") is None:
            detail = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            )
            yield required(below(where, "default"), detail)
        if properties[key].get("nullable"):
            detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
            yield forbidden(below(where, "nullable"), detail)
