"""Paths to fields of a schema: ``.spec.owner``, ``.spec['a.b']``; those of ``fieldPath`` in rules and of selectable fields."""

import re
from collections.abc import Mapping
from typing import Any, Final

from harness.apiserver.schema.paths import at, below

_WORD: Final = re.compile(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]]+", re.DOTALL)
_ESCAPES: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


class PathError(ValueError):
    """A path leads nowhere, or is none."""


def resolve(path: str, schema: Mapping[str, Any], *, brackets: bool = True) -> tuple[str, Mapping[str, Any], str]:
    """Follow a path: its normal form, the schema of the field, and the first field's name.

    :raises PathError: with the server's text.
    """
    words = _WORD.findall(path)
    normal, first, position = "", "", 0
    while position < len(words):
        word = words[position]
        if word == "[" and not brackets:
            raise PathError("array notation is not allowed")
        if word not in {".", "["}:
            raise PathError(f"expected [ or . but got: {word}")
        if position + 1 >= len(words):
            raise PathError("unexpected end of JSON path")
        name = words[position + 1]
        position += 2
        if word == "[":
            name = _unquoted(name)
        normal, schema = _step(normal, schema, name)
        first = first or name
        if word == "[":
            if position >= len(words):
                raise PathError("unexpected end of JSON path")
            if words[position] != "]":
                raise PathError(f"expected ] but got {words[position]}")
            position += 1
    return normal, schema, first


def _step(path: str, schema: Mapping[str, Any], name: str) -> tuple[str, Mapping[str, Any]]:
    properties, values = schema.get("properties"), schema.get("additionalProperties")
    if properties:
        if name not in properties:
            raise PathError("does not refer to a valid field")
        return below(path, name), properties[name]
    if values is None:
        raise PathError("does not refer to a valid field")
    return at(path, name), values if isinstance(values, dict) else {}


def _unquoted(word: str) -> str:
    if len(word) < 2 or word[0] != "'" or word[-1] != "'":
        raise PathError(f"expected single quoted string but got {word}")

    def character(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise PathError(f"invalid string literal: invalid escape char {match[1]}")
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", character, word[1:-1])
