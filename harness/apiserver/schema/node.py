"""A structural schema, compiled: what pruning, defaulting, list types and rules need to walk an object quickly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.apiserver.messages import Object

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""No default; None cannot say so, because null may be one."""


@dataclass(slots=True, eq=False)
class Node:
    """One schema with its children. ``additional`` is True where values may be anything (and objects among them lose everything), None
    without ``additionalProperties``.

    The ``deep_`` flags tell whether anything below (or at) the node needs a walk at all; ``defaulted``, ``ruled``
    and ``listed`` hold the properties that do.
    """

    type: str = ""
    format: str = ""
    properties: "dict[str, Node]" = field(default_factory=dict)
    additional: "Node | bool | None" = None
    items: "Node | None" = None
    preserve: bool = False
    int_or_string: bool = False
    embedded: bool = False
    nullable: bool = False
    default: Any = ABSENT
    list_type: str = ""
    map_keys: tuple[str, ...] = ()
    atomic_map: bool = False
    rules: tuple[Object, ...] = ()
    deep_defaults: bool = False
    deep_lists: bool = False
    deep_rules: bool = False
    deep_embedded: bool = False
    defaulted: "dict[str, Node]" = field(default_factory=dict)
    ruled: "dict[str, Node]" = field(default_factory=dict)
    listed: "dict[str, Node]" = field(default_factory=dict)

    @property
    def any_value(self) -> "Node | None":
        """The schema of map values, if there is one."""
        return self.additional if isinstance(self.additional, Node) else None

    def child(self, key: str) -> "Node | None":
        """Return the schema of the value under ``key``, if there is one."""
        return self.properties.get(key) or self.any_value

    def listed_child(self, key: str) -> "Node | None":
        """Return the schema of the value under ``key``, if there are sets or maps of it, or below."""
        found = self.listed.get(key)
        if found is not None or self.additional.__class__ is not Node or key in self.properties:
            return found
        values = self.any_value
        return values if values is not None and values.deep_lists else None

    def children(self) -> "list[Node]":
        """Return every direct child."""
        return [*self.properties.values(), *filter(None, (self.any_value, self.items))]


def compile_node(schema: Mapping[str, Any]) -> Node:
    """Compile a structural schema (an ``openAPIV3Schema``), given as JSON that ``structural.py`` has accepted."""
    additional = schema.get("additionalProperties")
    items = schema.get("items")
    node = Node(
        type=schema.get("type", ""),
        format=schema.get("format", ""),
        properties={name: compile_node(child) for name, child in (schema.get("properties") or {}).items()},
        additional=compile_node(additional) if isinstance(additional, dict) else (None if additional is None else True),
        items=compile_node(items) if isinstance(items, dict) else None,
        preserve=bool(schema.get("x-kubernetes-preserve-unknown-fields")),
        int_or_string=bool(schema.get("x-kubernetes-int-or-string")),
        embedded=bool(schema.get("x-kubernetes-embedded-resource")),
        nullable=bool(schema.get("nullable")),
        default=schema["default"] if schema.get("default") is not None else ABSENT,
        list_type=schema.get("x-kubernetes-list-type", ""),
        map_keys=tuple(schema.get("x-kubernetes-list-map-keys") or ()),
        atomic_map=schema.get("x-kubernetes-map-type") == "atomic",
        rules=tuple(schema.get("x-kubernetes-validations") or ()),
    )
    below = node.children()
    node.deep_defaults = node.default is not ABSENT or any(child.deep_defaults for child in below)
    node.deep_lists = node.list_type in {"set", "map"} or any(child.deep_lists for child in below)
    node.deep_rules = bool(node.rules) or any(child.deep_rules for child in below)
    node.deep_embedded = node.embedded or any(child.deep_embedded for child in below)
    node.defaulted = {name: child for name, child in node.properties.items() if child.deep_defaults}
    node.ruled = {name: child for name, child in node.properties.items() if child.deep_rules}
    node.listed = {name: child for name, child in node.properties.items() if child.deep_lists}
    return node
