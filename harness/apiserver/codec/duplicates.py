"""Fields that a body names twice. The last one counts; ``fieldValidation`` tells of the others.

orjson forgets them. A body that names one twice is longer in quotation marks than what was read of it, so that the second,
slow reading is only done for a body that needs it.
"""

import json
from typing import Final

import orjson

from harness.apiserver.codec.reading import dotted
from harness.apiserver.messages import Json

_MARK: Final = b'"'


def printed(value: Json) -> bytes:
    """Return a value that was read as text again, for a look at it; empty when it is nested too deeply to be stored."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return b""


def names_twice(body: bytes, text: bytes) -> bool:
    """Tell whether ``body`` may name a field twice; ``text`` is what was read of it, `printed`."""
    return bool(text) and (b"\\u" in body or body.count(_MARK) != text.count(_MARK))


def duplicates(body: bytes) -> tuple[dict[str, int], dict[str, int]]:
    """Return the paths of fields that ``body`` names again, and those of all, with their places in the order of the text."""
    again: dict[str, int] = {}
    every: dict[str, int] = {}
    try:
        _walk(json.loads(body.decode("utf-8", "replace"), object_pairs_hook=_Pairs), [], again, every)
    except RecursionError:
        return {}, {}
    return again, every


class _Pairs(list[tuple[str, Json]]):
    """An object with everything that was said of it."""


def _walk(value: Json, path: list[str | int], again: dict[str, int], every: dict[str, int]) -> None:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            here = [*path, key]
            text, place = dotted(here), len(again) + len(every)
            if key in seen:
                again.setdefault(text, place)
            seen.add(key)
            every.setdefault(text, place)
            _walk(item, here, again, every)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, [*path, index], again, every)
