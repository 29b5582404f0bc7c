"""What a path finds in an object. A key that is missing finds nothing; a step that does not fit its value is an error."""

import operator
from collections.abc import Callable, Iterator
from typing import Final

from harness.apiserver.jsonpath.nodes import (
    Field,
    Filter,
    Literal,
    Recursive,
    Slice,
    Steps,
    Union,
    Wildcard,
    Word,
)
from harness.apiserver.jsonpath.parse import Path
from harness.apiserver.messages import Json


class PathError(ValueError):
    """A path that cannot be followed in an object."""


class Byte(int):
    """One byte of a text, which a wildcard takes apart as if it were a list: of no use in a column but as a number."""


def find(path: Path, value: Json) -> list[Json]:
    """Return what the first expression of ``path`` finds.

    :raises PathError: one of them cannot be followed.
    """
    found = [_follow(steps, [value]) for steps in path]
    return found[0] if found else []


def _follow(steps: Steps, found: list[Json]) -> list[Json]:
    for step in steps:
        match step:
            case Field(name):
                found = [one[name] for one in found if isinstance(one, dict) and name in one]
            case Slice():
                found = _sliced(step, found)
            case Filter():
                found = [item for one in found for item in _kept(step, one)]
            case Wildcard():
                found = [item for one in found for item in _items(one)]
            case Union(parts):
                found = [item for part in parts for item in _follow(part, found)]
            case Recursive():
                found = [item for one in found for item in _holders(one)]
            case Literal(constant):
                found = [constant] if isinstance(constant, str) else [constant] * len(found)
            case Word(name):
                raise PathError(f"unrecognized identifier {name}")
    return found


def _items(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [value[name] for name in sorted(value)]  # Go's order is a random one
    if isinstance(value, list):
        return value
    return [Byte(one) for one in value.encode()] if isinstance(value, str) else []


def _holders(value: Json) -> Iterator[Json]:
    items = _items(value)
    if items:
        yield value
        for item in items:
            yield from _holders(item)


def _sliced(step: Slice, found: list[Json]) -> list[Json]:
    result: list[Json] = []
    for value in found:
        if value is None:
            continue
        if not isinstance(value, list):
            raise PathError("not an array or slice")
        size = len(value)
        start = step.start or 0
        start += size if start < 0 else 0
        end = size if step.end is None else step.end
        end += size if end < 0 or (end == 0 and step.derived) else 0
        if start == end:
            return result
        if not 0 <= start < size or not 0 <= end <= size or start > end:
            raise PathError(f"array index out of bounds: index {start}, length {size}")
        if step.step is not None and step.step <= 0:
            raise PathError("step must be > 0")
        result += value[start : end : step.step or 1]
    return result


def _kept(step: Filter, value: Json) -> Iterator[Json]:
    if not isinstance(value, list):
        raise PathError("not an array or slice and cannot be filtered")
    for one in value:
        if step.operator == "exists":
            if _exists(step.left, one):
                yield one
            continue
        left, right = _follow(step.left, [one]), []
        if left:
            _check_single(left)
            right = _follow(step.right, [one])
        if right:
            _check_single(right)
            if _compare(step.operator, left[0], right[0]):
                yield one


def _exists(steps: Steps, value: Json) -> bool:
    try:
        return bool(_follow(steps, [value]))
    except PathError:
        return True  # the real one keeps what it was looking at when it failed


def _check_single(found: list[Json]) -> None:
    if len(found) > 1:
        raise PathError("can only compare one element at a time")


_EQUALITY: Final[dict[str, Callable[[Json, Json], bool]]] = {"==": operator.eq, "!=": operator.ne}
_ORDER: Final[dict[str, Callable[[Json, Json], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(sign: str, left: Json, right: Json) -> bool:
    """Compare scalars of one type as Go's templates do: a number with a fraction is of another type than one without."""
    ordered = sign in _ORDER
    if not ordered and sign not in _EQUALITY:
        raise PathError(f"unrecognized filter operator {sign}")
    kinds = (str, int, float) if ordered else (str, bool, int, float)
    types = [int if isinstance(one, Byte) else type(one) for one in (left, right)]
    if types[0] is not types[1] or types[0] not in kinds:
        raise PathError("incompatible types for comparison")
    return (_ORDER if ordered else _EQUALITY)[sign](left, right)
