r"""How values are spelled in a text: ``test`` in a JSON patch goes by that, and not by what they mean.

The library of the real server compares the bytes of strings and numbers: those that the client sent with those that Go wrote, which
writes ``<`` as ``\u003c`` and ``é`` as it is, and no ``1.0``.
"""

from typing import Any

import orjson

from harness.apiserver.codec.numbers import whole
from harness.apiserver.jsontext import TOKEN, scalar
from harness.apiserver.messages import Json

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TABLE = str.maketrans(_ESCAPES)


def spelled(body: bytes) -> Json:
    """Return the value in a text that is JSON, with each scalar as the text that it is; None stays None."""
    root: list[Json] = []
    stack: list[Any] = [root]
    key: str | None = None
    for word in TOKEN.findall(body.decode(errors="replace")):
        at = stack[-1]
        if word in ":,":
            continue
        if word in "}]":
            stack.pop()
            continue
        if at.__class__ is dict and key is None:
            key = scalar(word)
            continue
        value: Json = {} if word == "{" else [] if word == "[" else None if word == "null" else word
        if at.__class__ is dict:
            at[key], key = value, None
        else:
            at.append(value)
        if value.__class__ in {dict, list}:
            stack.append(value)
    return root[0]


def spells(value: Json, text: Json) -> bool:
    """Tell whether Go would write ``value`` as it is `spelled` in ``text``."""
    if isinstance(value, dict):
        return (
            isinstance(text, dict)
            and value.keys() == text.keys()
            and all(spells(value[name], text[name]) for name in value)
        )
    if isinstance(value, list):
        return isinstance(text, list) and len(value) == len(text) and all(map(spells, value, text))
    if value is None or text is None:
        return value is text
    written = orjson.dumps(whole(value)).decode()
    return bool(text == (written.translate(_TABLE) if isinstance(value, str) else written))
