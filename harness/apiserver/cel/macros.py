"""The macros that the parser does not know: those over two variables (``map.all(k, v, …)``, ``transformMap``…), ``sortBy``, ``bind``.

Calls become folds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from harness.apiserver.cel.syntax import (
    Call,
    CelSyntaxError,
    Entry,
    Expr,
    Fold,
    Ident,
    Literal,
    MakeList,
    MakeMap,
    MakeStruct,
    Parsed,
    Select,
)

_RESULT: Final = "@result"


def expanded(parsed: Parsed, *, binding: bool = False) -> Parsed:
    """Return an expression with its macros expanded; new nodes stand where the macro stood.

    ``binding`` tells whether it may give names to values (``cel.bind(name, value, result)``), which not all may.

    :raises CelSyntaxError: a macro is given something else than the name that it wants.
    """
    expander = _Expander(parsed, dict(parsed.positions), binding)
    root = expander.visit(parsed.root)
    return parsed if root is parsed.root else replace(parsed, root=root, positions=expander.positions)


@dataclass(slots=True)
class _Expander:
    parsed: Parsed
    positions: dict[int, int]
    binding: bool

    def visit(self, expr: Expr) -> Expr:  # noqa: PLR0911  one case for each kind
        """Return an expression with everything in it expanded; itself where there is nothing."""
        match expr:
            case Select():
                operand = self.visit(expr.operand)
                return expr if operand is expr.operand else replace(expr, operand=operand)
            case MakeList():
                elements = tuple(map(self.visit, expr.elements))
                return expr if _same(elements, expr.elements) else replace(expr, elements=elements)
            case MakeMap():
                entries = tuple(self._entry(one) for one in expr.entries)
                return expr if _same(entries, expr.entries) else replace(expr, entries=entries)
            case MakeStruct():
                parts_of = tuple(replace(one, value=self.visit(one.value)) for one in expr.fields)
                same = all(one.value is other.value for one, other in zip(parts_of, expr.fields, strict=True))
                return expr if same else replace(expr, fields=parts_of)
            case Fold():
                names = ("over", "init", "condition", "step", "result")
                parts = {name: self.visit(getattr(expr, name)) for name in names}
                same = all(parts[name] is getattr(expr, name) for name in names)
                if same:
                    return expr
                return Fold(
                    expr.id, expr.variable, parts["over"], expr.accumulator, parts["init"], parts["condition"], parts["step"],
                    parts["result"], expr.second,
                )  # fmt: skip
            case Call():
                return self._call(expr)
        return expr

    def _entry(self, entry: Entry) -> Entry:
        key, value = self.visit(entry.key), self.visit(entry.value)
        same = key is entry.key and value is entry.value
        return entry if same else replace(entry, key=key, value=value)

    def _call(self, expr: Call) -> Expr:
        target = expr.target and self.visit(expr.target)
        args = tuple(map(self.visit, expr.args))
        found = expr
        if target is not expr.target or not _same(args, expr.args):
            found = replace(expr, target=target, args=args)
        if self.binding and expr.function == "bind" and target == Ident(target.id if target else 0, "cel"):
            return self.bound(found)
        macro = _MACROS.get((expr.function, len(args)))
        if expr.function == "sortBy" and len(args) == 2 and not isinstance(args[0], Ident):
            raise CelSyntaxError(self.parsed.shown(args[0].id, "argument is not an identifier")[1])
        names = args[:1] if expr.function == "sortBy" else args[:2]
        if macro is None or target is None or not all(isinstance(one, Ident) for one in names):
            return found
        return macro(self, found)

    def _new(self, at: Call) -> int:
        node = max(self.positions, default=0) + 1
        self.positions[node] = self.positions.get(at.id, 0)
        return node

    def _accumulated(self, at: Call) -> Expr:
        return Ident(self._new(at), _RESULT)

    def _do(self, at: Call, function: str, *args: Expr) -> Expr:
        return Call(self._new(at), function, None, args)

    def _fold(self, at: Call, init: Expr, *, condition: Expr, step: Expr, result: Expr) -> Expr:
        first, second = at.args[:2]
        if at.target is None or not isinstance(first, Ident) or not isinstance(second, Ident):
            raise AssertionError("a macro that is none")
        return Fold(at.id, first.name, at.target, _RESULT, init, condition, step, result, second.name)

    def every(self, at: Call) -> Expr:
        """``all(a, b, condition)``."""
        condition = self._do(at, "@not_strictly_false", self._accumulated(at))
        step = self._do(at, "_&&_", self._accumulated(at), at.args[2])
        init = Literal(self._new(at), value=True)
        return self._fold(at, init, condition=condition, step=step, result=self._accumulated(at))

    def some(self, at: Call) -> Expr:
        """``exists(a, b, condition)``."""
        inverse = self._do(at, "!_", self._accumulated(at))
        condition = self._do(at, "@not_strictly_false", inverse)
        step = self._do(at, "_||_", self._accumulated(at), at.args[2])
        init = Literal(self._new(at), value=False)
        return self._fold(at, init, condition=condition, step=step, result=self._accumulated(at))

    def one(self, at: Call) -> Expr:
        """``existsOne(a, b, condition)``."""
        more = self._do(at, "_+_", self._accumulated(at), Literal(self._new(at), 1))
        step = self._do(at, "_?_:_", at.args[2], more, self._accumulated(at))
        result = self._do(at, "_==_", self._accumulated(at), Literal(self._new(at), 1))
        init = Literal(self._new(at), 0)
        return self._fold(at, init, condition=Literal(self._new(at), value=True), step=step, result=result)

    def to_list(self, at: Call) -> Expr:
        """``transformList(a, b, [filter,] value)``."""
        added = MakeList(self._new(at), (at.args[-1],))
        step = self._do(at, "_+_", self._accumulated(at), added)
        return self._filtered(at, MakeList(self._new(at), ()), step)

    def to_map(self, at: Call) -> Expr:
        """``transformMap(a, b, [filter,] value)``."""
        key = Ident(self._new(at), at.args[0].name if isinstance(at.args[0], Ident) else "")
        step = self._do(at, "cel.@mapInsert", self._accumulated(at), key, at.args[-1])
        return self._filtered(at, MakeMap(self._new(at), ()), step)

    def to_entries(self, at: Call) -> Expr:
        """``transformMapEntry(a, b, [filter,] entries)``."""
        step = self._do(at, "cel.@mapInsert", self._accumulated(at), at.args[-1])
        return self._filtered(at, MakeMap(self._new(at), ()), step)

    def sorted_by(self, at: Call) -> Expr:
        """``sortBy(a, key)``: the list, with its keys beside it."""
        variable, key = at.args
        if at.target is None or not isinstance(variable, Ident):
            raise AssertionError("a macro that is none")
        step = self._do(at, "_+_", self._accumulated(at), MakeList(self._new(at), (key,)))
        always = Literal(self._new(at), value=True)
        start, result = MakeList(self._new(at), ()), self._accumulated(at)
        keys = Fold(self._new(at), variable.name, at.target, _RESULT, start, always, step, result, "")
        return Call(at.id, "@sortByAssociatedKeys", at.target, (keys,))

    def bound(self, at: Call) -> Expr:
        """``cel.bind(name, value, result)``: a fold over nothing, whose accumulator has the name."""
        if len(at.args) != 3:
            return at
        name, value, result = at.args
        if not isinstance(name, Ident):
            raise CelSyntaxError(self.parsed.shown(name.id, "cel.bind() variable names must be simple identifiers")[1])
        nothing, never = MakeList(self._new(at), ()), Literal(self._new(at), value=False)
        step = Ident(self._new(at), name.name)
        return Fold(at.id, "#unused", nothing, name.name, value, never, step, result, "")

    def _filtered(self, at: Call, init: Expr, step: Expr) -> Expr:
        if len(at.args) == 4:
            step = self._do(at, "_?_:_", at.args[2], step, self._accumulated(at))
        return self._fold(
            at, init, condition=Literal(self._new(at), value=True), step=step, result=self._accumulated(at)
        )


_MACROS: Final[dict[tuple[str, int], Callable[[_Expander, Call], Expr]]] = {
    ("all", 3): _Expander.every,
    ("exists", 3): _Expander.some,
    ("exists_one", 3): _Expander.one,
    ("existsOne", 3): _Expander.one,
    ("transformList", 3): _Expander.to_list,
    ("transformList", 4): _Expander.to_list,
    ("transformMap", 3): _Expander.to_map,
    ("transformMap", 4): _Expander.to_map,
    ("transformMapEntry", 3): _Expander.to_entries,
    ("transformMapEntry", 4): _Expander.to_entries,
    ("sortBy", 2): _Expander.sorted_by,
}


def _same(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return all(one is other for one, other in zip(some, others, strict=True))
