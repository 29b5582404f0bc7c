"""Lists, maps, sets and optionals."""

from collections.abc import Callable
from functools import cmp_to_key
from itertools import pairwise
from typing import Any, Final

from harness.apiserver.cel.library.operators import add, compare, contained
from harness.apiserver.cel.library.text import index_of, last_index_of
from harness.apiserver.cel.values import ABSENT, Duration, EvalError, Optional, equal


def size(value: Any) -> int:
    """``size(x)``."""
    if not isinstance(value, str | bytes | list | dict):
        raise EvalError("no such overload")
    return len(value)


def _extreme(values: list[Any], *, name: str, sign: int) -> Any:
    if not values:
        raise EvalError(f"{name} called on empty list")
    found = values[0]
    for one in values[1:]:
        if compare(one, found) * sign > 0:
            found = one
    return found


def total(values: list[Any]) -> Any:
    """``x.sum()``."""
    if not values:
        return 0
    found = values[0]
    for one in values[1:]:
        found = add(found, one)
    return found


def place_of(values: Any, wanted: Any, *rest: int) -> int:
    """``x.indexOf(y)`` of a list or a string."""
    if isinstance(values, str):
        return index_of(values, wanted, *rest)
    return next((index for index, one in enumerate(values) if equal(one, wanted)), -1)


def last_place_of(values: Any, wanted: Any, *rest: int) -> int:
    """``x.lastIndexOf(y)`` of a list or a string."""
    if isinstance(values, str):
        return last_index_of(values, wanted, *rest)
    return max((index for index, one in enumerate(values) if equal(one, wanted)), default=-1)


def or_value(optional: Any, other: Any) -> Any:
    """``x.orValue(y)``; what is no optional is taken as it is."""
    if not isinstance(optional, Optional):
        return optional
    return optional.value if optional.present else other


def slice_of(values: list[Any], start: int, end: int) -> list[Any]:
    """``x.slice(a, b)``."""
    if start < 0 or end < 0:
        raise EvalError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise EvalError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(values):
        raise EvalError(f"cannot slice({start}, {end}), list is length {len(values)}")
    return values[start:end]


def flatten(values: list[Any], depth: int = 1) -> list[Any]:
    """``x.flatten()``."""
    if depth < 0:
        raise EvalError("level must be non-negative")
    out: list[Any] = []
    for one in values:
        out += flatten(one, depth - 1) if isinstance(one, list) and depth > 0 else [one]
    return out


def distinct(values: list[Any]) -> list[Any]:
    """``x.distinct()``."""
    out: list[Any] = []
    for one in values:
        if not any(equal(one, known) for known in out):
            out.append(one)
    return out


def contains_all(values: list[Any], wanted: list[Any]) -> bool:
    """``sets.contains(a, b)``."""
    return all(contained(one, values) for one in wanted)


def value_of(optional: Optional) -> Any:
    """``x.value()``."""
    if not optional.present:
        raise EvalError("optional.none() dereference")
    return optional.value


def of_non_zero(value: Any) -> Optional:
    """``optional.ofNonZeroValue(x)``."""
    zero = (
        value is None
        or value == Duration(0)
        or (isinstance(value, bool | int | float | str | bytes | list | dict) and not value)
    )
    return ABSENT if zero else Optional(present=True, value=value)


def inserted(values: dict[Any, Any], *added: Any) -> dict[Any, Any]:
    """Return a map with one entry more, a key and its value; or with the entries of another map.

    :raises EvalError: a key is there already.
    """
    more = added[0] if len(added) == 1 else {added[0]: added[1]}
    for key in more:
        if key in values:
            raise EvalError(f"insert failed: key {key} already exists")
    return {**values, **more}


def by_keys(values: list[Any], keys: list[Any]) -> list[Any]:
    """Return a list in the order of the keys beside it."""

    def in_order(one: int, other: int) -> int:
        return compare(keys[one], keys[other])

    return [values[place] for place in sorted(range(len(values)), key=cmp_to_key(in_order))]


FREE: Final[dict[str, Callable[..., Any]]] = {
    "size": size,
    "sets.contains": contains_all,
    "sets.equivalent": lambda one, other: contains_all(one, other) and contains_all(other, one),
    "sets.intersects": lambda one, other: any(contained(item, other) for item in one),
    "optional.of": lambda value: Optional(present=True, value=value),
    "optional.ofNonZeroValue": of_non_zero,
    "optional.none": lambda: ABSENT,
    "lists.range": lambda count: list(range(count)),
    "cel.@mapInsert": inserted,
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "size": size,
    "isSorted": lambda values: all(compare(one, other) <= 0 for one, other in pairwise(values)),
    "sum": total,
    "max": lambda values: _extreme(values, name="max", sign=1),
    "min": lambda values: _extreme(values, name="min", sign=-1),
    "indexOf": place_of,
    "lastIndexOf": last_place_of,
    "slice": slice_of,
    "flatten": flatten,
    "@sortByAssociatedKeys": by_keys,
    "sort": lambda values: sorted(values, key=cmp_to_key(compare)),
    "distinct": distinct,
    "reverse": lambda values: values[::-1],
    "first": lambda values: Optional(present=True, value=values[0]) if values else ABSENT,
    "last": lambda values: Optional(present=True, value=values[-1]) if values else ABSENT,
    "hasValue": lambda optional: optional.present,
    "value": value_of,
    "or": lambda optional, other: optional if optional.present else other,
    "orValue": or_value,
}
