"""JSON as bytes, as deep as Go takes it.

orjson reads and writes; it stops at 1,024 levels on the way in and at 254 on the way out. What is deeper is read and written here,
slower, with a list for a stack: so an ordinary text pays nothing for it, and no text ends in an error of the interpreter's stack.
"""

import json
import re
from contextlib import suppress
from typing import Any, Final, Protocol

import orjson

from harness.apiserver.messages import Json

DEEPEST: Final = 10_000
"""How many levels Go's decoder takes."""

TOKEN: Final = re.compile(r'[\[\]{}:,]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s\[\]{}:,"]+', re.DOTALL)
"""One token of a text that is JSON."""

_DEEPEST_OF_ORJSON: Final = 1024
"""How many levels orjson reads."""

_HALF: Final = re.compile("[\ud800-\udfff]")
_LARGEST_INT: Final = 2**63
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}


def loads(text: bytes) -> Json:
    """Return the value in a text that this module, orjson or Go has written.

    :raises orjson.JSONDecodeError: it is no JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        if text.count(b"[") + text.count(b"{") < _DEEPEST_OF_ORJSON:
            raise
    return read(text.decode())


def read(text: str) -> Json:
    """Return the value in a text that is JSON, as Go reads it: numbers beyond 64 bits are floats, halves of characters are none."""
    root: list[Json] = []
    stack: list[Any] = [root]
    key: str | None = None
    for word in TOKEN.findall(text):
        at = stack[-1]
        if word in "{[":
            value: Json = {} if word == "{" else []
        elif word in "}]":
            stack.pop()
            continue
        elif word in ":,":
            continue
        else:
            value = scalar(word)
            if at.__class__ is dict and key is None:
                key = value
                continue
        if at.__class__ is dict:
            at[key], key = value, None
        else:
            at.append(value)
        if word in "{[":
            stack.append(value)
    return root[0]


def scalar(word: str) -> Json:
    """Return the text, the number or the word that a token of JSON is."""
    if word[0] == '"':
        return _HALF.sub("\ufffd", json.loads(word, strict=False))
    if word in _WORDS:
        return _WORDS[word]
    try:
        value = int(word)
    except ValueError:
        return float(word)
    return value if -_LARGEST_INT <= value < _LARGEST_INT else float(word)


class Writer(Protocol):
    """Writes values as JSON."""

    def __call__(self, value: Json, *, sort_keys: bool = False) -> bytes:
        """Return a value as JSON; with ``sort_keys``, fields are in the order of their names."""
        ...


def shallow(value: Json, *, sort_keys: bool = False) -> bytes:
    """Return a value as JSON, as far as orjson goes.

    :raises orjson.JSONEncodeError: it is nested too deeply for that, or JSON has no word for it.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS if sort_keys else 0)


def dumps(value: Json, *, sort_keys: bool = False) -> bytes:
    """Return a value as JSON.

    :raises orjson.JSONEncodeError: JSON has no word for it.
    """
    try:
        return shallow(value, sort_keys=sort_keys)
    except orjson.JSONEncodeError:
        return _written(value, sort_keys=sort_keys)


def _written(value: Json, *, sort_keys: bool) -> bytes:
    pieces: list[bytes] = []
    todo: list[Any] = [
        value
    ]  # values that are still to be written and, as bytes, what stands between them; the last one is next
    while todo:
        one = todo.pop()
        if one.__class__ is bytes:
            pieces.append(one)
        elif one and one.__class__ is dict:
            names = sorted(one, reverse=True) if sort_keys else [*one][::-1]
            todo.append(b"}")
            for name in names:
                todo += (one[name], b"," + orjson.dumps(name) + b":")
            todo[-1] = b"{" + todo[-1][1:]
        elif one and one.__class__ is list:
            todo.append(b"]")
            for item in reversed(one):
                todo += (item, b",")
            todo[-1] = b"["
        else:
            pieces.append(orjson.dumps(one))
    return b"".join(pieces)


def laid_out(text: bytes) -> bytes:
    """Return JSON laid out for people, two spaces to a level."""
    with suppress(orjson.JSONDecodeError, orjson.JSONEncodeError):
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2)
    pieces: list[str] = []
    depth = 0
    before = ""
    for word in TOKEN.findall(text.decode()):
        if word in "}]":
            depth -= 1
        if before and (before in "{[," or word in "}]") and before + word not in {"{}", "[]"}:
            pieces.append("\n" + "  " * depth)
        pieces.append(": " if word == ":" else word)
        if word in "{[":
            depth += 1
        before = word
    return "".join(pieces).encode()


def too_deep(value: Json) -> str:
    """Return the bracket that opens the first level which is one too many for a reader, or ""."""
    level = [value]
    for _ in range(DEEPEST + 1):
        inner = [one for one in level if one.__class__ is dict or one.__class__ is list]
        if not inner:
            return ""
        level = [below for one in inner for below in (one.values() if one.__class__ is dict else one)]
    return "{" if inner[0].__class__ is dict else "["
