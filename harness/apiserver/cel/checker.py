"""The type check of an expression, against declared variables and the functions of `declarations`: cel-go's algorithm.

Fields of structs must exist, calls must have an overload. A type that nobody knows before the expression runs is ``dyn``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.apiserver.cel.declarations import GATES, Overload, functions
from harness.apiserver.cel.syntax import (
    Call,
    Expr,
    Fold,
    Ident,
    Literal,
    MakeList,
    MakeMap,
    MakeStruct,
    Parsed,
    Select,
    UInt,
)
from harness.apiserver.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    UINT,
    VALUES,
    Type,
    list_of,
    map_of,
    optional_of,
)
from harness.apiserver.cel.unify import Unifier

Structs = Mapping[str, Mapping[str, Type]]


class AnyField(dict[str, Type]):
    """The fields of a struct of which nothing is known: every name is one, of any type."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002
        """Return the type of a field."""
        return DYN


def fields_of(structs: Structs, name: str) -> Mapping[str, Type] | None:
    """Return the fields of a struct, None where there is none of that name; ``Object.spec`` is one where ``Object`` is."""
    found = structs.get(name)
    return structs.get(name.partition(".")[0]) if found is None and name.startswith("Object.") else found


class CheckError(ValueError):
    """An expression does not pass; the message holds every error as CEL displays them."""


@dataclass(slots=True)
class Checked:
    """What the check found: a type for each node, overloads for each call, the variables that are used."""

    parsed: Parsed
    types: dict[int, Type] = field(default_factory=dict)
    overloads: dict[int, tuple[Overload, ...]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)

    @property
    def result(self) -> Type:
        """The type of the whole expression."""
        return self.types[self.parsed.root.id]


def check(parsed: Parsed, variables: Mapping[str, Type], structs: Structs) -> Checked:
    """Check an expression; ``structs`` gives the fields of each struct type.

    :raises CheckError: it does not pass.
    """
    return _Checker(parsed, variables, structs).run()


class _Checker:
    def __init__(self, parsed: Parsed, variables: Mapping[str, Type], structs: Structs) -> None:
        self._checked = Checked(parsed)
        self._declared = variables
        self._structs = structs
        self._scopes: list[dict[str, Type]] = []
        self._unifier = Unifier()
        self._errors: list[tuple[tuple[int, int], str]] = []

    def run(self) -> Checked:
        self._visit(self._checked.parsed.root)
        if not self._errors:
            types = self._checked.types
            for node, found in types.items():
                types[node] = self._unifier.substitute(found, to_dyn=True)
        if self._errors:
            raise CheckError("\n".join(text for _, text in sorted(self._errors, key=lambda one: one[0])))
        return self._checked

    def _error(self, node: int, message: str) -> None:
        self._errors.append(self._checked.parsed.shown(node, message))

    def _visit(self, expr: Expr) -> Type:
        match expr:
            case Literal():
                found = _literal_type(expr.value)
            case Ident():
                found = self._ident(expr)
            case Select():
                found = self._select(expr)
            case Call():
                found = self._call(expr)
            case MakeList():
                found = self._list(expr)
            case MakeMap():
                found = self._map(expr)
            case MakeStruct():
                found = self._struct(expr)
            case Fold():
                found = self._fold(expr)
        self._checked.types[expr.id] = found
        return found

    def _undeclared(self, node: int, name: str) -> None:
        self._error(node, f"undeclared reference to '{name}' (in container '')")

    def _lookup(self, name: str) -> Type | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        if name in self._declared:
            self._checked.variables.add(name)
            return self._declared[name]
        return Type("type", (VALUES[name],)) if name in VALUES else None

    def _ident(self, expr: Ident) -> Type:
        found = self._lookup(expr.name)
        if found is None:
            self._undeclared(expr.id, expr.name)
            return ERROR
        return found

    def _select(self, expr: Select) -> Type:
        name = None if expr.test else _qualified(expr)
        if name and name in VALUES:
            self._checked.names[expr.id] = name
            return Type("type", (VALUES[name],))
        if name and name in self._declared:  # a variable with a dot in its name
            self._checked.names[expr.id] = name
            return self._declared[name]
        found = self._field(expr.id, expr.operand, expr.name, optional=False)
        return BOOL if expr.test else self._unifier.substitute(found)

    def _field(self, node: int, operand: Expr, name: str, *, optional: bool) -> Type:
        target = self._unifier.substitute(self._visit(operand))
        wrapped = target.kind == "optional_type"
        if wrapped:
            target = target.params[0]
        found = ERROR
        match target.kind:
            case "map":
                found = target.params[1]
            case "struct":
                fields = fields_of(self._structs, target.name)
                known = None if fields is None else fields.get(name)
                if fields is None:
                    self._error(node, f"unexpected failed resolution of '{target.name}'")
                elif known is None:
                    self._error(node, f"undefined field '{name}'")
                else:
                    found = known
            case "param":
                self._unifier.assign(DYN, target)
                found = DYN
            case _:
                if target.kind not in {"dyn", "error"}:
                    self._error(node, f"type '{target}' does not support field selection")
                found = DYN
        return optional_of(found) if wrapped or optional else found

    def _call(self, expr: Call) -> Type:
        if expr.function == "_?._":
            return self._optional_select(expr)
        args = [self._visit(one) for one in expr.args]
        known = functions()
        if expr.target is None:
            if expr.function not in known:
                self._undeclared(expr.id, expr.function)
                return ERROR
            return self._resolve(expr, expr.function, args, member=False)
        prefix = _qualified(expr.target)
        if prefix and f"{prefix}.{expr.function}" in known and self._is_there(f"{prefix}.{expr.function}"):
            self._checked.names[expr.id] = f"{prefix}.{expr.function}"
            return self._resolve(expr, f"{prefix}.{expr.function}", args, member=False)
        target = self._visit(expr.target)
        if expr.function not in known:
            self._undeclared(expr.id, expr.function)
            return ERROR
        return self._resolve(expr, expr.function, [target, *args], member=True)

    def _is_there(self, function: str) -> bool:
        return function not in GATES or GATES[function] in self._structs

    def _optional_select(self, expr: Call) -> Type:
        operand, name = expr.args
        if not isinstance(name, Literal) or not isinstance(name.value, str):
            self._error(name.id, "unsupported optional field selection")
            return ERROR
        found = self._field(expr.id, operand, name.value, optional=True)
        self._checked.types[name.id] = STRING
        return self._unifier.substitute(found)

    def _resolve(self, expr: Call, name: str, args: list[Type], *, member: bool) -> Type:
        if name in {"_&&_", "_||_"}:
            return self._logical(expr, name, args)
        result: Type | None = None
        chosen: list[Overload] = []
        for overload in functions()[name]:
            if overload.member != member:
                continue
            params, shape = self._unifier.fresh(overload)
            if self._unifier.assign_all(args, params):
                chosen.append(overload)
                found = self._unifier.substitute(shape)
                if result is None:
                    result = found
                elif result not in {DYN, found}:
                    result = DYN
        if result is None:
            shown = [str(self._unifier.substitute(one, to_dyn=True)) for one in args]
            applied = f"{shown[0]}.({', '.join(shown[1:])})" if member else f"({', '.join(shown)})"
            self._error(expr.id, f"found no matching overload for '{name}' applied to '{applied}'")
            return ERROR
        self._checked.overloads[expr.id] = tuple(chosen)
        return result

    def _logical(self, expr: Call, name: str, args: list[Type]) -> Type:
        good = True
        for node, found in zip(expr.args, args, strict=True):
            if not self._unifier.assign(found, BOOL):
                self._error(node.id, f"expected type 'bool' but found '{self._unifier.substitute(found)}'")
                good = False
        self._checked.overloads[expr.id] = functions()[name]
        return BOOL if good else ERROR

    def _join(self, expr: Expr, before: Type | None, found: Type) -> Type:
        if before is None:
            return found
        if self._unifier.assign(before, found):
            return self._unifier.most_general(before, found)
        self._error(expr.id, f"expected type '{before}' but found '{found}'")
        return ERROR

    def _unwrapped(self, expr: Expr, found: Type) -> Type:
        if found.kind == "optional_type":
            return found.params[0]
        if found.kind not in {"dyn", "error"}:
            self._error(expr.id, f"expected type '{optional_of(found)}' but found '{found}'")
        return found

    def _list(self, expr: MakeList) -> Type:
        element: Type | None = None
        for index, one in enumerate(expr.elements):
            found = self._visit(one)
            if index in expr.optional:
                found = self._unwrapped(one, found)
            element = self._join(one, element, found)
        return list_of(element or self._unifier.variable())

    def _map(self, expr: MakeMap) -> Type:
        key: Type | None = None
        value: Type | None = None
        for entry in expr.entries:
            key = self._join(entry.key, key, self._visit(entry.key))
            found = self._visit(entry.value)
            if entry.optional:
                found = self._unwrapped(entry.value, found)
            value = self._join(entry.value, value, found)
        return map_of(key or self._unifier.variable(), value or self._unifier.variable())

    def _struct(self, expr: MakeStruct) -> Type:
        known = fields_of(self._structs, expr.name)
        if known is None or expr.name.startswith("kubernetes."):
            text = f"undeclared reference to '{expr.name}' (in container '')"
            self._errors.append(self._checked.parsed.shown(expr.id, text, brace=True))
            return ERROR
        for one in expr.fields:
            found = self._visit(one.value)
            if one.optional:
                found = self._unwrapped(one.value, found)
            wanted = known.get(one.name)
            if wanted is None:
                self._error(one.id, f"undefined field '{one.name}'")
            elif not self._unifier.assign(wanted, found):
                shown = self._unifier.substitute(found)
                self._error(one.id, f"expected type of field '{one.name}' is '{wanted}' but provided type is '{shown}'")
        return Type("struct", name=expr.name)

    def _fold(self, expr: Fold) -> Type:
        over = self._unifier.substitute(self._visit(expr.over))
        accumulated = self._visit(expr.init)
        self._scopes.append({expr.accumulator: accumulated})
        first, second = self._range(expr, over)
        variables = {expr.variable: first} | ({expr.second: second} if expr.second else {})
        self._scopes.append(variables)
        for part, wanted in ((expr.condition, BOOL), (expr.step, accumulated)):
            found = self._visit(part)
            if not self._unifier.assign(wanted, found):
                shown = self._unifier.substitute(wanted), self._unifier.substitute(found)
                self._error(part.id, f"expected type '{shown[0]}' but found '{shown[1]}'")
        self._scopes.pop()
        result = self._visit(expr.result)
        self._scopes.pop()
        return self._unifier.substitute(result)

    def _range(self, expr: Fold, over: Type) -> tuple[Type, Type]:
        match over.kind:
            case "list":
                return (INT, over.params[0]) if expr.second else (over.params[0], ERROR)
            case "map":
                return over.params[0], over.params[1]
            case "dyn" | "error" | "param":
                self._unifier.assign(DYN, over)
                return DYN, DYN
        where = expr.over.id
        self._error(
            where, f"expression of type '{over}' cannot be range of a comprehension (must be list, map, or dynamic)"
        )
        return ERROR, ERROR


def _qualified(expr: Expr) -> str:
    """Return ``a.b.c`` for a chain of names, else nothing."""
    if isinstance(expr, Ident):
        return expr.name
    if isinstance(expr, Select) and not expr.test:
        prefix = _qualified(expr.operand)
        return f"{prefix}.{expr.name}" if prefix else ""
    return ""


def _literal_type(value: object) -> Type:
    if value is None:
        return NULL
    kinds: Sequence[tuple[type, Type]] = (
        (bool, BOOL),
        (UInt, UINT),
        (int, INT),
        (float, DOUBLE),
        (str, STRING),
        (bytes, BYTES),
    )
    return next(found for kind, found in kinds if isinstance(value, kind))
