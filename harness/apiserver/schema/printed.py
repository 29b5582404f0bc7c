"""Schemas as the server prints them in refusals: its internal Go structures, every field, in the order of their declaration.

Clients see ``{"Rule":"self.a","Message":"",…}`` where they wrote ``{"rule": "self.a"}``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.apiserver.fields import Printed
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Json

_TEXTS: Final = frozenset({"ID", "Schema", "Description", "Type", "Format", "Title", "Pattern"})
_FLAGS: Final = frozenset(
    {"Nullable", "ExclusiveMaximum", "ExclusiveMinimum", "UniqueItems", "XEmbeddedResource", "XIntOrString"}
)
_NAMES: Final[Mapping[str, str]] = {
    "ID": "id",
    "Schema": "$schema",
    "Ref": "$ref",
    **{name: name[0].lower() + name[1:] for name in (
        "Description", "Type", "Nullable", "Format", "Title", "Default", "Maximum", "ExclusiveMaximum", "Minimum",
        "ExclusiveMinimum", "MaxLength", "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Enum",
        "MaxProperties", "MinProperties", "Required", "Items", "AllOf", "OneOf", "AnyOf", "Not", "Properties",
        "AdditionalProperties", "PatternProperties", "Dependencies", "AdditionalItems", "Definitions", "ExternalDocs", "Example",
    )},
    "XPreserveUnknownFields": "x-kubernetes-preserve-unknown-fields",
    "XEmbeddedResource": "x-kubernetes-embedded-resource",
    "XIntOrString": "x-kubernetes-int-or-string",
    "XListMapKeys": "x-kubernetes-list-map-keys",
    "XListType": "x-kubernetes-list-type",
    "XMapType": "x-kubernetes-map-type",
    "XValidations": "x-kubernetes-validations",
}  # fmt: skip
"""The fields of a schema: as they are declared, and as JSON calls them."""


def printed(value: Json) -> Printed:
    """Return a value (from this module, or plain JSON) as Go's ``json.Marshal`` prints it."""
    text = dumps(value).decode()
    return Printed(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def internal_rule(rule: Mapping[str, Any]) -> dict[str, Json]:
    """Return one entry of ``x-kubernetes-validations`` in its internal form."""
    return {
        "Rule": rule.get("rule", ""),
        "Message": rule.get("message", ""),
        "MessageExpression": rule.get("messageExpression", ""),
        "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath", ""),
        "OptionalOldSelf": rule.get("optionalOldSelf"),
    }


def internal_schema(schema: Mapping[str, Any]) -> dict[str, Json]:
    """Return a schema in its internal form."""
    return {go: _field(go, schema.get(name)) for go, name in _NAMES.items()}


def _field(go: str, value: Json) -> Json:
    if go in _TEXTS:
        return value or ""
    if go in _FLAGS:
        return bool(value)
    if value is None or go not in _INNER:
        return value
    return _INNER[go](value)


def _several(schemas: list[Json]) -> Json:
    return [internal_schema(one) for one in schemas]


def _named(schemas: dict[str, Json]) -> Json:
    return {name: internal_schema(schemas[name]) for name in sorted(schemas)}


def _items(value: Json) -> Json:
    if isinstance(value, list):
        return {"Schema": None, "JSONSchemas": _several(value)}
    return {"Schema": internal_schema(value), "JSONSchemas": None}


def _or_bool(value: Json) -> Json:
    if isinstance(value, bool):
        return {"Allows": value, "Schema": None}
    return {"Allows": True, "Schema": internal_schema(value)}


_INNER: Final[Mapping[str, Callable[[Any], Json]]] = {
    **dict.fromkeys(("AllOf", "OneOf", "AnyOf"), _several),
    "Not": internal_schema,
    **dict.fromkeys(("Properties", "PatternProperties", "Definitions"), _named),
    "Items": _items,
    **dict.fromkeys(("AdditionalProperties", "AdditionalItems"), _or_bool),
    "ExternalDocs": lambda docs: {"Description": docs.get("description", ""), "URL": docs.get("url", "")},
    "XValidations": lambda rules: [internal_rule(one) for one in rules],
}
"""The fields that hold schemas or structures of their own."""
