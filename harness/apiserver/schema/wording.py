"""Validation errors in Kubernetes' words.

jsonschema-rs finds every error and its place; the real server's texts come from kube-openapi's validator and the
conversion of its results to field errors. The value in a type error is the *name* of the type that was found.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from harness.apiserver.fields import (
    FieldError,
    go_value,
    invalid,
    not_supported,
    quote,
    required,
    too_long,
    too_many,
    type_invalid,
)
from harness.apiserver.messages import Json


class Found(Protocol):
    """What is used of jsonschema-rs's ValidationError."""

    instance: Any
    instance_path: list[str | int]
    schema_path: list[str | int]
    kind: Any


def location(path: Sequence[str | int]) -> str:
    """Return a path as the validator spells it: properties by dots (also those of maps), elements in brackets."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).lstrip(".")


def type_name(value: Json) -> str:
    """Return the JSON type of a value as the server names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((str, "string"), (int, "integer"), (float, "number"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"


def errors_of(found: Found, schema: Json) -> Iterator[FieldError]:
    """Yield the field errors for one finding. ``schema`` is the translated schema, looked up by the finding's path."""
    keyword = str(found.schema_path[-1])
    parent: Json = schema
    for step in found.schema_path[:-1]:
        parent = parent[step]
    limit = parent.get(keyword) if isinstance(parent, dict) else None
    yield from _word(keyword, limit, found, location(found.instance_path))


def _word(keyword: str, limit: Any, found: Found, path: str) -> Iterator[FieldError]:
    value, subject = found.instance, f"{path} in body" if path else "in body"
    if keyword in _SHOULD:
        counted = len(value) if keyword in {"minItems", "minProperties"} else value
        shown = limit if isinstance(limit, str) else go_value(limit)
        yield invalid(path, counted, f"{subject} should {_SHOULD[keyword].format(shown)}")
        return
    match keyword:
        case "type":
            yield _type_error(limit, value, path, subject)
        case "required":
            yield required(location([*found.instance_path, found.kind.property]))
        case "enum":
            texts = [one if isinstance(one, str) else go_value(one) for one in limit if one is not None]
            yield not_supported(path, value, texts)
        case "maxLength":
            yield too_long(path, limit)
        case "format":
            # Of the path, this one text has the last step only.
            leaf = f"{location(found.instance_path[-1:])} in body"
            yield type_invalid(path, value, f"{leaf} must be of type {limit}: {quote(str(value))}")
        case "maxItems" | "maxProperties":
            yield too_many(path, len(value), limit)
        case _:
            # Groups are the one kind of error that the server reports without a path.
            yield invalid("<nil>", "", f"{quote(path)} {_group(keyword, found)}")


_SHOULD: Final = {
    "minLength": "be at least {} chars long",
    "pattern": "match '{}'",
    "minItems": "have at least {} items",
    "minProperties": "have at least {} properties",
    "minimum": "be greater than or equal to {}",
    "exclusiveMinimum": "be greater than {}",
    "maximum": "be less than or equal to {}",
    "exclusiveMaximum": "be less than {}",
    "multipleOf": "be a multiple of {}",
}


def _group(keyword: str, found: Found) -> str:
    if type(found.kind).__name__ == "OneOfMultipleValid":
        return "must validate one and only one schema (oneOf). Found 2 valid alternatives"
    return {
        "anyOf": "must validate at least one schema (anyOf)",
        "oneOf": "must validate one and only one schema (oneOf). Found none valid",
        "not": "must not validate the schema (not)",
    }.get(keyword, f"is invalid ({keyword})")


def _type_error(limit: Any, value: Json, path: str, subject: str) -> FieldError:
    wanted = [limit] if isinstance(limit, str) else [one for one in limit if one != "null"]
    actual = type_name(value)
    if value is None and "null" in wanted:
        actual = "null"
    return type_invalid(path, actual, f"{subject} must be of type {','.join(wanted)}: {quote(actual)}")
