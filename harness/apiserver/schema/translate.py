"""From an OpenAPI v3 structural schema to a JSON Schema (draft 2020-12) that jsonschema-rs compiles.

The differences: ``nullable``, ``x-kubernetes-int-or-string``, boolean ``exclusiveMinimum``/``exclusiveMaximum``, and
formats that Kubernetes checks or ignores. What the validator does not know (defaults, extensions) is left out. Unknown
fields are pruned before validation, so nothing forbids them.
"""

from collections.abc import Mapping
from typing import Any, Final

from harness.apiserver.messages import Object

_COPIED: Final = (
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "maxProperties",
    "minProperties",
    "required",
    "multipleOf",
)
CHECKED_FORMATS: Final = frozenset(
    {"date-time", "date", "email", "ipv4", "ipv6", "uri", "uuid", "hostname", "duration"}
)


def translate(schema: Mapping[str, Any]) -> Object:
    """Return the JSON Schema for one structural schema and everything below it."""
    out: Object = {key: schema[key] for key in _COPIED if key in schema}
    if kinds := _types(schema):
        out["type"] = kinds[0] if len(kinds) == 1 else kinds
    _bounds(schema, out)
    if "enum" in schema:
        out["enum"] = [*schema["enum"], None] if schema.get("nullable") else schema["enum"]
    if schema.get("format") in CHECKED_FORMATS:
        out["format"] = schema["format"]
    if schema.get("properties"):
        out["properties"] = {name: translate(child) for name, child in schema["properties"].items()}
    for key in ("additionalProperties", "items", "not"):
        if isinstance(schema.get(key), dict):
            out[key] = translate(schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if schema.get(key):
            out[key] = [translate(child) for child in schema[key]]
    return out


def _types(schema: Mapping[str, Any]) -> list[str]:
    kinds = [schema["type"]] if schema.get("type") else []
    if schema.get("x-kubernetes-int-or-string"):
        kinds = ["integer", "string"]
    return [*kinds, "null"] if kinds and schema.get("nullable") else kinds


def _bounds(schema: Mapping[str, Any], out: Object) -> None:
    for name, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if name in schema:
            out[exclusive if schema.get(exclusive) else name] = schema[name]
