"""JSON values as Go prints them in messages, and the names of their types."""

from collections.abc import Mapping
from typing import Final

from harness.apiserver.fields import go_float, quote
from harness.apiserver.messages import Json

TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    dict: "map[string]interface {}",
    list: "[]interface {}",
    type(None): "%!s(<nil>)",
}


def plain(value: Json) -> str:
    """Return a value as ``%v`` prints it."""
    if isinstance(value, dict):
        return "map[" + " ".join([f"{name}:{plain(value[name])}" for name in sorted(value)]) + "]"
    if isinstance(value, list):
        return "[" + " ".join([plain(item) for item in value]) + "]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    return go_float(value) if isinstance(value, float) else str(value)


def in_source(value: Json) -> str:
    """Return a value as ``%#v`` prints it."""
    if isinstance(value, dict):
        inner = ", ".join([f"{quote(name)}:{in_source(value[name])}" for name in sorted(value)])
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join([in_source(item) for item in value])}}}"
    if value is None:
        return "interface {}(nil)"
    return quote(value) if isinstance(value, str) else plain(value)


def as_text(value: Json) -> str:
    """Return a value as ``%s`` prints it, which complains of what is no text."""
    if isinstance(value, str) or value is None:
        return "%!s(<nil>)" if value is None else value
    if isinstance(value, bool | int | float):
        return f"%!s({TYPES[type(value)]}={plain(value)})"
    return plain(value)
