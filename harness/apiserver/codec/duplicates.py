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


def duplicates(body: bytes, value: Json) -> list[str]:
    """Return the paths of fields that ``body`` names more than once, in the order in which they come again.

    ``value`` is what was read of it.
    """
    if b"\\u" not in body and body.count(_MARK) == orjson.dumps(value).count(_MARK):
        return []
    try:
        read = json.loads(body.decode("utf-8", "replace"), object_pairs_hook=_Pairs)
    except RecursionError:
        return []
    found: dict[str, None] = {}
    _walk(read, [], found)
    return list(found)


class _Pairs(list[tuple[str, Json]]):
    """An object with everything that was said of it."""


def _walk(value: Json, path: list[str | int], found: dict[str, None]) -> None:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            here = [*path, key]
            if key in seen:
                found[dotted(here)] = None
            seen.add(key)
            _walk(item, here, found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, [*path, index], found)
