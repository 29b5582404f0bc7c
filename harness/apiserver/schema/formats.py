"""Which format of a schema is checked: those that the server knows for its type. Others are ignored, with a warning."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.formats import CHECKS

_NUMBERS: Final = {"integer": ("int32", "int64"), "number": ("float", "double")}


def checked_format(schema: Mapping[str, Any]) -> str:
    """Return the format of a schema, or "" where the server does not know it for that type."""
    found = schema.get("format") or ""
    kind = "" if schema.get("x-kubernetes-int-or-string") else schema.get("type") or ""
    if kind in ("", "string"):  # a tuple: it may be anything, unhashable too
        return found if found.replace("-", "") in CHECKS else ""
    return found if found in _NUMBERS.get(kind, ()) else ""


def unrecognized_formats(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the formats in a schema and below it that nothing will check."""
    found = schema.get("format")
    kind = schema.get("type") or ""
    if found and not checked_format({"format": found, "type": kind}):
        yield found
    below = [schema.get(key) for key in ("items", "not", "additionalProperties")]
    for key in ("allOf", "anyOf", "oneOf"):
        below += schema.get(key) or []
    below += (schema.get("properties") or {}).values()
    for child in below:
        if isinstance(child, dict):
            yield from unrecognized_formats(child)
