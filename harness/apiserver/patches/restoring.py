"""Why what a strategic merge leaves cannot be put into a Go struct: the real server does not go through JSON there, and says it otherwise.

Source: ``runtime.DefaultUnstructuredConverter``. Types that read themselves (times, quantities) are left to the decoder.
"""

from typing import Final

from harness.apiserver.codec.table import fields, go_type, is_struct, underlying
from harness.apiserver.codec.values import SPECIAL
from harness.apiserver.messages import Json
from harness.apiserver.typed.gotext import TYPES

_KINDS: Final = {str: "string", bool: "bool", int: "int64", float: "float64", dict: "map", list: "slice"}


def restore_problem(value: Json, shape: str) -> str:
    """Return the first thing that is wrong with ``value`` for the Go type ``shape``, or ""."""
    plain = underlying(shape)
    if plain.startswith("*"):
        return restore_problem(value, plain[1:])
    if value is None or shape in SPECIAL or plain == "any":
        return ""
    if plain == "[]uint8":
        return "" if isinstance(value, str | list) else f"cannot restore slice from {_kind(value)}"
    if is_struct(shape):
        return _struct(value, shape) if isinstance(value, dict) else f"cannot restore struct from: {_kind(value)}"
    if plain.startswith("map["):
        return _each(value, dict, plain[4:].partition("]")[2])
    return _each(value, list, plain[2:]) if plain.startswith("[]") else _scalar(value, plain, go_type(shape))


def _kind(value: Json) -> str:
    return _KINDS[value.__class__]


def _each(value: Json, wanted: type[dict[str, Json]] | type[list[Json]], item: str) -> str:
    if not isinstance(value, wanted):
        return f"cannot restore {_KINDS[wanted]} from {_kind(value)}"
    items: list[Json] = list(value.values()) if isinstance(value, dict) else list(value)
    return next(filter(None, (restore_problem(one, item) for one in items)), "")


def _struct(value: dict[str, Json], shape: str) -> str:
    for one in fields(shape):
        found = restore_problem(value if not one.name else value.get(one.name), one.type)
        if found:
            return found
    return ""


def _scalar(value: Json, plain: str, named: str) -> str:
    if plain in {"string", "bool"}:
        if TYPES[value.__class__] == plain:
            return ""
        return f"cannot convert int64 to {named}" if plain == "string" and value.__class__ is int else _unlike(plain)
    if value.__class__ is int or (value.__class__ is float and (plain.startswith("float") or value.is_integer())):
        return ""
    return f"cannot convert float64 to {named}" if value.__class__ is float else _unlike(plain)


def _unlike(plain: str) -> str:
    return f"unrecognized type: {plain}"
