"""What a call says whose arguments only show at work that no overload is for them: the check could not know, of ``dyn``.

Functions are guarded by their signatures, as in cel-go; operators and ``size`` by what their first argument can do.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from harness.apiserver.cel.declarations import Overload
from harness.apiserver.cel.types import Type
from harness.apiserver.cel.values import EvalError, type_of

_NUMBERS: Final = frozenset({"int", "uint", "double"})
_ORDERED: Final = _NUMBERS | {"bool", "string", "bytes", "timestamp", "duration"}
_ABLE: Final = {
    "size": frozenset({"string", "bytes", "list", "map"}),
    "_+_": _NUMBERS | {"string", "bytes", "list", "timestamp", "duration"},
    "_-_": _NUMBERS | {"string", "timestamp", "duration"},
    "_*_": _NUMBERS,
    "_/_": _NUMBERS,
    "_%_": frozenset({"int", "uint"}),
    **dict.fromkeys(("_<_", "_<=_", "_>_", "_>=_"), _ORDERED),
}
"""The types of a first argument that have an operator at all."""

_OF_THEIR_OWN: Final = frozenset(
    {
        "startsWith",
        "endsWith",
        "contains",
        "find",
        "findAll",
        "matches",
        "orValue",
        "dyn",
        "type",
        "@in",
        "!_",
        "-_",
        "@not_strictly_false",
    }
)
"""Functions that look at their arguments by themselves."""


def guarded(
    name: str, function: Callable[..., Any], overloads: Sequence[Overload], types: Sequence[Type]
) -> Callable[..., Any]:
    """Return a function that refuses arguments which no overload is for.

    :param types: those of the arguments as far as they are known before; where all are, nothing has to be looked at.
    """
    if name in _OF_THEIR_OWN or not any(map(_unknown, types)):
        return function
    if name in _ABLE:
        return _able(name, function, _ABLE[name])
    if name.startswith(("_", "@", "cel.")):
        return function
    params = [one.params for one in overloads]

    def call(*args: Any) -> Any:
        found = [type_of(one) for one in args]
        if not any(all(map(_fits, found, wanted)) for wanted in params if len(wanted) == len(found)):
            raise EvalError(f"no such overload: {name}({', '.join(map(_name, found))})")
        return function(*args)

    return call


def _able(name: str, function: Callable[..., Any], able: frozenset[str]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        if type_of(args[0]).kind not in able:
            raise EvalError(f"no such overload: {name}")
        return function(*args)

    return call


def _unknown(found: Type) -> bool:
    return found.kind in {"dyn", "param"}


def _fits(found: Type, wanted: Type) -> bool:
    return _unknown(wanted) or (found.kind == wanted.kind and found.name == wanted.name)


def _name(found: Type) -> str:
    return found.name if found.kind in {"struct", "opaque"} else found.kind
