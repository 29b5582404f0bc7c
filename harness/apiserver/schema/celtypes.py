"""The type that a schema has for rules: what ``self`` is, which fields it has, how large it may be.

What the schema does not describe (unknown fields that are preserved, lists and maps of such) is not there for rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.apiserver.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)
from harness.apiserver.schema.values import escape

Schema = Mapping[str, Any]

_REQUEST_BYTES: Final = 3 * 1024 * 1024
_TIMES: Final = {"duration": (DURATION, 3, 32), "date": (TIMESTAMP, 12, 12), "date-time": (TIMESTAMP, 21, 32)}
"""For a format of strings: its type, and how many bytes it takes in JSON at least and at most."""

_SCALARS: Final = {"boolean": (BOOL, 4), "number": (DOUBLE, 1), "integer": (INT, 1)}


@dataclass(slots=True, eq=False)
class Declared:
    """The declaration of one schema for rules.

    :ivar most: how many elements (characters of a string) there may be.
    :ivar least_bytes: what it takes in JSON at least.
    """

    type: Type
    most: int = 0
    least_bytes: int = 0
    fields: "dict[str, Declared]" = field(default_factory=dict)
    element: "Declared | None" = None

    def at(self, path: tuple[str, ...]) -> int | None:
        """Return how many elements the value at a path (from ``self``) may have."""
        found: Declared | None = self
        for step in path[1:]:
            if found is None:
                return None
            if step in {"@items", "@values"}:
                found = found.element
            elif step == "@keys":
                return 0 if found.type.kind == "map" else None
            else:
                found = found.fields.get(step)
        return None if found is None else found.most

    @property
    def most_in_request(self) -> int:
        """How often such values can stand in one request."""
        return _REQUEST_BYTES // (self.least_bytes + 1)

    def structs(self) -> dict[str, dict[str, Type]]:
        """Return the fields of every struct type in this declaration, by its name."""
        found: dict[str, dict[str, Type]] = {}
        todo = [self]
        while todo:
            one = todo.pop()
            if one.type.kind == "struct":
                found[one.type.name] = {name: child.type for name, child in one.fields.items()}
            todo += [*one.fields.values(), *([one.element] if one.element else [])]
        return found


def declare(schema: Schema, name: str, *, root: bool) -> Declared | None:
    """Return the declaration of a schema, or None where rules cannot see it; ``root`` of a resource has its metadata.

    ``name`` is what its type is called; those of its fields are called after it.
    """
    if schema.get("x-kubernetes-int-or-string"):
        longest = schema.get("maxLength")
        return Declared(DYN, _REQUEST_BYTES - 2 if longest is None else max(longest, 0) * 4, 1)
    if root:
        schema = _with_metadata(schema)
    match schema.get("type"):
        case "array":
            return _array(schema, name)
        case "object":
            return _object(schema, name)
        case "string":
            return _string(schema)
        case str() as kind if kind in _SCALARS:
            found, least = _SCALARS[kind]
            return Declared(found, 0, least)
    return None


def _with_metadata(schema: Schema) -> Schema:
    text = {"type": "string"}
    properties = schema.get("properties") or {}
    own = (properties.get("metadata") or {}).get("properties") or {}
    if all((properties.get(one) or {}).get("type") == "string" for one in ("kind", "apiVersion")) and all(
        (own.get(one) or {}).get("type") == "string" for one in ("name", "generateName")
    ):
        return schema
    metadata = {"type": "object", "properties": {"name": text, "generateName": text}}
    return {**schema, "properties": {**properties, "kind": text, "apiVersion": text, "metadata": metadata}}


def _array(schema: Schema, name: str) -> Declared | None:
    items = schema.get("items")
    if not isinstance(items, dict):
        return None
    element = declare(items, f"{name}.@idx", root=bool(items.get("x-kubernetes-embedded-resource")))
    if element is None:
        return None
    most = schema.get("maxItems")
    most = (_REQUEST_BYTES - 2) // (element.least_bytes + 1) if most is None else max(most, 0)
    return Declared(list_of(element.type), most, 2, element=element)


def _object(schema: Schema, name: str) -> Declared | None:
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        element = declare(values, f"{name}.@elem", root=bool(values.get("x-kubernetes-embedded-resource")))
        if element is None:
            return None
        most = schema.get("maxProperties")
        most = (_REQUEST_BYTES - 2) // (element.least_bytes + 6) if most is None else max(most, 0)
        return Declared(map_of(STRING, element.type), most, 2, element=element)
    needed = schema.get("required") or ()
    least, fields = 2, {}
    for key, child in (schema.get("properties") or {}).items():
        escaped = escape(key)
        found = declare(child, f"{name}.{escaped}", root=bool(child.get("x-kubernetes-embedded-resource")))
        if found is None:
            continue
        if escaped:
            fields[escaped] = found
        if key in needed and child.get("default") is None:
            least += len(key) + found.least_bytes + 4
    return Declared(Type("struct", name=name), 0, least, fields)


def _string(schema: Schema) -> Declared:
    longest, shape = schema.get("maxLength"), schema.get("format") or ""
    if shape in _TIMES:
        found, least, most = _TIMES[shape]
        return Declared(found, most, least)
    if shape == "byte":
        return Declared(BYTES, _REQUEST_BYTES - 2 if longest is None else max(longest, 0), 2)
    if longest is not None:
        return Declared(STRING, max(longest, 0) * 4, 2)
    if schema.get("enum"):
        most = max((len(one.encode()) for one in schema["enum"] if isinstance(one, str)), default=0)
        return Declared(STRING, most, 2)
    return Declared(STRING, _REQUEST_BYTES - 2, 2)
