"""Quantities and semantic versions."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from harness.apiserver.cel.values import LARGEST_INT, EvalError, Semver
from harness.apiserver.quantity import Quantity, QuantityError, parse_quantity

_SEMVER: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)


def quantity(text: str) -> Quantity:
    """``quantity(x)``."""
    try:
        return parse_quantity(text)
    except QuantityError as problem:
        raise EvalError(str(problem)) from None


def is_quantity(text: str) -> bool:
    """``isQuantity(x)``."""
    try:
        parse_quantity(text)
    except QuantityError:
        return False
    return True


def as_integer(value: Quantity) -> int:
    """``x.asInteger()``."""
    if not value.whole or not -LARGEST_INT <= value.value < LARGEST_INT:
        raise EvalError("cannot convert value to integer")
    return int(value.value)


def _other(value: Any) -> Quantity:
    return value if isinstance(value, Quantity) else Quantity(Decimal(value))


def semver(text: str, normalize: bool = False) -> Semver:  # noqa: FBT001, FBT002  as rules call it
    """``semver(x)``; with ``normalize`` a leading v, missing parts and leading zeros are taken, too."""
    match = _SEMVER.fullmatch(_normalized(text) if normalize else text)
    if match is None:
        raise EvalError(
            f'No Major.Minor.Patch elements found in "{text}"' if text.count(".") < 2 else f'Invalid version "{text}"'
        )
    return Semver((int(match[1]), int(match[2]), int(match[3])), tuple((match[4] or "").split(".")) if match[4] else ())


def _normalized(text: str) -> str:
    text = text.removeprefix("v").removeprefix("V")
    core = re.match(r"[^-+]*", text)
    numbers = (core[0] if core else "").split(".")
    rest = text[len(core[0]) :] if core else ""
    numbers += ["0"] * (3 - len(numbers))
    return ".".join(one.lstrip("0") or "0" if one.isdecimal() else one for one in numbers) + rest


def is_semver(text: str, normalize: bool = False) -> bool:  # noqa: FBT001, FBT002
    """``isSemver(x)``."""
    try:
        semver(text, normalize)
    except EvalError:
        return False
    return True


def compared(one: Any, other: Any) -> int:
    """``x.compareTo(y)``."""
    if isinstance(one, Quantity):
        return int(one.value > other.value) - int(one.value < other.value)
    if one.numbers != other.numbers:
        return 1 if one.numbers > other.numbers else -1
    mine, theirs = _rank(one), _rank(other)
    return int(mine > theirs) - int(mine < theirs)


def _rank(version: Semver) -> Any:
    if not version.pre:
        return (1,)
    return (0, [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in version.pre])


FREE: Final[dict[str, Callable[..., Any]]] = {
    "quantity": quantity,
    "isQuantity": is_quantity,
    "semver": semver,
    "isSemver": is_semver,
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "sign": lambda value: (value.value > 0) - (value.value < 0),
    "isInteger": lambda value: value.whole and -LARGEST_INT <= value.value < LARGEST_INT,
    "asInteger": as_integer,
    "asApproximateFloat": lambda value: float(value.value),
    "add": lambda value, other: value + _other(other),
    "sub": lambda value, other: value - _other(other),
    "isGreaterThan": lambda one, other: compared(one, other) > 0,
    "isLessThan": lambda one, other: compared(one, other) < 0,
    "compareTo": compared,
    "major": lambda version: version.numbers[0],
    "minor": lambda version: version.numbers[1],
    "patch": lambda version: version.numbers[2],
}
