"""The dialect of JSON Schema that CRDs allow: keywords that are refused, what extensions require of each other, and rules.

A rule is only looked at where nothing is wrong with the schema at its place or below it: it could not be given types otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.printed import internal_schema, printed
from harness.apiserver.schema.ruleform import form_errors

Schema = Mapping[str, Any]

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
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
_META: Final = ("metadata", "kind", "apiVersion")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a schema something stands, as far as it decides what is allowed there.

    :ivar no_default: why there may be no default; nothing where there may be one.
    :ivar in_meta: within the metadata of an object, the root's or an embedded one's.
    :ivar lost: the path of the first ancestor within which an old value cannot be found.
    """

    root: bool = False
    no_default: str = ""
    in_meta: bool = False
    lost: str = ""


@dataclass(slots=True)
class Found:
    """What was found in a schema and below it; ``rules`` are the places where rules can be compiled, inner ones first."""

    errors: list[FieldError] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)

    def __iadd__(self, other: "Found") -> Self:
        self.errors += other.errors
        self.rules += other.rules
        return self


def dialect_errors(schema: Schema, path: str, *, status_subresource: bool) -> Found:
    """Return what is not allowed in a CRD's schema although it may be structural, and where there are rules to compile."""
    found = Found()
    if status_subresource:
        found.errors += _root_with_status(schema, path)
    if schema.get("nullable"):
        found.errors.append(forbidden(below(path, "nullable"), "nullable cannot be true at the root"))
    found += _walk(schema, path, Place(root=True))
    return found


def _root_with_status(schema: Schema, path: str) -> Iterator[FieldError]:
    for name, value in internal_schema(schema).items():
        if value is None or (name not in ("Default", "Example") and (value == "" or value is False)):
            continue
        if name == "Type":
            if value != "object":
                detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
                yield invalid(below(path, "type"), value, detail)
                return
        elif name not in _ROOT_WITH_STATUS.split():
            detail = f"only [{_ROOT_WITH_STATUS}] fields are allowed at the root of the schema if the status subresource is enabled"
            yield invalid(path, printed(internal_schema(schema)), detail)
            return


def _walk(schema: Schema, path: str, place: Place) -> Found:
    found = Found([*_keywords(schema, path, place)])
    inside = replace(place, root=False)
    found += _properties(schema, path, place, inside)
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(key) or []):
            found.errors += _walk(child, at(below(path, key), index), inside).errors
    if isinstance(schema.get("not"), dict):
        found.errors += _walk(schema["not"], below(path, "not"), inside).errors
    if isinstance(schema.get("items"), dict):
        lost = place.lost or ("" if schema.get("x-kubernetes-list-type") == "map" else path)
        found += _walk(schema["items"], below(path, "items"), replace(inside, lost=lost))
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        where = below(path, "x-kubernetes-preserve-unknown-fields")
        found.errors.append(invalid(where, False, "must be true or undefined"))  # noqa: FBT003
    found.errors += _map_type(schema, path)
    found.errors += _list_type(schema, path)
    found.errors += form_errors(schema, path)
    if schema.get("x-kubernetes-validations") and not found.errors:
        found.rules.append((path, place.lost))
    return found


def _properties(schema: Schema, path: str, place: Place, inside: Place) -> Found:
    found = Found()
    properties = schema.get("properties") or {}
    values = schema.get("additionalProperties")
    if values is not None:
        if properties and values is not True:
            detail = "additionalProperties and properties are mutual exclusive"
            found.errors.append(forbidden(below(path, "additionalProperties"), detail))
        if isinstance(values, dict):
            there = inside
            if place.in_meta:
                there = replace(inside, no_default="inside additionalProperties applying to object metadata")
            found += _walk(values, below(path, "additionalProperties"), there)
    embedded = schema.get("x-kubernetes-embedded-resource")
    for name, child in properties.items():
        there = inside
        if (place.root or embedded) and name in _META:
            reason = f"in top-level {name}" if place.root else place.no_default
            there = replace(there, in_meta=True, no_default=reason)
        found += _walk(child, at(below(path, "properties"), name), there)
    return found


def _keywords(schema: Schema, path: str, place: Place) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    if kind and kind not in _TYPES:
        yield not_supported(below(path, "type"), kind, _TYPES)
    if schema.get("default") is not None and place.no_default:
        yield forbidden(below(path, "default"), f"must not be set {place.no_default}")
    for name, detail in _UNSUPPORTED.items():
        if schema.get(name) or (name in ("additionalItems", "dependencies", "$ref") and schema.get(name) is not None):
            yield forbidden(below(path, name), detail)
    if kind == "null":
        yield forbidden(below(path, "type"), "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(below(path, "items"), "items must be a schema object and not an array")
    if place.in_meta and schema.get("x-kubernetes-embedded-resource"):
        yield forbidden(below(path, "x-kubernetes-embedded-resource"), "must not be used inside of resource meta")
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(below(path, "uniqueItems"), detail)


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
        yield from _map_items(schema, items or {}, keys, path)
    if kind in ("set", "map") and items and items.get("nullable"):
        where = below(below(path, "items"), "nullable")
        yield forbidden(where, f"cannot be nullable when x-kubernetes-list-type is {kind}")


def _set_items(items: Schema, path: str) -> Iterator[FieldError]:
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    if items.get("type") == "array" and (items.get("x-kubernetes-list-type") or "atomic") != "atomic":
        where = below(below(path, "items"), "x-kubernetes-list-type")
        yield invalid(where, items["x-kubernetes-list-type"], detail)
    if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        # The server prints the list type here, which is not set.
        yield invalid(below(below(path, "items"), "x-kubernetes-map-type"), items.get("x-kubernetes-list-type"), detail)


def _map_items(schema: Schema, items: Schema, keys: list[str], path: str) -> Iterator[FieldError]:
    here = below(path, "x-kubernetes-list-map-keys")
    if not keys:
        yield required(here, "must not be empty if x-kubernetes-list-type is map")
    if schema.get("items") is None:
        yield required(below(path, "items"), "must have a schema if x-kubernetes-list-type is map")
        return
    if items.get("type") != "object":
        where = below(below(path, "items"), "type")
        yield invalid(where, items.get("type", ""), "must be object if parent array's x-kubernetes-list-type is map")
    for index, key in enumerate(keys):
        if items.get("type") == "object" and key in keys[:index]:
            yield invalid(here, keys, "must not contain duplicate entries")
        yield from _key(key, items, keys, path)


def _key(key: str, items: Schema, keys: list[str], path: str) -> Iterator[FieldError]:
    found = (items.get("properties") or {}).get(key)
    if found is None:
        if items.get("type") == "object":
            detail = "entries must all be names of item properties"
            yield invalid(below(path, "x-kubernetes-list-map-keys"), keys, detail)
        return
    where = at(below(below(path, "items"), "properties"), key)
    if items.get("type") == "object" and found.get("type") in ("array", "object"):
        detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
        yield invalid(below(where, "type"), items["type"], detail)
    if key not in (items.get("required") or []) and found.get("default") is None:
        detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
        yield required(below(where, "default"), detail)
    if found.get("nullable"):
        detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
        yield forbidden(below(where, "nullable"), detail)
