"""Defaulting: missing fields, and nulls where none is allowed, get the schema's default. Copy on write."""

from harness.apiserver.messages import Json
from harness.apiserver.schema.node import ABSENT, Node


def default(value: Json, node: Node) -> Json:
    """Return ``value`` with the defaults of ``node`` filled in, at every level that exists.

    A default is not copied: everything that changes objects here does so by copying, so it is never changed.
    """
    if not node.deep_defaults:
        return value
    if isinstance(value, dict):
        return _default_map(value, node)
    if isinstance(value, list) and node.items is not None:
        items = node.items
        filled = [default(_or_default(item, items), items) for item in value]
        return value if all(map(_same, filled, value)) else filled
    return value


def _default_map(value: dict[str, Json], node: Node) -> Json:
    changed: dict[str, Json] = {}
    for name, child in node.defaulted.items():
        if name in value:
            filled = default(_or_default(value[name], child), child)
            if filled is not value[name]:
                changed[name] = filled
        elif child.default is not ABSENT:
            changed[name] = default(child.default, child)
    values = node.any_value
    if values is not None and values.deep_defaults:
        for name, item in value.items():
            filled = default(_or_default(item, values), values)
            if name not in node.properties and filled is not item:
                changed[name] = filled
    return {**value, **changed} if changed else value


def _or_default(item: Json, node: Node) -> Json:
    return node.default if item is None and not node.nullable and node.default is not ABSENT else item


def _same(one: Json, other: Json) -> bool:
    return one is other
