"""What an expression may cost at worst, before it is run: cel-go's estimator with Kubernetes' costs of its functions.

Sizes come from the schema (``maxItems``, ``maxLength``…) by the path of a value from ``self``; where it sets no bound, from what a
request of 3 MB can hold. One unit is about 50 ns of the real server's time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.apiserver.cel.calls import Argument, call_estimate, call_size
from harness.apiserver.cel.checker import Checked
from harness.apiserver.cel.sizes import NOTHING, ONE, UNKNOWN, Range, exactly
from harness.apiserver.cel.syntax import (
    Call,
    Expr,
    Fold,
    Ident,
    Literal,
    MakeList,
    MakeMap,
    MakeStruct,
    Select,
)
from harness.apiserver.cel.types import Type

Path = tuple[str, ...]
SizeOf = Callable[[Path], int | None]
"""Gives the most elements that the value at a path (``("self", "items", "@items")``) may have."""

_SCALARS: Final = frozenset({"bool", "double", "duration", "int", "timestamp", "uint"})
_HIDDEN: Final = ("@result", "__result__")
_LIST, _MAP, _STRUCT = exactly(10), exactly(30), exactly(40)


@dataclass(frozen=True, slots=True)
class Elements:
    """What is known of the sizes of the keys (or indices) and values of a list or map."""

    kind: str
    keys: Range
    values: Range

    def __or__(self, other: "Elements") -> "Elements":
        return Elements(self.kind, self.keys | other.keys, self.values | other.values)


@dataclass(frozen=True, slots=True)
class _Local:
    path: Path
    size: Range | None
    elements: Elements | None


def estimate(checked: Checked, size_of: SizeOf) -> Range:
    """Return what a checked expression costs at least and at most."""
    return _Estimator(checked, size_of).cost(checked.parsed.root)


class _Estimator:
    def __init__(self, checked: Checked, size_of: SizeOf) -> None:
        self._checked = checked
        self._size_of = size_of
        self._paths: dict[int, Path] = {}
        self._sizes: dict[int, Range] = {}
        self._elements: dict[int, Elements] = {}
        self._locals: dict[str, list[_Local]] = {}

    def cost(self, expr: Expr) -> Range:  # noqa: PLR0911  one line for each kind
        match expr:
            case Literal():
                return NOTHING
            case MakeStruct():
                return sum((self.cost(one.value) for one in expr.fields), _STRUCT)
            case Ident():
                local = self._local(expr.name)
                self._paths[expr.id] = local.path if local else (expr.name,)
                return ONE
            case Select():
                return self._select(expr)
            case Call():
                return self._call(expr)
            case MakeList():
                total = NOTHING
                values = [NOTHING] if not expr.elements else []
                for one in expr.elements:
                    total += self.cost(one)
                    values.append(self._size_or_unknown(one))
                self._elements[expr.id] = Elements("list", ONE, _joined(values))
                return total + _LIST
            case MakeMap():
                return self._map(expr)
            case Fold():
                return self._fold(expr)

    def _local(self, name: str) -> _Local | None:
        found = self._locals.get(name)
        return found[-1] if found else None

    def _type(self, expr: Expr) -> Type:
        return self._checked.types[expr.id]

    def _path(self, expr: Expr) -> Path:
        if isinstance(expr, Ident) and (local := self._local(expr.name)):
            return local.path
        return self._paths.get(expr.id, ())

    def _select(self, expr: Select) -> Range:
        if expr.id in self._checked.names:
            self._paths[expr.id] = (self._checked.names[expr.id],)
            return ONE
        total = self.cost(expr.operand)
        if expr.test:
            return total
        self._paths[expr.id] = (*self._path(expr.operand), expr.name)
        return total + ONE if self._type(expr.operand).kind in {"map", "struct", "param"} else total

    def _map(self, expr: MakeMap) -> Range:
        total = NOTHING
        keys = [NOTHING] if not expr.entries else []
        values = [NOTHING] if not expr.entries else []
        for entry in expr.entries:
            total = total + self.cost(entry.key) + self.cost(entry.value)
            keys.append(self._size_or_unknown(entry.key))
            values.append(self._size_or_unknown(entry.value))
        self._elements[expr.id] = Elements("map", _joined(keys), _joined(values))
        return total + _MAP

    def _argument(self, expr: Expr) -> Argument:
        path = self._path(expr)
        if path and path[0] in _HIDDEN:
            path = ()
        return Argument(self._type(expr), self._size(expr), path, expr)

    def _call(self, expr: Call) -> Range:
        if expr.function == "dyn" and expr.target is None:
            total = self.cost(expr.args[0])
            self._copy(expr, expr.args[0])
            return ONE + total
        costs = [self.cost(one) for one in expr.args]
        args = [self._argument(one) for one in expr.args]
        if expr.function == "_?._":
            return self._default_cost(expr, costs)
        total, target = NOTHING, None
        name = self._checked.names.get(expr.id, expr.function)
        if expr.target is not None and expr.id not in self._checked.names:
            total, target = self.cost(expr.target), self._argument(expr.target)
        if name in {"_&&_", "_||_"}:
            return total + Range(costs[0].least, (costs[0] + costs[1]).most)
        if name == "_?_:_":
            self._size_set(expr, self._size_or_unknown(expr.args[1]) | self._size_or_unknown(expr.args[2]))
            self._elements_set(expr, expr.args[1], expr.args[2])
            return total + costs[0] + (costs[1] | costs[2])
        return total + self._overloads(expr, name, target, args) + _sum(costs)

    def _default_cost(self, expr: Call, costs: Sequence[Range]) -> Range:
        self._paths[expr.id] = ()
        return ONE + _sum(costs)

    def _overloads(self, expr: Call, name: str, target: Argument | None, args: Sequence[Argument]) -> Range:
        every: Range | None = None
        size: Range | None = None
        for overload in self._checked.overloads.get(expr.id, ()):
            params = overload.params[1:] if overload.member else overload.params
            found = call_estimate(name, overload, target=target, args=args, size_of=self._size_at)
            every = found if every is None else every | found
            result = call_size(name, overload, target=target, args=args, size_of=self._size_at)
            if result is not None:
                size = result if size is None else size | result
            if name == "_[_]" and params[0].kind in {"list", "map"}:
                part = "@items" if params[0].kind == "list" else "@values"
                known = self._known_elements(expr.args[0])
                size = known.values if known else None
                self._paths[expr.id] = (*self._path(expr.args[0]), part)
            if name == "_+_" and params[0].kind in {"list", "string", "bytes"}:
                self._elements_set(expr, expr.args[0], expr.args[1])
            if size is None:
                size = self._size(expr)
        self._size_set(expr, size)
        return every or NOTHING

    def _fold(self, expr: Fold) -> Range:
        total = self.cost(expr.over) + self.cost(expr.init)
        self._push(
            expr.accumulator, _Local(self._path(expr.init), self._size(expr.init), self._known_elements(expr.init))
        )
        self._push_variables(expr)
        each = self.cost(expr.condition) + self.cost(expr.step)
        self._pop(expr.variable)
        if expr.second:
            self._pop(expr.second)
        total += self.cost(expr.result)
        self._pop(expr.accumulator)
        count = self._size_or_unknown(expr.over)
        total += count * each
        if isinstance(expr.init, Literal):
            self._size_set(expr, self._size(expr.init))
        elif isinstance(expr.init, MakeList | MakeMap):
            self._size_set(expr, count)
            if known := self._known_elements(expr.step):
                self._elements[expr.id] = known
        return total

    def _push_variables(self, expr: Fold) -> None:
        known, path = self._known_elements(expr.over), self._path(expr.over)
        kind = known.kind if known else self._type(expr.over).kind
        keys = known.keys if known else None
        values = known.values if known else None
        first, second = ("@indices", "@items") if kind == "list" else ("@keys", "@values")
        if expr.second:
            self._push(expr.variable, _Local((*path, first), keys, None))
            self._push(expr.second, _Local((*path, second), values, None))
        elif kind == "list":
            self._push(expr.variable, _Local((*path, second), values, None))
        else:
            self._push(expr.variable, _Local((*path, first), keys, None))

    def _push(self, name: str, local: _Local) -> None:
        self._locals.setdefault(name, []).append(local)

    def _pop(self, name: str) -> None:
        self._locals[name].pop()

    def _size_set(self, expr: Expr, size: Range | None) -> None:
        if size is not None:
            self._sizes[expr.id] = size

    def _elements_set(self, expr: Expr, one: Expr, other: Expr) -> None:
        first, second = self._known_elements(one), self._known_elements(other)
        if first and second:
            self._elements[expr.id] = first | second

    def _copy(self, expr: Expr, source: Expr) -> None:
        self._size_set(expr, self._size(source))
        if known := self._known_elements(source):
            self._elements[expr.id] = known

    def _size_at(self, path: Path) -> Range | None:
        most = self._size_of(path) if path else None
        return None if most is None else Range(0, most)

    def _size_or_unknown(self, expr: Expr) -> Range:
        return self._size(expr) or UNKNOWN

    def _size(self, expr: Expr) -> Range | None:
        known = self._sizes.get(expr.id) or _own_size(expr)
        if known is not None:
            return known
        found = self._size_at(self._path(expr))
        if found is not None:
            self._sizes[expr.id] = found
            return found
        if _is_scalar(self._type(expr)):
            return ONE
        local = self._local(expr.name) if isinstance(expr, Ident) else None
        return local.size if local else None

    def _known_elements(self, expr: Expr) -> Elements | None:
        if expr.id in self._elements:
            return self._elements[expr.id]
        local = self._local(expr.name) if isinstance(expr, Ident) else None
        return local.elements if local else None


def _own_size(expr: Expr) -> Range | None:
    match expr:
        case Literal(value=str() | bytes() as text):
            return exactly(len(text))
        case Literal():
            return ONE
        case MakeList():
            return exactly(len(expr.elements))
        case MakeMap():
            return exactly(len(expr.entries))
    return None


def _is_scalar(found: Type) -> bool:
    if found.kind == "optional_type":
        return _is_scalar(found.params[0])
    return found.kind in _SCALARS


def _joined(ranges: Sequence[Range]) -> Range:
    found = ranges[0]
    for one in ranges[1:]:
        found |= one
    return found


def _sum(ranges: Sequence[Range]) -> Range:
    total = NOTHING
    for one in ranges:
        total += one
    return total
