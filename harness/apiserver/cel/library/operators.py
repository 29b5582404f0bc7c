"""Operators: arithmetic that overflows as 64-bit numbers do, order, equality, indices, membership."""

from collections.abc import Callable
from typing import Any, Final

from harness.apiserver.cel.syntax import UInt
from harness.apiserver.cel.values import (
    ABSENT,
    LARGEST_INT,
    LARGEST_UINT,
    Duration,
    EvalError,
    MapList,
    Opaque,
    Optional,
    SetList,
    Timestamp,
    equal,
    type_of,
)

_ORDERED: Final = (str, bytes, Timestamp, Duration)


def checked(value: int) -> int:
    """Return an integer that fits into 64 bits.

    :raises EvalError: it does not.
    """
    if not -LARGEST_INT <= value < LARGEST_INT:
        raise EvalError("integer overflow")
    return value


def unsigned(value: int) -> UInt:
    """Return an unsigned integer that fits into 64 bits.

    :raises EvalError: it does not.
    """
    if not 0 <= value < LARGEST_UINT:
        raise EvalError("unsigned integer overflow")
    return UInt(value)


def _number(one: Any, other: Any, compute: Callable[[Any, Any], Any]) -> Any:
    if isinstance(one, bool) or isinstance(other, bool):
        raise EvalError("no such overload")
    if isinstance(one, UInt) and isinstance(other, UInt):
        return unsigned(compute(int(one), int(other)))
    if isinstance(one, float) and isinstance(other, float):
        return compute(one, other)
    if type(one) is int and type(other) is int:
        return checked(compute(one, other))
    raise EvalError("no such overload")


def add(one: Any, other: Any) -> Any:
    """``+``."""
    if type(one) is int and type(other) is int:
        return checked(one + other)
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one + other
    if isinstance(one, list) and isinstance(other, list):
        return _concatenated(one, other)
    if isinstance(one, Timestamp | Duration) and isinstance(other, Timestamp | Duration):
        kind = Timestamp if Timestamp in (type(one), type(other)) else Duration
        return kind(checked(one.ns + other.ns))
    return _number(one, other, lambda a, b: a + b)


def _concatenated(one: list[Any], other: list[Any]) -> list[Any]:
    if isinstance(one, SetList):
        return SetList([*one, *(item for item in other if not any(equal(item, known) for known in one))])
    if isinstance(one, MapList):
        mine = one.by_keys()
        for key, item in MapList(other, one.keys).by_keys().items():
            mine[key] = item
        return MapList(list(mine.values()), one.keys)
    return [*one, *other]


def unequal(one: Any, other: Any) -> bool:
    """``!=``, which holds also for what cannot be compared."""
    return isinstance(one, Opaque) or not equal(one, other)


def subtract(one: Any, other: Any) -> Any:
    """``-``."""
    if isinstance(one, Timestamp) and isinstance(other, Timestamp):
        return Duration(checked(one.ns - other.ns))
    if isinstance(one, Timestamp | Duration) and isinstance(other, Duration):
        return type(one)(checked(one.ns - other.ns))
    return _number(one, other, lambda a, b: a - b)


def divide(one: Any, other: Any) -> Any:
    """``/``, towards zero."""
    if isinstance(one, float) and isinstance(other, float):
        if other == 0:
            return float("nan") if one == 0 or one != one else float("inf") * (1 if one > 0 else -1)  # noqa: PLR0124
        return one / other
    if isinstance(other, int) and other == 0:
        raise EvalError("division by zero")
    return _number(one, other, lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))


def remainder(one: Any, other: Any) -> Any:
    """``%``, with the sign of the first."""
    if isinstance(other, int) and other == 0:
        raise EvalError("modulus by zero")
    return _number(one, other, lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1))


def negate(value: Any) -> Any:
    """``-x``."""
    if isinstance(value, bool | UInt):
        raise EvalError("no such overload")
    return -value if isinstance(value, float) else checked(-value)


def invert(value: Any) -> bool:
    """``!x``."""
    if value.__class__ is not bool:
        raise EvalError("no such overload")
    return not value


def compare(one: Any, other: Any) -> int:
    """Return -1, 0 or 1 for values of types that have an order.

    :raises EvalError: they have none.
    """
    if isinstance(one, bool) is not isinstance(other, bool):
        raise EvalError("no such overload")
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    if not numbers and (type(one) is not type(other) or not isinstance(one, _ORDERED)):
        raise EvalError("no such overload")
    return int(one > other) - int(one < other)


def index(value: Any, key: Any) -> Any:
    """``value[key]``."""
    if isinstance(value, Optional):
        return optional_index(value, key)
    if isinstance(value, dict):
        if key in value and not isinstance(key, bool):
            return value[key]
        raise EvalError(f"no such key: {key}")
    if isinstance(value, list):
        if isinstance(key, float) and key.is_integer():
            key = int(key)
        if isinstance(key, bool) or not isinstance(key, int):
            raise EvalError(f"unsupported index type '{type_of(key).kind}' in list")
        if 0 <= key < len(value):
            return value[key]
        raise EvalError(f"index out of bounds: {key}")
    raise EvalError(f"no such key: {key}")


def optional_index(value: Any, key: Any) -> Optional:
    """``value[?key]``."""
    if isinstance(value, Optional):
        if not value.present:
            return ABSENT
        value = value.value
    if isinstance(value, dict):
        return Optional(present=True, value=value[key]) if key in value else ABSENT
    if isinstance(value, list):
        return Optional(present=True, value=value[key]) if 0 <= key < len(value) else ABSENT
    raise EvalError("no such overload")


def contained(item: Any, collection: Any) -> bool:
    """``item in collection``."""
    if isinstance(collection, dict):
        return item in collection
    if isinstance(collection, list):
        return any(equal(item, one) for one in collection)
    raise EvalError("no such overload")


FREE: Final[dict[str, Callable[..., Any]]] = {
    "_+_": add,
    "_-_": subtract,
    "_*_": lambda one, other: _number(one, other, lambda a, b: a * b),
    "_/_": divide,
    "_%_": remainder,
    "-_": negate,
    "!_": invert,
    "_==_": equal,
    "_!=_": unequal,
    "_<_": lambda one, other: compare(one, other) < 0,
    "_<=_": lambda one, other: compare(one, other) <= 0,
    "_>_": lambda one, other: compare(one, other) > 0,
    "_>=_": lambda one, other: compare(one, other) >= 0,
    "_[_]": index,
    "_[?_]": optional_index,
    "@in": contained,
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {}
