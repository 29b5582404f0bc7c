"""Label and field selectors: parsed into values with ``matches``, refused with the real texts.

Grammar and errors follow apimachinery's ``labels`` and ``fields`` packages. A label selector is a conjunction of
``k``, ``!k``, ``k=v``, ``k==v``, ``k!=v``, ``k in (a,b)``, ``k notin (a,b)``, ``k>1`` and ``k<1``; a field selector one
of ``f=v``, ``f==v`` and ``f!=v`` over the fields that a resource declares.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.errors import BadRequest
from harness.apiserver.fields import FieldError, aggregate, invalid, quote
from harness.apiserver.names import label_value, qualified_name

_TOKEN: Final = re.compile(r"\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)")
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
        try:
            found, bound = int(value or ""), int(self.values[0])
        except ValueError:
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
    """A cursor over the tokens of a selector."""

    __slots__ = ("_position", "_tokens")

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._position = tokens, 0

    def __call__(self) -> str:
        self._position += 1
        return self._tokens[self._position - 1] if self._position <= len(self._tokens) else ""

    def peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""


@lru_cache(maxsize=1024)
def _labels(text: str) -> LabelSelector:
    take = _Take(_TOKEN.findall(text))
    requirements = []
    while found := take.peek():
        if found in _SYMBOLS - {"!"}:
            raise _UnparsableError(f"found '{found}', expected: !, identifier, or 'end of string'")
        requirements.append(_requirement(take))
        if (found := take()) not in {",", ""}:
            raise _UnparsableError(f"found '{found}', expected: ',' or 'end of string'")
        following = take.peek()
        if found and (not following or following in _SYMBOLS - {"!"}):
            raise _UnparsableError(f"found '{following}', expected: identifier after ','")
    return LabelSelector(tuple(requirements))


def _requirement(take: _Take) -> Requirement:
    key = take()
    if key == "!":
        key = take()
        if not key or key in _SYMBOLS:
            raise _UnparsableError(f"unable to parse requirement: found '{key}', expected: identifier")
        return _checked(Requirement(key, "!"))
    operator = take.peek()
    if operator in {"", ","}:
        return _checked(Requirement(key, "exists"))
    take()
    if operator not in _OPERATORS:
        raise _UnparsableError(
            f"unable to parse requirement: found '{operator}', expected: in, notin, =, ==, !=, gt, lt"
        )
    if operator in {"in", "notin"}:
        return _checked(Requirement(key, operator, _values(take)))
    value = "" if take.peek() in {"", ","} else take()
    if value in _SYMBOLS:
        raise _UnparsableError(f"unable to parse requirement: found '{value}', expected: identifier")
    names = {"=": "in", "==": "in", "!=": "notin"}
    return _checked(Requirement(key, names.get(operator, operator), (value,)))


def _values(take: _Take) -> tuple[str, ...]:
    if (found := take()) != "(":
        raise _UnparsableError(f"unable to parse requirement: found '{found}' expected: '('")
    values: set[str] = set()
    while True:
        found = take()
        if found == ")":
            return tuple(sorted(values or {""}))
        if found == ",":
            values.add("")
            continue
        if not found or found in _SYMBOLS:
            raise _UnparsableError(f"unable to parse requirement: found '{found}', expected: ',', ')' or identifier")
        values.add(found)
        following = take()
        if following == ")":
            return tuple(sorted(values))
        if following != ",":
            raise _UnparsableError(f"unable to parse requirement: found '{following}', expected: ',' or ')'")
        if take.peek() == ")":
            values.add("")


def _checked(requirement: Requirement) -> Requirement:
    wrong: list[FieldError] = [invalid("key", requirement.key, text) for text in qualified_name(requirement.key)]
    if requirement.operator in {">", "<"}:
        try:
            int(requirement.values[0])
        except ValueError:
            wrong.append(
                invalid("values[0]", requirement.values[0], "for 'Gt', 'Lt' operators, the value must be an integer")
            )
    for index, value in enumerate(requirement.values):
        wrong += [invalid(f"values[{index}][{requirement.key}]", value, text) for text in label_value(value)]
    if wrong:
        raise _UnparsableError(f"unable to parse requirement: {aggregate(wrong)}")
    return requirement


def parse_labels(text: str) -> LabelSelector:
    """Parse a label selector.

    :raises BadRequest: with the parser's message, as the server answers it.
    """
    if not text:
        return EVERY_LABEL
    try:
        return _labels(text)
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


def parse_fields(text: str, *, known: Collection[str], custom: bool) -> FieldSelector:
    """Parse a field selector over the ``known`` fields of a kind; commas and equal signs are escaped by a backslash.

    :raises BadRequest: unreadable, or a field that this kind cannot be selected by.
    """
    if not text:
        return EVERY_FIELD
    terms = []
    for term in sorted(_split(text)):
        if not (found := _FIELD_OPERATOR.search(term)):
            raise BadRequest(f"invalid selector: '{text}'; can't understand '{term}'")
        name, value = term[: found.start()], _unescape(term[found.end() :])
        if name not in known:
            raise BadRequest(_unsupported(name, plain=not custom and len(known) <= len(_METADATA)))
        terms.append((name, value, found.group() != "!="))
    return FieldSelector(tuple(terms))


def _unsupported(name: str, *, plain: bool) -> str:
    # Kinds with fields of their own say it in their own words, the rest in the scheme's.
    if plain:
        return f'{quote(name)} is not a known field selector: only "metadata.name", "metadata.namespace"'
    return f"field label not supported: {name}"


def _split(text: str) -> list[str]:
    return re.findall(r"(?:\\.|[^,\\])+|\\$", text)


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
