"""The document at ``/openapi/v2`` as protocol buffers: what kubectl asks for when it looks for a kind that it does not know.

The messages are those of gnostic's ``openapi.v2``: maps are lists of names with values, alternatives have a message around them,
and whatever may be any JSON (extensions, defaults, enumerations) is YAML in a text. What is written are the fields that documents
of Kubernetes have. Zero values are not written, as in every protocol buffer of version 3.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

import orjson

from harness.apiserver.codec.wire import put_bytes, put_float, put_number
from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.yaml_v3 import to_yaml_v3

MEDIA_TYPE: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
OLD_MEDIA_TYPE: Final = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
"""The name that kubectl asks by, which is no media type by today's rules."""

_Writer = Callable[[int, Json], bytes]
_EXTENSION: Final = "x-"


def to_protobuf(document: Object) -> bytes:
    """Return the document as a message ``Document``."""
    return _message("Document", document)


def _message(name: str, value: Object) -> bytes:
    """Return the fields of a message, in the order of their numbers."""
    fields = _FIELDS[name]
    out = [write(number, value[key]) for number, key, write in fields if key in value]
    if (number := _EXTENSIONS.get(name)) is not None:
        out += [_named(number, key, _any(one)) for key, one in value.items() if key.startswith(_EXTENSION)]
    return b"".join(out)


def _named(number: int, name: str, value: bytes) -> bytes:
    return put_bytes(number, _text(1, name) + put_bytes(2, value))


def _any(value: Json) -> bytes:
    """Return a message ``Any``, which holds YAML."""
    return put_bytes(2, _yaml(orjson.dumps(value)))


@cache  # the same few stand at thousands of operations
def _yaml(text: bytes) -> bytes:
    return to_yaml_v3(orjson.loads(text))


def _text(number: int, value: Json) -> bytes:
    return put_bytes(number, value.encode()) if value else b""


def _texts(number: int, value: Json) -> bytes:
    return b"".join(put_bytes(number, one.encode()) for one in value)


def _number(number: int, value: Json) -> bytes:
    return put_number(number, int(value)) if value else b""


def _float(number: int, value: Json) -> bytes:
    return put_float(number, float(value)) if value else b""


def _anything(number: int, value: Json) -> bytes:
    return put_bytes(number, _any(value))


def _each(write: _Writer, number: int, value: Json) -> bytes:
    return b"".join(write(number, one) for one in value)


def _one(name: str, number: int, value: Json) -> bytes:
    return put_bytes(number, _message(name, value))


def _names(item: Callable[[Json], bytes], number: int, value: Json) -> bytes:
    """Return a field with a message whose only field is a list of names with values."""
    return put_bytes(number, b"".join(_named(1, key, item(one)) for key, one in value.items()))


def _paths(number: int, value: Json) -> bytes:
    return put_bytes(number, b"".join(_named(2, path, _message("PathItem", one)) for path, one in value.items()))


def _responses(number: int, value: Json) -> bytes:
    return put_bytes(number, b"".join(_named(1, code, _one("Response", 1, one)) for code, one in value.items()))


def _parameter(value: Json) -> bytes:
    """Return a message ``Parameter``: of a body, or of one of the other places."""
    if value["in"] == "body":
        return _one("BodyParameter", 1, value)
    return put_bytes(2, _one(*_PLACES[value["in"]], value))


def _parameter_or_reference(number: int, value: Json) -> bytes:
    return put_bytes(number, _one("Reference", 2, value) if "$ref" in value else put_bytes(1, _parameter(value)))


def _requirement(number: int, value: Json) -> bytes:
    return _names(lambda scopes: _texts(1, scopes), number, value)


def _of_schema(number: int, value: Json) -> bytes:
    """Return a field with a message that has a schema as its first field: of a response, or of items."""
    return put_bytes(number, _one("Schema", 1, value))


def _schema_or_bool(number: int, value: Json) -> bytes:
    return put_bytes(number, put_number(2, int(value)) if isinstance(value, bool) else _one("Schema", 1, value))


def _type(number: int, value: Json) -> bytes:
    return put_bytes(number, _texts(1, [value] if isinstance(value, str) else value))


_PLACES: Final = {"header": ("PathParameter", 1), "query": ("QueryParameter", 3), "path": ("PathParameter", 4)}
"""The message for parameters elsewhere than in the body, and the alternative that it is: those of headers are like those of paths."""

_EXTENSIONS: Final = {"Schema": 31, "Operation": 13, "PathItem": 10, "Response": 5, "BodyParameter": 6}
"""Where the fields go whose names begin with ``x-``."""


def _parameter_fields(first: int) -> tuple[tuple[int, str, _Writer], ...]:
    """Return the fields of a parameter; the number of its type is ``first``."""
    return (
        (1, "required", _number),
        (2, "in", _text),
        (3, "description", _text),
        (4, "name", _text),
        (first, "type", _text),
        (first + 1, "format", _text),
        (first + 4, "default", _anything),
        (first + 14, "uniqueItems", _number),
    )


_FIELDS: Final[Mapping[str, tuple[tuple[int, str, _Writer], ...]]] = {
    "Document": (
        (1, "swagger", _text),
        (2, "info", partial(_one, "Info")),
        (8, "paths", _paths),
        (9, "definitions", partial(_names, partial(_message, "Schema"))),
        (10, "parameters", partial(_names, _parameter)),
        (12, "security", partial(_each, _requirement)),
        (13, "securityDefinitions", partial(_names, partial(_one, "ApiKey", 2))),
    ),
    "Info": ((1, "title", _text), (2, "version", _text), (3, "description", _text)),
    "ApiKey": ((1, "type", _text), (2, "name", _text), (3, "in", _text), (4, "description", _text)),
    "PathItem": (
        *((number, key, partial(_one, "Operation")) for number, key in enumerate(("get", "put", "post", "delete"), 2)),
        *((number, key, partial(_one, "Operation")) for number, key in enumerate(("options", "head", "patch"), 6)),
        (9, "parameters", partial(_each, _parameter_or_reference)),
    ),
    "Operation": (
        (1, "tags", _texts),
        (2, "summary", _text),
        (3, "description", _text),
        (5, "operationId", _text),
        (6, "produces", _texts),
        (7, "consumes", _texts),
        (8, "parameters", partial(_each, _parameter_or_reference)),
        (9, "responses", _responses),
        (10, "schemes", _texts),
        (11, "deprecated", _number),
    ),
    "Reference": ((1, "$ref", _text), (2, "description", _text)),
    "BodyParameter": (
        (1, "description", _text),
        (2, "name", _text),
        (3, "in", _text),
        (4, "required", _number),
        (5, "schema", partial(_one, "Schema")),
    ),
    "PathParameter": _parameter_fields(5),
    "QueryParameter": _parameter_fields(6),  # one number on: they may also be allowed to be empty
    "Response": ((1, "description", _text), (2, "schema", _of_schema)),
    "Schema": (
        (1, "$ref", _text),
        (2, "format", _text),
        (3, "title", _text),
        (4, "description", _text),
        (5, "default", _anything),
        (6, "multipleOf", _float),
        (7, "maximum", _float),
        (8, "exclusiveMaximum", _number),
        (9, "minimum", _float),
        (10, "exclusiveMinimum", _number),
        (11, "maxLength", _number),
        (12, "minLength", _number),
        (13, "pattern", _text),
        (14, "maxItems", _number),
        (15, "minItems", _number),
        (16, "uniqueItems", _number),
        (17, "maxProperties", _number),
        (18, "minProperties", _number),
        (19, "required", _texts),
        (20, "enum", partial(_each, _anything)),
        (21, "additionalProperties", _schema_or_bool),
        (22, "type", _type),
        (23, "items", _of_schema),
        (24, "allOf", partial(_each, partial(_one, "Schema"))),
        (25, "properties", partial(_names, partial(_message, "Schema"))),
        (30, "example", _anything),
    ),
}
