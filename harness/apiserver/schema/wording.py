"""Validation errors in Kubernetes' words.

jsonschema-rs finds every error and its place; the real server's texts come from kube-openapi's validator and the
conversion of its results to field errors. The value in a type error is the *name* of the type that was found.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

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
    value = found.instance
    subject = f"{path} in body" if path else "in body"
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
        case "minLength":
            yield invalid(path, value, f"{subject} should be at least {limit} chars long")
        case "pattern":
            yield invalid(path, value, f"{subject} should match '{limit}'")
        case "format":
            yield type_invalid(path, value, f"{subject} must be of type {limit}: {quote(str(value))}")
        case "maxItems" | "maxProperties":
            yield too_many(path, len(value), limit)
        case "minItems":
            yield invalid(path, len(value), f"{subject} should have at least {limit} items")
        case "minProperties":
            yield invalid(path, len(value), f"{subject} should have at least {limit} properties")
        case _:
            yield _number_or_group(keyword, limit, found, path)


def _number_or_group(keyword: str, limit: Any, found: Found, path: str) -> FieldError:
    value, subject = found.instance, f"{path} in body"
    texts = {
        "minimum": "greater than or equal to",
        "exclusiveMinimum": "greater than",
        "maximum": "less than or equal to",
        "exclusiveMaximum": "less than",
        "multipleOf": "a multiple of",
    }
    if keyword in texts:
        return invalid(path, value, f"{subject} should be {texts[keyword]} {go_value(limit)}")
    name = quote(path)
    groups = {
        "anyOf": f"{name} must validate at least one schema (anyOf)",
        "oneOf": f"{name} must validate one and only one schema (oneOf). Found none valid",
        "not": f"{name} must not validate the schema (not)",
    }
    if type(found.kind).__name__ == "OneOfMultipleValid":
        return invalid("<nil>", "", f"{name} must validate one and only one schema (oneOf). Found 2 valid alternatives")
    # Groups are the one kind of error that the server reports without a path.
    return invalid("<nil>", "", groups.get(keyword, f"{name} is invalid ({keyword})"))


def _type_error(limit: Any, value: Json, path: str, subject: str) -> FieldError:
    wanted = [limit] if isinstance(limit, str) else [one for one in limit if one != "null"]
    actual = type_name(value)
    if value is None and "null" in wanted:
        actual = "null"
    return type_invalid(path, actual, f"{subject} must be of type {','.join(wanted)}: {quote(actual)}")
