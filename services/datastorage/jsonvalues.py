"""Which JSON survives the database unchanged, and the one form in which it is hashed.

PostgreSQL keeps a JSON number as a decimal of any size, JavaScript-minded readers take it for a double, and Python tells ``1``
from ``1.0``. An event is hashed before it is stored and verified after it was read, so the three must agree. They do on the
numbers of RFC 8785, which are IEEE 754 doubles:

* an integral value within ±(2^53-1) is an ``int`` on both sides: ``1.0`` becomes ``1``, ``-0.0`` becomes ``0``;
* an integer beyond that is refused on the way in, because digits would be lost: it has to travel as a string;
* any other finite double stays a ``float`` (a literal such as ``1e300`` comes back from the database as 301 digits and is read
  as the same double);
* NaN and the infinities are no JSON and are refused.

Text is UTF-8 without U+0000, which PostgreSQL cannot keep in ``jsonb`` or ``text``. Nesting ends at :data:`MAX_DEPTH`.
"""

import json
import math
from typing import Any

import orjson
import rfc8785

from services.datastorage.errors import UnstorableValue

Json = Any

SAFE_INTEGER = 2**53 - 1
"""The largest integer of which a double keeps each digit (RFC 8785 §3.2.2.3, RFC 7493 §2.2)."""

MAX_DEPTH = 64
"""Levels of nesting in one value: far beyond any payload we know, far below Python's and PostgreSQL's own limits."""


def storable(value: Json) -> Json:
    """Bring ``value`` into the form in which it is stored, hashed and read back.

    :raises UnstorableValue: naming the place of what cannot be kept, as in ``items[2].size``.
    """
    return _storable(value, path="", depth=0)


def decode(text: str) -> Json:
    """Read JSON that the database returned; the same numbers as :func:`storable` makes.

    What somebody wrote into the table by hand may hold anything: a number too large for a double becomes an infinity, which no
    hash can have covered.
    """
    return _DECODER.decode(text)


def canonical(value: Json) -> bytes:
    """Return the canonical JSON of ``value`` (RFC 8785): no spaces, keys in order of UTF-16 units, the shortest form of each number.

    :raises UnstorableValue: for what has no canonical form.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) if _written_alike(value) else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, orjson.JSONEncodeError) as error:
        raise UnstorableValue(f"no canonical JSON: {error}") from error


def _written_alike(value: Json) -> bool:
    """Whether orjson's sorted JSON is the canonical JSON: no fraction anywhere, and keys whose order is the same in any encoding.

    That is nearly every event, at a twentieth of the time (a test compares the two on any JSON).
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-SAFE_INTEGER <= value <= SAFE_INTEGER)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _written_alike(item) for key, item in value.items())
    return kind is list and all(map(_written_alike, value))


def storable_text(text: str, *, path: str = "") -> str:
    """Return ``text`` when PostgreSQL can keep it.

    :raises UnstorableValue: for U+0000 and for half of a surrogate pair.
    """
    if text.isascii() and text.isprintable():
        return text  # nearly all text, at the cost of two scans in C
    if "\x00" in text:
        raise UnstorableValue(
            f"{_at(path)}holds the character U+0000, which PostgreSQL cannot store: leave it out or escape it yourself"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnstorableValue(
            f"{_at(path)}holds half of a surrogate pair at position {error.start}, which is no Unicode text"
        ) from None
    return text


def _storable(value: Json, *, path: str, depth: int) -> Json:
    if isinstance(value, str):
        return storable_text(value, path=path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        raise UnstorableValue(
            f"{_at(path)}is an integer beyond 2^53, of which JSON readers keep no exact value: send it as a string",
        )
    if isinstance(value, float):
        if math.isfinite(value):
            return _whole_or_float(value)
        raise UnstorableValue(f"{_at(path)}is {value!r}: JSON has no NaN or infinity, leave it out or send a string")
    if depth >= MAX_DEPTH:
        raise UnstorableValue(f"{_at(path)}is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        return {
            storable_text(key, path=f"a key of {path or 'the value'}"): _storable(
                item, path=f"{path}.{key}" if path else key, depth=depth + 1
            )
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_storable(item, path=f"{path}[{index}]", depth=depth + 1) for index, item in enumerate(value)]
    raise UnstorableValue(f"{_at(path)}is a {type(value).__name__}, which is no JSON value")


def _number(literal: str) -> int | float:
    return _whole_or_float(float(literal)) if len(literal) > 15 or not literal.lstrip("-").isdecimal() else int(literal)


_DECODER = json.JSONDecoder(parse_int=_number, parse_float=_number)


def _whole_or_float(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) <= SAFE_INTEGER else value


def _at(path: str) -> str:
    return f"{path} " if path else "the value "
