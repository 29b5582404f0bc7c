"""Conversions between types: ``int("3")``, ``string(1.5)``, ``type(x)``, ``dyn(x)``."""

import math
import re
from collections.abc import Callable
from typing import Any, Final

from harness.apiserver.cel.library.operators import checked, unsigned
from harness.apiserver.cel.library.times import to_duration, to_timestamp
from harness.apiserver.cel.syntax import UInt
from harness.apiserver.cel.values import (
    LARGEST_INT,
    LARGEST_UINT,
    NANOSECONDS,
    Duration,
    EvalError,
    Timestamp,
    type_of,
)
from harness.apiserver.fields import go_float

_INT: Final = re.compile(r"[+-]?[0-9]+")


def to_int(value: Any) -> int:
    """``int(x)``."""
    if isinstance(value, bool):
        raise EvalError("no such overload")
    if isinstance(value, float):
        if not math.isfinite(value) or not -LARGEST_INT < value < LARGEST_INT:
            raise EvalError("integer overflow")
        return math.trunc(value)
    if isinstance(value, str):
        if not _INT.fullmatch(value):
            raise EvalError("type conversion error from 'string' to 'int'")
        return checked(int(value))
    if isinstance(value, Timestamp):
        return value.ns // NANOSECONDS
    if isinstance(value, Duration):
        return value.ns
    return checked(int(value))


def to_uint(value: Any) -> UInt:
    """``uint(x)``."""
    if isinstance(value, bool):
        raise EvalError("no such overload")
    if isinstance(value, float):
        if not 0 <= value < LARGEST_UINT:
            raise EvalError("unsigned integer overflow")
        return UInt(math.trunc(value))
    if isinstance(value, str) and not value.isdecimal():
        raise EvalError("type conversion error from 'string' to 'uint'")
    return unsigned(int(value))


def to_double(value: Any) -> float:
    """``double(x)``."""
    if isinstance(value, bool):
        raise EvalError("no such overload")
    try:
        return float(value)
    except ValueError:
        raise EvalError("type conversion error from 'string' to 'double'") from None


def to_string(value: Any) -> str:
    """``string(x)``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return go_float(value) if math.isfinite(value) else {"inf": "+Inf", "-inf": "-Inf"}.get(str(value), "NaN")
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise EvalError("invalid UTF-8 in bytes, cannot convert to string") from None
    if isinstance(value, list | dict) or value is None:
        raise EvalError("no such overload")
    return str(value)


def to_bytes(value: Any) -> bytes:
    """``bytes(x)``."""
    return value if isinstance(value, bytes) else value.encode()


def to_bool(value: Any) -> bool:
    """``bool(x)``."""
    if isinstance(value, bool):
        return value
    words = {"1": True, "t": True, "true": True, "TRUE": True, "True": True, "0": False, "f": False, "false": False, "FALSE": False, "False": False}  # fmt: skip
    if value not in words:
        raise EvalError("type conversion error from 'string' to 'bool'")
    return words[value]


FREE: Final[dict[str, Callable[..., Any]]] = {
    "int": to_int,
    "uint": to_uint,
    "double": to_double,
    "string": to_string,
    "bytes": to_bytes,
    "bool": to_bool,
    "duration": to_duration,
    "timestamp": to_timestamp,
    "dyn": lambda value: value,
    "type": type_of,
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {}
