r"""From the text of a path to its steps, with the real parser's habits.

Those that surprise: ``['a.b']`` is two steps (``\.`` keeps a point), commas within quotes still divide a union, and a right
side of a filter without quotes is a bare word, which cannot be compared with.
"""

import re
from functools import lru_cache
from typing import Final

from harness.apiserver.jsonpath.nodes import (
    Field,
    Filter,
    Literal,
    Node,
    Recursive,
    Slice,
    Steps,
    Union,
    Wildcard,
    Word,
)

Path = tuple[Steps, ...]
"""The expressions in a text one after the other: a column shows what the first finds, if all can be followed."""

_TERMINATORS: Final = frozenset(" \t\r\n.,[]$@{}")
_KEY: Final = re.compile(r"'([^']*)'")
_SLICE: Final = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
_COMPARISON: Final = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)")
_NUMBER: Final = re.compile(r"[+-]?[0-9.]*")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}


class PathSyntaxError(ValueError):
    """A text that is no path."""


@lru_cache(maxsize=512)
def parse(path: str) -> Path:
    """Return the steps of a path such as ``.spec.parts[0].name``.

    :raises PathSyntaxError: it is none.
    """
    return _Parser(f"{{{path}}}").whole()


class _Parser:
    """A cursor over a text; ``""`` stands for its end."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def whole(self) -> Path:
        found: list[Steps] = []
        while self._at < len(self._text):
            opened = self._text.find("{", self._at)
            plain = self._text[self._at : opened if opened >= 0 else len(self._text)]
            if plain:
                found.append((Literal(plain),))
            if opened < 0:
                break
            self._at = opened + 1
            found.append(self._action())
        return tuple(found)

    def _action(self) -> Steps:
        """Read up to the closing brace."""
        nodes: list[Node] = []
        while True:
            if self._text.startswith("[?(", self._at):
                nodes.append(self._filter())
            elif self._text.startswith("..", self._at):
                nodes += self._recursive(nodes)
            elif (one := self._next()) == "}":
                return tuple(nodes)
            else:
                nodes += self._step(one)

    def _step(self, first: str) -> list[Node]:
        """Read one step that begins with a character which has been read."""
        if first in {"", "\r", "\n"}:
            raise PathSyntaxError("unclosed action")
        if first in " @$":
            return []
        if first == "[":
            return self._array()
        if first == ".":
            return [self._field()]
        return [self._operand(first)]

    def _operand(self, first: str) -> Node:
        """Read what a filter compares with."""
        if first in {'"', "'"}:
            return Literal(self._quoted(first))
        if first in "+-" or first.isdigit():
            return Literal(self._number())
        if first == "_" or first.isalpha():
            self._at -= 1
            word = self._word()
            return Literal(word == "true") if word in {"true", "false"} else Word(word)
        raise PathSyntaxError(f"unrecognized character in action: {first!r}")

    def _next(self) -> str:
        found = self._text[self._at : self._at + 1]
        self._at += len(found)
        return found

    def _word(self) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in _TERMINATORS:
            self._at += 1
        return self._text[start : self._at]

    def _field(self) -> Node:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in _TERMINATORS:
            self._at += 2 if self._text[self._at] == "\\" else 1
        self._at = min(self._at, len(self._text))
        name = self._text[start : self._at]
        return Wildcard() if name == "*" else Field(name.replace("\\", ""))

    def _recursive(self, before: list[Node]) -> list[Node]:
        if before and isinstance(before[-1], Recursive):
            raise PathSyntaxError("invalid multiple recursive descent")
        self._at += 2
        following = self._text[self._at : self._at + 1]
        return [Recursive(), self._field()] if following == "_" or following.isalnum() else [Recursive()]

    def _number(self) -> int | float:
        start = self._at - 1
        matched = _NUMBER.match(self._text, start)
        text = matched[0] if matched else ""
        self._at = start + len(text)
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            raise PathSyntaxError(f"cannot parse number {text}") from None

    def _quoted(self, quote: str) -> str:
        start = self._at
        while (one := self._next()) != quote or self._text[self._at - 2] == "\\":
            if one in {"", "\n"}:
                raise PathSyntaxError("unterminated quoted string")
        return _unquoted(self._text[start : self._at - 1], quote)

    def _array(self) -> list[Node]:
        start = self._at
        while (one := self._next()) != "]":
            if one in {"", "\n"}:
                raise PathSyntaxError("unterminated array")
        text = self._text[start : self._at - 1]
        if "," in text:
            return [Union(tuple(_inner(f"[{part.strip(' ')}]") for part in text.split(",")))]
        if (key := _KEY.fullmatch(text)) is not None:
            return list(_inner(f".{key[1]}"))
        return [_slice(":" if text == "*" else text)]

    def _filter(self) -> Filter:
        self._at += len("[?(")
        start, opened, closed, pair = self._at, False, False, ""
        while True:
            one = self._next()
            if one in {"", "\n"}:
                raise PathSyntaxError("unterminated filter")
            if one in {'"', "'"}:
                if not opened:
                    opened, pair = True, one
                elif self._text[self._at - 2] != "\\" and one == pair:
                    closed = True
            elif one == ")" and opened == closed:
                break
        text = self._text[start : self._at - 1]
        if self._next() != "]":
            raise PathSyntaxError("unclosed array expect ]")
        sides = _COMPARISON.fullmatch(text)
        if sides is None:
            return Filter(_inner(text), "exists", ())
        return Filter(_inner(sides[1]), sides[2], _inner(sides[3]))


def _inner(text: str) -> Steps:
    found = _Parser(f"{{{text}}}").whole()
    return found[0] if found else ()


def _slice(text: str) -> Slice:
    matched = _SLICE.fullmatch(text)
    if matched is None:
        raise PathSyntaxError(f"invalid array index {text}")
    try:
        start, end, step = (
            None if (part or "").lstrip(":") == "" else int(part.lstrip(":")) for part in matched.groups()
        )
    except ValueError:
        raise PathSyntaxError(f"array index {text} is not a number") from None
    if not matched[2]:
        return Slice(start, (start or 0) + 1, step, derived=True)
    return Slice(start, end, step)


def _unquoted(text: str, quote: str) -> str:
    if "\\" not in text:
        return text
    found, at = "", 0
    while at < len(text):
        one = text[at]
        if one == "\\":
            at += 1
            following = text[at : at + 1]
            if following != quote and following not in _ESCAPES:
                raise PathSyntaxError(f"unquote string {quote}{text}{quote} error invalid syntax")
            one = _ESCAPES.get(following, following)
        found += one
        at += 1
    return found
