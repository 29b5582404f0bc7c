"""The functions that expressions call, by name, and what a call costs once it has been made."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.cel.calls import CHECK, selector_cost
from harness.apiserver.cel.library import FREE, MEMBERS
from harness.apiserver.cel.sizes import exactly
from harness.apiserver.cel.values import EvalError, size_of, traversal_of

Function = Callable[..., Any]
RunCost = Callable[[Sequence[Any], Any], int]


@lru_cache(maxsize=512)
def implementation(name: str, *, member: bool) -> Function:
    """Return a function by its name; of a member function, the target is the first argument."""
    found = (MEMBERS if member else FREE).get(name)
    if found is None:
        raise AssertionError(f"no implementation of {name}")

    def call(*args: Any) -> Any:
        try:
            return found(*args)
        except (TypeError, AttributeError):  # a value of a type that no overload is for: dyn was not what was hoped
            raise EvalError("no such overload") from None

    return call


def _one(_: Sequence[Any], __: Any) -> int:
    return 1


CONSTANT_COST: Final[RunCost] = _one


def _tenth(size: float, times: int = 1) -> int:
    return math.ceil(size * times * 0.1)


def _pattern(args: Sequence[Any], _: Any) -> int:
    return _tenth(1 + size_of(args[0])) * math.ceil(size_of(args[1]) * 0.25)


def _compared(args: Sequence[Any], _: Any) -> int:
    return _tenth(min(size_of(args[0]), size_of(args[1])))


_BY_FIRST: Final = [
    "url",
    "lowerAscii",
    "upperAscii",
    "substring",
    "trim",
    "cidr",
    "isIP",
    "isCIDR",
    "ip",
    "quantity",
    "isQuantity",
    "semver",
    "isSemver",
    "bytes",
    "strings.quote",
    "format",
]
"""Functions that look at their first argument once."""

_COSTS: Final[dict[str, RunCost]] = {
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), lambda args, _: traversal_of(args[0])),
    **dict.fromkeys(_BY_FIRST, lambda args, _: _tenth(size_of(args[0]))),
    **dict.fromkeys(("replace", "split", "ip.isCanonical"), lambda args, _: _tenth(size_of(args[0]), 2)),
    "join": lambda _, result: _tenth(size_of(result), 2),
    **dict.fromkeys(("find", "findAll", "matches"), _pattern),
    **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"), _compared),
    **dict.fromkeys(("startsWith", "endsWith"), lambda args, _: _tenth(size_of(args[1]))),
    "contains": lambda args, _: _tenth(size_of(args[0])) * _tenth(size_of(args[1])),
    "@in": lambda args, _: size_of(args[1]) if isinstance(args[1], list) else 1,
    "_+_": lambda args, _: _tenth(size_of(args[0]) + size_of(args[1])) if isinstance(args[0], str | bytes) else 1,
    "validate": lambda args, _: _tenth(1 + size_of(args[1])) * 16,
    **dict.fromkeys(("containsIP", "containsCIDR"), lambda _, __: 5),
    "check": lambda _, __: CHECK,
    **dict.fromkeys(("fieldSelector", "labelSelector"), lambda args, _: selector_cost(exactly(size_of(args[1]))).most),
}


def run_cost(name: str) -> RunCost:
    """Return what tells the cost of a call from its arguments and result."""
    return _COSTS.get(name, CONSTANT_COST)
