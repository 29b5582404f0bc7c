"""List types: the elements of a ``set`` and the keys of a ``map`` are unique (KEP-555)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harness.apiserver.fields import FieldError, duplicate, invalid
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Json
from harness.apiserver.schema.node import Node
from harness.apiserver.schema.paths import at, below

_NOTHING: Final[Mapping[str, Json]] = {}


def list_errors(value: Json, node: Node, path: str = "", *, known: Json = None) -> Iterator[FieldError]:
    """Yield an error for the second of each pair of equal elements or keys, at every level.

    What a map shares with ``known`` (the same object in memory) is not looked at.
    """
    if not node.deep_lists:
        return
    if isinstance(value, dict):
        known = known if isinstance(known, dict) else _NOTHING
        for key, item in value.items():
            child = node.listed_child(key)
            if child is not None and item is not (before := known.get(key)):
                here = below(path, key) if key in node.properties else at(path, key)
                yield from list_errors(item, child, here, known=before)
    elif isinstance(value, list):
        if node.list_type == "set":
            yield from (duplicate(at(path, index), value[index]) for index in _repeated(value))
        elif node.list_type == "map":
            yield from _map_errors(value, node.map_keys, path)
        for index, item in enumerate(value if node.items else ()):
            if node.items is not None:
                yield from list_errors(item, node.items, at(path, index))


def _map_errors(items: list[Json], keys: Sequence[str], path: str) -> Iterator[FieldError]:
    for index, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            yield invalid(at(path, index), item, "must be an object for an array of list-type map")
            return
    found = [{key: item[key] for key in keys if item and key in item} for item in items]
    yield from (duplicate(at(path, index), found[index]) for index in _repeated(found))


def _repeated(values: Sequence[Any]) -> Iterator[int]:
    """Yield the index of the first repetition of each value that occurs more than once."""
    times: dict[bytes, int] = {}
    for index, value in enumerate(values):
        text = dumps(value, sort_keys=True)
        times[text] = times.get(text, 0) + 1
        if times[text] == 2:
            yield index
