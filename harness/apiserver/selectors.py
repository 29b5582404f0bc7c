"""Label and field selectors: parsed into values with ``matches``, refused with the real texts.

Grammar and errors follow apimachinery's ``labels`` and ``fields`` packages. A label selector is a conjunction of
``k``, ``!k``, ``k=v``, ``k==v``, ``k!=v``, ``k in (a,b)``, ``k notin (a,b)``, ``k>1`` and ``k<1``; a field selector one
of ``f=v``, ``f==v`` and ``f!=v`` over the fields that a resource declares.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from harness.apiserver.errors import BadRequest
from harness.apiserver.fields import FieldError, aggregate, invalid, quote
from harness.apiserver.names import label_value, qualified_name

_TOKEN: Final = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LONGEST_NUMBER: Final = 20
_LONGEST_KEPT: Final = 512
"""Longer selectors are read anew each time: nobody should fill the memory with them."""
_SYMBOLS: Final = frozenset({"==", "!=", "=", "!", "(", ")", ",", "<", ">"})
_FIELD_OPERATOR: Final = re.compile("!=|==|=")
_METADATA: Final = ("metadata.name", "metadata.namespace")
_OPERATORS: Final = frozenset({"=", "==", "!=", "in", "notin", ">", "<"})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on a label. ``operator`` is ``in``, ``notin``, ``exists``, ``!``, ``>`` or ``<``."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether ``labels`` satisfy the condition; ``notin`` is also satisfied by a missing label."""
        value = labels.get(self.key)
        match self.operator:
            case "in":
                return value in self.values
            case "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        found, bound = _whole(value or ""), _whole(self.values[0])
        if found is None or bound is None:
            return False
        return found > bound if self.operator == ">" else found < bound


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """A conjunction of requirements; without any it matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether ``labels`` satisfy every requirement."""
        return all(one.matches(labels) for one in self.requirements)


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """A conjunction of ``(field, value, equal)`` terms; without any it matches everything."""

    terms: tuple[tuple[str, str, bool], ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Tell whether ``fields`` satisfy every term; a field that is not there counts as empty."""
        return all((fields.get(name, "") == value) is equal for name, value, equal in self.terms)

    def exact(self, name: str) -> str | None:
        """Return the value that ``name`` must equal, or None when no term says so."""
        return next((value for field, value, equal in self.terms if equal and field == name), None)


EVERY_LABEL: Final = LabelSelector()
EVERY_FIELD: Final = FieldSelector()


class _UnparsableError(Exception):
    """What was found and what was expected, as the parser reports it."""


class _Take:
    """A cursor over the tokens of a selector; "" is its end."""

    __slots__ = ("_position", "_tokens")

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._position = tokens, 0

    def __call__(self) -> str:
        self._position += 1
        return self._tokens[self._position - 1] if self._position <= len(self._tokens) else ""

    def peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""


def _is_word(token: str) -> bool:
    return bool(token) and token not in _SYMBOLS


def _labels(text: str) -> LabelSelector:
    take = _Take(_TOKEN.findall(text))
    requirements = []
    while found := take.peek():
        if not (_is_word(found) or found == "!"):
            raise _UnparsableError(f"found '{found}', expected: !, identifier, or 'end of string'")
        try:
            requirements.append(_requirement(take))
        except _UnparsableError as problem:
            raise _UnparsableError(f"unable to parse requirement: {problem}") from None
        if (found := take()) not in {",", ""}:
            raise _UnparsableError(f"found '{found}', expected: ',' or 'end of string'")
        following = take.peek()
        if found and not (_is_word(following) or following == "!"):
            raise _UnparsableError(f"found '{following}', expected: identifier after ','")
    return LabelSelector(tuple(requirements))


_cached_labels = lru_cache(maxsize=1024)(_labels)


def _requirement(take: _Take) -> Requirement:
    key = take()
    missing = key == "!"
    if missing:
        key = take()
    if not _is_word(key):
        raise _UnparsableError(f"found '{key}', expected: identifier")
    if wrong := qualified_name(key):
        raise _UnparsableError(str(invalid("<nil>", key, "; ".join(wrong))))
    if missing:
        return Requirement(key, "!")
    if take.peek() in {"", ","}:
        return Requirement(key, "exists")
    operator = take()
    if operator not in _OPERATORS:
        raise _UnparsableError(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")
    if operator in {"in", "notin"}:
        return _checked(Requirement(key, operator, _values(take)))
    value = "" if take.peek() in {"", ","} else take()
    if value in _SYMBOLS:
        raise _UnparsableError(f"found '{value}', expected: identifier")
    names = {"=": "in", "==": "in", "!=": "notin"}
    return _checked(Requirement(key, names.get(operator, operator), (value,)))


def _values(take: _Take) -> tuple[str, ...]:
    if (found := take()) != "(":
        raise _UnparsableError(f"found '{found}' expected: '('")
    if (found := take.peek()) == ")":
        take()
        return ("",)
    if not _is_word(found) and found != ",":
        raise _UnparsableError(f"found '{found}', expected: ',', ')' or identifier")
    values: set[str] = set()
    while True:
        found = take()
        if _is_word(found):
            values.add(found)
            if take.peek() not in {",", ")"}:
                raise _UnparsableError(f"found '{take.peek()}', expected: ',' or ')'")
        elif found == ",":
            if not values or take.peek() in {",", ")"}:
                values.add("")
        else:
            raise _UnparsableError(f"found '{found}', expected: ',', or identifier")
        if take.peek() == ")":
            take()
            return tuple(sorted(values))


def _checked(requirement: Requirement) -> Requirement:
    wrong: list[FieldError] = []
    if requirement.operator in {">", "<"} and _whole(requirement.values[0]) is None:
        detail = "for 'Gt', 'Lt' operators, the value must be an integer"
        wrong.append(invalid("values[0]", requirement.values[0], detail))
    for index, value in enumerate(requirement.values):
        if texts := label_value(value):
            wrong.append(invalid(f"values[{index}][{requirement.key}]", value, "; ".join(texts)))
    if wrong:
        raise _UnparsableError(aggregate(wrong))
    return requirement


def _whole(text: str) -> int | None:
    """Return a number as Go reads it, or None."""
    if not _INTEGER.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        return None
    found = int(text)
    return found if -(2**63) <= found < 2**63 else None


def parse_labels(text: str) -> LabelSelector:
    """Parse a label selector.

    :raises BadRequest: with the parser's message, as the server answers it.
    """
    if not text:
        return EVERY_LABEL
    try:
        return _cached_labels(text) if len(text) <= _LONGEST_KEPT else _labels(text)
    except _UnparsableError as problem:
        raise BadRequest(str(problem)) from None


_WORDS: Final = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def label_selector(selector: Mapping[str, Any]) -> LabelSelector:
    """Return the selector that an object carries (``matchLabels`` and ``matchExpressions``); empty, it matches everything."""
    given = selector.get("matchLabels") or {}
    requirements = [Requirement(key, "in", (value,)) for key, value in sorted(given.items())]
    for one in selector.get("matchExpressions") or []:
        word = _WORDS.get(one.get("operator", ""), "in")
        requirements.append(Requirement(one.get("key", ""), word, tuple(one.get("values") or ())))
    return LabelSelector(tuple(requirements))


def parse_fields(text: str) -> FieldSelector:
    """Parse a field selector; commas and equal signs are escaped by a backslash. `check_fields` looks at the names.

    :raises BadRequest: it cannot be read.
    """
    if not text:
        return EVERY_FIELD
    terms = []
    for term in sorted(_split(text)):
        if not (found := _FIELD_OPERATOR.search(term)):
            raise BadRequest(f"invalid selector: '{text}'; can't understand '{term}'")
        name, value = term[: found.start()], _unescape(term[found.end() :])
        if name or value:  # "=" alone says nothing
            terms.append((name, value, found.group() != "!="))
    return FieldSelector(tuple(terms))


class Selectable(Protocol):
    """What can be selected by fields."""

    @property
    def custom(self) -> bool:
        """Whether the kind is a definition's."""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields that a selector may name."""

    @property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """Those of them beyond metadata."""

    @property
    def field_refusal(self) -> str:
        """How the kind refuses another field, with ``{}`` for its name; "" where it does so as most."""


def check_fields(selector: FieldSelector, kind: Selectable) -> None:
    """Check that a kind can be selected by these fields.

    :raises BadRequest: by one of them it cannot.
    """
    known = kind.field_names
    plain = not kind.custom and not kind.fields
    for name, _, _ in selector.terms:
        if name in known or (
            plain and name in _METADATA
        ):  # the scheme's rule does not ask whether a kind has namespaces
            continue
        if plain:
            raise BadRequest(f'{quote(name)} is not a known field selector: only "metadata.name", "metadata.namespace"')
        raise BadRequest((kind.field_refusal or "field label not supported: {}").replace("{}", name))


def _split(text: str) -> list[str]:
    return re.findall(r"(?:\\.|[^,\\]|\\$)+", text, re.DOTALL)


def _unescape(value: str) -> str:
    if "\\" not in value and "," not in value and "=" not in value:
        return value
    out, escaped = [], False
    for character in value:
        if escaped:
            if character not in "\\,=":
                raise BadRequest(f"invalid field selector: invalid escape sequence: \\{character}")
            out.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in ",=":
            raise BadRequest(f"invalid field selector: unescaped character in value: {ord(character)}")
        else:
            out.append(character)
    if escaped:
        raise BadRequest("invalid field selector: invalid escape sequence: \\")
    return "".join(out)
