"""What a schema must be to be accepted: structural (KEP-1979), in the subset of JSON Schema that CRDs allow.

`schema_errors` collects what the real server reports for one ``openAPIV3Schema``, in three steps of which each waits for
the one before: structure, the dialect (``dialect.py``), and whether rules compile.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, forbidden, invalid, required
from harness.apiserver.regex import PatternError, compile_pattern
from harness.apiserver.schema.defaultcheck import default_errors
from harness.apiserver.schema.dialect import dialect_errors
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.rulecheck import rule_errors

Schema = Mapping[str, Any]

_INT_OR_STRING: Final = [{"type": "integer"}, {"type": "string"}]
_EMPTY_TYPE: Final = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_NESTED_FORBIDDEN: Final = {
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    "x-kubernetes-preserve-unknown-fields": "must be false to be structural",
    "x-kubernetes-embedded-resource": "must be false to be structural",
    "x-kubernetes-int-or-string": "must be false to be structural",
    "x-kubernetes-list-map-keys": "must be empty to be structural",
    "x-kubernetes-list-type": "must be undefined to be structural",
    "x-kubernetes-map-type": "must be undefined to be structural",
    "x-kubernetes-validations": "must be empty to be structural",
}


def schema_errors(schema: Schema, path: str, *, status_subresource: bool, unchanged: bool = False) -> list[FieldError]:
    """Return what is wrong with an ``openAPIV3Schema`` at ``path`` of its CRD; an empty list accepts it.

    Of a schema that is ``unchanged`` in an update, the cost of a single rule is not held against it.
    """
    if malformed := list(_malformed(schema, path)):
        return malformed
    problem = _unsupported(schema)
    structure: list[FieldError] = []
    if not problem:
        structure = sorted([*_invariants(schema, "root", path), *_completeness(schema, path)], key=str)
        structure = structure or list(default_errors(schema, path))
    found = dialect_errors(schema, path, status_subresource=status_subresource)
    errors = structure + found.errors
    if not structure and not problem:
        errors += rule_errors(schema, path, found.rules, unchanged=unchanged)
    return errors or ([invalid(path, "", problem)] if problem else [])


def _unsupported(schema: Schema) -> str:
    """Return why a schema cannot even be looked at as a structural one, or nothing."""
    for name in ("id", "$schema", "$ref", "patternProperties", "dependencies", "additionalItems", "definitions"):
        value = schema.get(name)
        if value or (name == "additionalItems" and value is not None):
            return f"OpenAPIV3Schema '{name.removeprefix('$') if name == '$schema' else name}' is not supported"
    if isinstance(schema.get("items"), list):
        return "OpenAPIV3Schema 'items' must be a schema, but is an array"
    return next(filter(None, (_unsupported(child) for _, child in _subschemas(schema, ""))), "")


_FORMS: Final[Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "type": (str, "must be a string"),
    "format": (str, "must be a string"),
    "pattern": (str, "must be a string"),
    "enum": (list, "must be a list"),
    "required": (list, "must be a list of strings"),
    "properties": (dict, "must be an object"),
    "x-kubernetes-list-map-keys": (list, "must be a list of strings"),
    "x-kubernetes-validations": (list, "must be a list"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), (list, "must be a list")),
    **dict.fromkeys(
        ("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"),
        (int, "must be an integer"),
    ),
    **dict.fromkeys(("maximum", "minimum", "multipleOf"), ((int, float), "must be a number")),
}
_STRINGS: Final = ("required", "x-kubernetes-list-map-keys")


def _malformed(schema: Any, path: str) -> Iterator[FieldError]:
    """Yield where the document is not even shaped like a schema, so that the checks below may rely on it."""
    if not isinstance(schema, dict):
        yield invalid(path, schema, "must be an object")
        return
    wrong = []
    for key, (kind, detail) in _FORMS.items():
        value = schema.get(key)
        good = value is None or (isinstance(value, kind) and not isinstance(value, bool))
        if good and key in _STRINGS and value:
            good = all(isinstance(one, str) for one in value)
        if not good:
            wrong.append(invalid(below(path, key), value, detail))
    yield from wrong
    if not wrong:
        for where, child in _subschemas(schema, path):
            yield from _malformed(child, where)


def _subschemas(schema: Schema, path: str) -> Iterator[tuple[str, Any]]:
    for name, child in (schema.get("properties") or {}).items():
        yield at(below(path, "properties"), name), child
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(key) or []):
            yield at(below(path, key), index), child
    for key in ("not", "additionalProperties", "items"):
        child = schema.get(key)
        if child is not None and not isinstance(child, bool | list):
            yield below(path, key), child


def _additional(schema: Schema) -> Schema | None:
    value = schema.get("additionalProperties")
    return value if isinstance(value, dict) else None


def _invariants(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    items, properties = schema.get("items"), schema.get("properties") or {}
    if kind == "array" and items is None:
        yield required(below(path, "items"), "must be specified")
    if isinstance(items, dict):
        yield from _invariants(items, "item", below(path, "items"))
    for name, child in properties.items():
        yield from _invariants(child, "field", at(below(path, "properties"), name))
    if schema.get("additionalProperties") is not None:
        if level == "root":
            yield forbidden(below(path, "additionalProperties"), "must not be used at the root")
        if (values := _additional(schema)) is not None:
            yield from _invariants(values, "field", below(path, "additionalProperties"))
    yield from _extensions(schema, path)
    yield from _groups(schema, path)
    yield from _type(schema, kind, level, path)
    if level == "root" or schema.get("x-kubernetes-embedded-resource"):
        yield from _type_meta(properties, level, path)


def _extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    if schema.get("x-kubernetes-int-or-string"):
        for name in ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"):
            if schema.get(name):
                yield invalid(below(path, name), True, "must be false if x-kubernetes-int-or-string is true")  # noqa: FBT003
    if schema.get("x-kubernetes-embedded-resource"):
        if schema.get("additionalProperties") is not None:
            detail = "must not be used if x-kubernetes-embedded-resource is set"
            yield forbidden(below(path, "additionalProperties"), detail)
        if not schema.get("properties") and not schema.get("x-kubernetes-preserve-unknown-fields"):
            yield required(
                below(path, "properties"),
                "must not be empty if x-kubernetes-embedded-resource is true without "
                "x-kubernetes-preserve-unknown-fields",
            )


def _type(schema: Schema, kind: str, level: str, path: str) -> Iterator[FieldError]:
    here = below(path, "type")
    if schema.get("x-kubernetes-embedded-resource") and kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid(here, kind, detail) if kind else required(here, detail)
    elif not kind and not (
        schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        yield required(here, _EMPTY_TYPE[level])
    if level == "root" and kind and kind != "object":
        yield invalid(here, kind, "must be object at the root")


def _type_meta(properties: Schema, level: str, path: str) -> Iterator[FieldError]:
    for name in ("kind", "apiVersion"):
        if name in properties and properties[name].get("type") != "string":
            where = below(at(below(path, "properties"), name), "type")
            yield invalid(where, properties[name].get("type", ""), "must be string")
    metadata = properties.get("metadata")
    if metadata is None:
        return
    here = at(below(path, "properties"), "metadata")
    if metadata.get("type") != "object":
        yield invalid(below(here, "type"), metadata.get("type", ""), "must be object")
    if level == "root":
        rest = {key: value for key, value in metadata.items() if key not in {"type", "default"}}
        named = set(rest.pop("properties", None) or {})
        if rest or named - {"name", "generateName"}:
            detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden(here, detail)


def _groups(schema: Schema, path: str, *, skip_any_of: bool | None = None) -> Iterator[FieldError]:
    """Yield what value validations (allOf, anyOf, oneOf, not) specify beyond validating values."""
    any_of, all_of = schema.get("anyOf") or [], schema.get("allOf") or []
    allowed = schema.get("x-kubernetes-int-or-string") and any_of == _INT_OR_STRING
    if not (allowed or skip_any_of):
        for index, child in enumerate(any_of):
            yield from _nested(child, at(below(path, "anyOf"), index))
    for index, child in enumerate(all_of):
        first = index == 0 and bool(schema.get("x-kubernetes-int-or-string")) and child.get("anyOf") == _INT_OR_STRING
        yield from _nested(child, at(below(path, "allOf"), index), skip_any_of=first)
    for index, child in enumerate(schema.get("oneOf") or []):
        yield from _nested(child, at(below(path, "oneOf"), index))
    if isinstance(schema.get("not"), dict):
        yield from _nested(schema["not"], below(path, "not"))
    if pattern := schema.get("pattern"):
        try:
            compile_pattern(pattern)
        except PatternError as problem:
            detail = f"must be a valid regular expression, but isn't: {problem}"
            yield invalid(below(path, "pattern"), pattern, detail)


def _nested(schema: Schema, path: str, *, skip_any_of: bool = False) -> Iterator[FieldError]:
    yield from _groups(schema, path, skip_any_of=skip_any_of)
    if isinstance(schema.get("items"), dict):
        yield from _nested(schema["items"], below(path, "items"))
    for name, child in (schema.get("properties") or {}).items():
        where = at(below(path, "properties"), name)
        if name == "metadata":
            yield forbidden(where, "must not be specified in a nested context")
        yield from _nested(child, where)
    if schema.get("type"):
        yield forbidden(below(path, "type"), "must be empty to be structural")
    for name, detail in _NESTED_FORBIDDEN.items():
        if schema.get(name):
            yield forbidden(below(path, name), detail)


def _completeness(schema: Schema, path: str) -> Iterator[FieldError]:
    """Yield what is validated in a group without being specified outside of it."""
    yield from _complete(schema, schema, path, path)


def _complete(validation: Schema, skeleton: Schema | None, spath: str, vpath: str) -> Iterator[FieldError]:
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(validation.get(key) or []):
            yield from _nested_complete(child, skeleton, spath, at(below(vpath, key), index))
    if isinstance(validation.get("not"), dict):
        yield from _nested_complete(validation["not"], skeleton, spath, below(vpath, "not"))


def _nested_complete(validation: Schema, skeleton: Schema | None, spath: str, vpath: str) -> Iterator[FieldError]:
    if skeleton is None:
        yield required(spath, f"because it is defined in {vpath}")
        return
    yield from _complete(validation, skeleton, spath, vpath)
    if isinstance(validation.get("items"), dict):
        items = skeleton.get("items")
        where = below(spath, "items"), below(vpath, "items")
        yield from _nested_complete(validation["items"], items if isinstance(items, dict) else None, *where)
    for name, child in (validation.get("properties") or {}).items():
        known = (skeleton.get("properties") or {}).get(name)
        where = at(below(spath, "properties"), name), at(below(vpath, "properties"), name)
        yield from _nested_complete(child, known, *where)
