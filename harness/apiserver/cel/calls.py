"""What a call costs, and how large its result may be, by the sizes of its arguments: before it is made, and after.

Kubernetes' table (``k8s.io/apiserver/pkg/cel/library/cost.go``) over that of cel-go. A tenth of a unit per character that is
looked at, a quarter per character of a regular expression.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.apiserver.cel.declarations import Overload
from harness.apiserver.cel.sizes import MOST, ONE, UNKNOWN, Range, exactly
from harness.apiserver.cel.syntax import Expr, Literal
from harness.apiserver.cel.types import AUTHORIZER, DECISION, GROUP_CHECK, PATH_CHECK, RESOURCE_CHECK, Type

PER_CHARACTER: Final = 0.1
PER_PATTERN: Final = 0.25
CHECK: Final = 350_000
"""What it costs to ask for a right: an expression can do that twice."""

_PER_REQUIREMENT: Final = 50
_SHORTEST_REQUIREMENT: Final = 2
_NAME_PATTERN: Final = 128
_TEXTS: Final = frozenset({"string", "bytes"})

SizeAt = Callable[[tuple[str, ...]], Range | None]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: its type, its computed size, its path from a variable."""

    type: Type
    size: Range | None
    path: tuple[str, ...]
    expr: Expr


def _sized(argument: Argument, size_of: SizeAt) -> Range:
    return argument.size or size_of(argument.path) or UNKNOWN


def selector_cost(length: Range) -> Range:
    """Return what a selector of this length costs: it is read, and makes a list of requirements."""
    requirements = length.times(1 / _SHORTEST_REQUIREMENT).times(_PER_REQUIREMENT)
    return exactly(10) + length.times(PER_CHARACTER) + requirements


def call_estimate(  # noqa: C901, PLR0911, PLR0912  a table, in the order of the source
    name: str, overload: Overload, *, target: Argument | None, args: Sequence[Argument], size_of: SizeAt
) -> Range:
    """Return what one overload of a function may cost, its arguments apart."""

    def size(argument: Argument) -> Range:
        return _sized(argument, size_of)

    on_list = overload.member and overload.params[0].kind == "list"
    match name:
        case "check":
            return exactly(CHECK)
        case "fieldSelector" | "labelSelector":
            return selector_cost(size(args[0]))
        case "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" if target is not None:
            if target.type.params:
                element = ONE
                if target.type.params[0].kind in _TEXTS:
                    inner = size_of((*target.path, "@items")) if target.path else None
                    element += (inner or UNKNOWN).times(PER_CHARACTER)
                return size(target) * element
            return size(target).times(PER_CHARACTER)
        case "url" | "cidr" | "isIP" | "isCIDR" | "quantity" | "isQuantity" | "semver" | "isSemver":
            return size(args[0]).times(PER_CHARACTER)
        case "ip":
            return ONE if overload.member else size(args[0]).times(PER_CHARACTER)
        case "ip.isCanonical":
            return size(args[0]).times(2 * PER_CHARACTER)
        case "lowerAscii" | "upperAscii" | "substring" | "trim" if target is not None:
            return size(target).times(PER_CHARACTER)
        case "replace" | "split" if target is not None:
            return size(target).times(2 * PER_CHARACTER)
        case "join" if target is not None:
            return _joined(target, args, size_of).times(PER_CHARACTER)
        case "find" | "findAll" if target is not None:
            return (size(target) + ONE).times(PER_CHARACTER) * size(args[0]).times(PER_PATTERN)
        case "containsIP" | "containsCIDR":
            address = Range(4, 16)
            total = (address + address).times(PER_CHARACTER)
            if name == "containsCIDR":
                total = total + address.times(PER_CHARACTER) + ONE
            if overload.params[1].kind == "string":
                total += size(args[0]).times(PER_CHARACTER)
            return total
        case "validate":
            return size(args[0]).times(PER_CHARACTER).times(_NAME_PATTERN * PER_PATTERN)
        case "startsWith" | "endsWith":
            return size(args[0]).times(PER_CHARACTER)
        case "bytes" | "string" if overload.params[0].kind in _TEXTS and overload.params[0].kind != name:
            return size(args[0]).times(PER_CHARACTER)
        case "strings.quote":
            return size(args[0]).times(PER_CHARACTER)
        case "format" if target is not None:
            return size(target).times(PER_CHARACTER)
        case "@in" if overload.params[1].kind == "list":
            return size(args[1])
        case "matches":
            subject, pattern = (target, args[0]) if target is not None else (None, args[0])
            if subject is None:
                return ONE
            return (size(subject) + ONE).times(PER_CHARACTER) * size(pattern).times(PER_PATTERN)
        case "contains" if target is not None and not on_list:
            return size(target).times(PER_CHARACTER) * size(args[0]).times(PER_CHARACTER)
        case "_+_" if overload.result.kind in _TEXTS:
            return (size(args[0]) + size(args[1])).times(PER_CHARACTER)
        case "_==_" | "_!=_":
            if name == "_==_" and args[0].type == args[1].type and args[0].type.kind in {"struct", "opaque"}:
                special = _SPECIAL_EQUALITY.get(args[0].type.name)
                if special is not None:
                    return special
            return _compared(size(args[0]), size(args[1]))
        case "_<_" | "_<=_" | "_>_" | "_>=_" if overload.params[0].kind in _TEXTS:
            return _compared(size(args[0]), size(args[1]))
    return ONE


_SPECIAL_EQUALITY: Final = {
    "net.IP": ONE,
    "net.CIDR": ONE,
    "kubernetes.Quantity": ONE,
    "kubernetes.Semver": ONE,
    **{one.name: ONE for one in (AUTHORIZER, PATH_CHECK, GROUP_CHECK, RESOURCE_CHECK, DECISION)},
    "kubernetes.NamedFormat": Range(1, 64).times(PER_CHARACTER),
    "kubernetes.URL": ONE.times(PER_CHARACTER),
}


def _compared(one: Range, other: Range) -> Range:
    most = min(one.most, other.most)
    return Range(1 if most else 0, most).times(PER_CHARACTER)


def _joined(target: Argument, args: Sequence[Argument], size_of: SizeAt) -> Range:
    count = _sized(target, size_of)
    inner = size_of((*target.path, "@items")) if target.path else None
    total = count * (inner or UNKNOWN)
    if args:
        between = Range(max(count.least - 1, 0), max(count.most - 1, 0))
        total += _sized(args[0], size_of) * between
    return total


def call_size(  # noqa: C901, PLR0911
    name: str, overload: Overload, *, target: Argument | None, args: Sequence[Argument], size_of: SizeAt
) -> Range | None:
    """Return how large the result of a call may be, or None where that is not known."""
    match name:
        case "url":
            return _sized(args[0], size_of)
        case "lowerAscii" | "upperAscii" | "substring" | "trim" if target is not None:
            return _sized(target, size_of)
        case "replace" if target is not None:
            return _replaced(_sized(target, size_of), _sized(args[0], size_of), _sized(args[1], size_of))
        case "split" if target is not None:
            most = _sized(target, size_of).most
            if len(args) > 1 and isinstance(args[1].expr, Literal) and isinstance(args[1].expr.value, int):
                most = args[1].expr.value % 2**64
            return Range(0, most)
        case "join" if target is not None:
            return _joined(target, args, size_of)
        case "find" | "findAll" if target is not None:
            return Range(0, _sized(target, size_of).most)
        case "bytes" if overload.params[0].kind == "string":
            found = _sized(args[0], size_of)
            return Range(found.least, min(found.most * 4, MOST))
        case "string" if overload.params[0].kind == "bytes":
            found = _sized(args[0], size_of)
            return Range(found.least // 4, found.most)
        case "strings.quote":
            found = _sized(args[0], size_of)
            return Range(min(found.least + 2, MOST), min(found.most * 2 + 2, MOST))
        case "_+_" if overload.result.kind in {"list", *_TEXTS}:
            return _sized(args[0], size_of) + _sized(args[1], size_of)
    return None


def _replaced(text: Range, old: Range, new: Range) -> Range:
    kept_most = kept_least = times_most = times_least = 0
    if not old.least:
        times_most, kept_most = min(text.most + 1, MOST), text.most
    elif new.most <= old.least:
        kept_most = text.most
    else:
        times_most = math.ceil(text.most / old.least)
    if not old.most:
        times_least, kept_least = min(text.least + 1, MOST), text.least
    elif old.most <= new.least:
        kept_least = text.least
    else:
        times_least = math.ceil(text.least / old.most)
    return Range(times_least, times_most) * new + Range(kept_least, kept_most)
