"""Pruning: fields that the schema does not know are dropped, as are nulls where the schema allows none.

Copy on write: an object that needs nothing comes back as it is, so that unchanged parts stay shared with the version
before (and can be recognised by identity).
"""

from typing import Final

from harness.apiserver.messages import Json
from harness.apiserver.schema.node import ABSENT, Node

_TYPE_META: Final = frozenset({"apiVersion", "kind", "metadata"})
_NO_PROPERTIES: Final[dict[str, Node]] = {}


def prune(value: Json, node: Node | None, unknown: list[str], *, path: str = "", root: bool = False) -> Json:
    """Return ``value`` without what ``node`` does not specify; the paths of dropped fields are added to ``unknown``.

    ``root`` (and embedded resources) keep ``apiVersion``, ``kind`` and ``metadata``, whatever the schema says.
    """
    if isinstance(value, dict):
        kept = _TYPE_META if root or (node is not None and node.embedded) else frozenset()
        return _prune_map(value, node, unknown, path=path, kept=kept)
    if isinstance(value, list):
        return _prune_list(value, node, unknown, path=path)
    return value


def _prune_map(
    value: dict[str, Json], node: Node | None, unknown: list[str], *, path: str, kept: frozenset[str]
) -> Json:
    preserve = node is not None and node.preserve
    properties = _NO_PROPERTIES if node is None else node.properties
    others = None if node is None else node.any_value
    anything = node is not None and node.additional is True
    changed: dict[str, Json] = {}
    dropped: list[str] = []
    for key, item in value.items():
        if key in kept:
            continue
        child = properties.get(key, others)
        known = child is not None or anything
        if not known:
            if not preserve:
                dropped.append(key)
                unknown.append(f"{path}.{key}" if path else key)
        elif item is None:
            if child is not None and not child.nullable and child.default is ABSENT:
                dropped.append(key)
        elif item.__class__ is dict or item.__class__ is list:
            pruned = prune(item, child, unknown, path=f"{path}.{key}" if path else key)
            if pruned is not item:
                changed[key] = pruned
    if not changed and not dropped:
        return value
    return {key: changed.get(key, item) for key, item in value.items() if key not in dropped}


def _prune_list(value: list[Json], node: Node | None, unknown: list[str], *, path: str) -> Json:
    items = None if node is None else node.items
    if items is None and node is not None and node.preserve:
        return value
    pruned = [
        prune(item, items, unknown, path=f"{path}[{index}]") if item.__class__ in {dict, list} else item
        for index, item in enumerate(value)
    ]
    return value if all(map(_same, pruned, value)) else pruned


def _same(one: Json, other: Json) -> bool:
    return one is other
