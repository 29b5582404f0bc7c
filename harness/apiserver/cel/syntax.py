"""Parsed expressions: a tree of nodes, each with the id under which its place in the text is known.

cel-cpp parses (its grammar is cel-go's, so are the texts of its errors) and expands the macros; what it hands out is a serialised
``cel.expr.ParsedExpr``, read here. The macros over two variables are unknown to it, and expanded here (`macros`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.cel.wire import fields, signed, varint

try:
    from cel_expr_python import cel  # type: ignore[import-untyped]
    from cel_expr_python.ext import ext_optional  # type: ignore[import-untyped]
except ImportError:  # a platform without a wheel
    cel = None

available: Final = cel is not None


class CelSyntaxError(ValueError):
    """A text is no expression; the message is the parser's."""


class UInt(int):
    """An unsigned integer: ``1u``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Ident:
    """A name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """``operand.name``, or ``has(operand.name)``."""

    id: int
    operand: "Expr"
    name: str
    test: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """``function(args)``, or ``target.function(args)``; operators are calls, too."""

    id: int
    function: str
    target: "Expr | None"
    args: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class MakeList:
    """``optional`` holds the places of the elements that are written ``?x``."""

    id: int
    elements: "tuple[Expr, ...]"
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a map; ``optional`` where it is written ``?key: value``."""

    id: int
    key: "Expr"
    value: "Expr"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class MakeMap:
    """``{key: value}``."""

    id: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message: ``optional`` ones are there only if their value is."""

    id: int
    name: str
    value: "Expr"
    optional: bool


@dataclass(frozen=True, slots=True)
class MakeStruct:
    """A message such as ``Object.spec{replicas: 1}``: only the patches of mutating policies can be made."""

    id: int
    name: str
    fields: "tuple[Field, ...]" = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """A comprehension: what every macro over lists and maps becomes. ``second`` is its second variable, or nothing."""

    id: int
    variable: str
    over: "Expr"
    accumulator: str
    init: "Expr"
    condition: "Expr"
    step: "Expr"
    result: "Expr"
    second: str = ""


Expr = Literal | Ident | Select | Call | MakeList | MakeMap | MakeStruct | Fold


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression with its text; ``positions`` are offsets, in characters, by the ids of nodes."""

    text: str
    root: Expr
    positions: Mapping[int, int] = field(default_factory=dict)

    def shown(self, node: int, message: str, *, brace: bool = False) -> tuple[tuple[int, int], str]:
        """Return where a node stands (line and column), and an error at it as CEL displays it.

        :param brace: the node is a message, which stands where its fields begin.
        """
        offset = self.positions.get(node, 0)
        offset = self.text.find("{", offset) if brace else offset
        line = self.text.count("\n", 0, offset)
        start = self.text.rfind("\n", 0, offset) + 1
        column = offset - start
        source = self.text[start:].partition("\n")[0].replace("\t", " ")
        dots = "".join("." if one.isascii() else "\uff0e" for one in source[:column])
        pointer = "\uff3e" if source[column : column + 1] and not source[column].isascii() else "^"
        return (line, column), f"ERROR: <input>:{line + 1}:{column + 1}: {message}\n | {source}\n | {dots}{pointer}"


@lru_cache(maxsize=1)
def _environment() -> Any:
    return cel.NewEnv(extensions=[ext_optional.ExtOptional()])


@lru_cache(maxsize=1024)
def parse(text: str) -> Parsed:
    """Parse an expression.

    :raises CelSyntaxError: with the parser's errors.
    """
    try:
        data = _environment().compile(text, disable_check=True).serialize()
    except RuntimeError as problem:
        said = _message(str(problem))
        raise CelSyntaxError(said if text else said.replace(_BEGINNING, _NOWHERE, 1)) from None
    found = dict(fields(dict(fields(data))[2]))
    positions: dict[int, int] = {}
    for number, value in fields(found[3]):
        if number == 4:
            pair = dict(fields(value))
            positions[signed(pair.get(1, 0))] = pair.get(2, 0)
    return Parsed(text, _expr(found[2]), positions)


def _message(text: str) -> str:
    text = text.partition(": ")[2] if text.startswith("INVALID_ARGUMENT: ") else text
    text = text.removesuffix(" [INVALID_ARGUMENT]")
    for theirs, ours in _WORDS:
        text = theirs.sub(ours, text)
    return text


_BEGINNING, _NOWHERE = "<input>:1:1:", "<input>:1:0:"
"""Where the end of an expression without any text is, to cel-cpp and to cel-go."""

_WORDS: Final = (
    (
        re.compile(r"\b(?:all|exists|exists_one)\(\) variable name must be a simple identifier"),
        "argument must be a simple name",
    ),
    (re.compile(r"\b(?:map|filter)\(\) variable name must be a simple identifier"), "argument is not an identifier"),
    (re.compile(r"\bhas\(\) argument must be a field selection"), "invalid argument to has() macro"),
)
"""Where cel-cpp words an error of a macro in another way than cel-go."""


def _expr(data: bytes) -> Expr:
    node, kind, body = 0, 0, b""
    for number, value in fields(data):
        if number == 2:
            node = signed(value)
        else:
            kind, body = number, value
    return _READERS[kind](node, body)


def _literal(node: int, data: bytes) -> Expr:
    for number, value in fields(data):
        match number:
            case 1:
                return Literal(node, None)
            case 2:
                return Literal(node, bool(value))
            case 3:
                return Literal(node, signed(value))
            case 4:
                return Literal(node, UInt(value))
            case 6:
                return Literal(node, value.decode())
        return Literal(node, value)
    raise ValueError("a constant without a value")


def _ident(node: int, data: bytes) -> Expr:
    return Ident(node, dict(fields(data))[1].decode())


def _select(node: int, data: bytes) -> Expr:
    found = dict(fields(data))
    return Select(node, _expr(found[1]), found[2].decode(), bool(found.get(3)))


def _call(node: int, data: bytes) -> Expr:
    target, function, args = None, "", []
    for number, value in fields(data):
        if number == 1:
            target = _expr(value)
        elif number == 2:
            function = value.decode()
        else:
            args.append(_expr(value))
    return Call(node, function, target, tuple(args))


def _list(node: int, data: bytes) -> Expr:
    elements: list[Expr] = []
    optional: list[int] = []
    for number, value in fields(data):
        if number == 1:
            elements.append(_expr(value))
        elif isinstance(value, int):
            optional.append(value)
        else:
            optional += _packed(value)
    return MakeList(node, tuple(elements), frozenset(optional))


def _packed(data: bytes) -> Sequence[int]:
    found, position = [], 0
    while position < len(data):
        value, position = varint(data, position)
        found.append(value)
    return found


def _struct(node: int, data: bytes) -> Expr:
    name, parts = "", []
    for number, value in fields(data):
        if number == 1:
            name = value.decode()
        else:
            parts.append(dict(fields(value)))
    if name:
        made = [Field(signed(part.get(1, 0)), part[2].decode(), _expr(part[4]), bool(part.get(5))) for part in parts]
        return MakeStruct(node, name, tuple(made))
    return MakeMap(
        node, tuple(Entry(signed(part.get(1, 0)), _expr(part[3]), _expr(part[4]), bool(part.get(5))) for part in parts)
    )


def _fold(node: int, data: bytes) -> Expr:
    found = dict(fields(data))
    parts = [_expr(found[number]) for number in (2, 4, 5, 6, 7)]
    over, init, condition, step, result = parts
    return Fold(
        node,
        found[1].decode(),
        over,
        found[3].decode(),
        init,
        condition,
        step,
        result,
        found.get(8, b"").decode(),
    )


_READERS: Final = {3: _literal, 4: _ident, 5: _select, 6: _call, 7: _list, 8: _struct, 9: _fold}
