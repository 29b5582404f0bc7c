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
    for name, child in node.properties.items():
        if child.default is not ABSENT and name not in value:
            changed[name] = default(child.default, child)
    for name, item in value.items():
        child = node.child(name)
        if child is None or not child.deep_defaults:
            continue
        filled = default(_or_default(item, child), child)
        if filled is not item:
            changed[name] = filled
    return {**value, **changed} if changed else value


def _or_default(item: Json, node: Node) -> Json:
    return node.default if item is None and not node.nullable and node.default is not ABSENT else item


def _same(one: Json, other: Json) -> bool:
    return one is other
