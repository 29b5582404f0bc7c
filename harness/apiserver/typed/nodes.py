"""The type of a value, as patches and field ownership see it: a scalar, a map, a list, or any of these.

A `TypeNode` is made of an OpenAPI schema, of a built-in component or of a definition's structural schema, by the rules of
kube-openapi's ``schemaconv``: ``x-kubernetes-list-type``, ``-list-map-keys`` and ``-map-type`` say what is merged and what is one
unit, and where a list says nothing its patch strategy does. Nodes expand when somebody looks below them, so a node costs nothing
until it is needed, and types may contain themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from harness.apiserver.messages import Json

    Schema = Mapping[str, Any]
    Resolve = Callable[[str], Schema]

_QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_RAW_EXTENSION: Final = "io.k8s.apimachinery.pkg.runtime.RawExtension"
_PLAIN_SCALARS: Final = {"integer": "numeric", "number": "numeric", "boolean": "boolean", "string": "string"}
_PLAIN_STRINGS: Final = ("", "byte")
_NOTHING: Final[Schema] = {}


class MapType:
    """What a map or a struct holds. ``atomic`` ones belong to one manager as a whole."""

    __slots__ = (
        "_children",
        "_elements",
        "_preserve",
        "_properties",
        "_resolve",
        "_values",
        "_values_schema",
        "atomic",
    )

    def __init__(
        self, schema: Schema, resolve: Resolve, *, preserve: bool, atomic: bool, values: TypeNode | None = None
    ) -> None:
        self.atomic = atomic
        self._properties: Mapping[str, Schema] = schema.get("properties") or _NOTHING
        self._children: dict[str, TypeNode] = {}
        self._elements: dict[str, tuple[str, TypeNode]] = {}
        self._resolve, self._preserve = resolve, preserve
        self._values = values
        self._values_schema: Schema | None = None
        additional = schema.get("additionalProperties")
        if isinstance(additional, Mapping):
            self._values_schema = additional
        elif values is None and (additional or (additional is None and (preserve or not self._properties))):
            self._values = DEDUCED

    @property
    def names(self) -> list[str]:
        """The declared fields, in the order of the schema."""
        return list(self._properties)

    def declares(self, name: str) -> bool:
        """Tell whether ``name`` is a field of a struct, not a key of a map."""
        return name in self._properties

    @property
    def values(self) -> TypeNode | None:
        """The type of what is under keys that are not declared; None where such keys must not be."""
        if self._values is None and self._values_schema is not None:
            self._values = type_node(self._values_schema, self._resolve, preserve=self._preserve)
        return self._values

    def child(self, name: str) -> TypeNode | None:
        """Return the type of what is under ``name``, or None when nothing may be there."""
        found = self._children.get(name)
        if found is not None:
            return found
        schema = self._properties.get(name)
        if schema is None:
            return self.values
        found = self._children[name] = type_node(schema, self._resolve, preserve=self._preserve)
        return found

    def element(self, name: str) -> tuple[str, TypeNode | None]:
        """Return what a field is called in a set of fields, and its type; of declared ones both are found in one step."""
        found = self._elements.get(name)
        if found is not None:
            return found
        element, child = f"f:{name}", self.child(name)
        if child is not None and name in self._properties:
            self._elements[name] = (element, child)
        return element, child


class ListType:
    """What a list holds.

    ``kind`` is ``atomic`` (one unit), ``set`` (of scalars) or ``map`` (of objects, told apart by ``keys``).
    """

    __slots__ = ("_defaults", "_items", "_preserve", "_resolve", "_schema", "keys", "kind")

    def __init__(
        self,
        schema: Schema | None,
        resolve: Resolve,
        *,
        preserve: bool,
        kind: str = "atomic",
        keys: tuple[str, ...] = (),
        items: TypeNode | None = None,
    ) -> None:
        self.kind, self.keys = kind, keys
        self._schema, self._resolve, self._preserve = schema, resolve, preserve
        self._items = items
        self._defaults: dict[str, Json] | None = None

    @property
    def items(self) -> TypeNode:
        """The type of an item."""
        if self._items is None:
            self._items = (
                UNTYPED if self._schema is None else type_node(self._schema, self._resolve, preserve=self._preserve)
            )
        return self._items

    @property
    def defaults(self) -> Mapping[str, Json]:
        """The defaults of those keys that have one: an item that leaves such a key out bears the default."""
        if self._defaults is None:
            self._defaults = {}
            fields = self.items.map
            for key in self.keys:
                node = fields.child(key) if fields is not None and fields.declares(key) else None
                if node is not None and node.default is not None:
                    self._defaults[key] = node.default
        return self._defaults


class TypeNode:
    """The type of one value. One that several of ``scalar``, ``map`` and ``list`` describe takes whichever comes.

    :ivar scalar: ``numeric``, ``string``, ``boolean``, ``untyped`` (any scalar), or "" where no scalar may stand.
    :ivar only: ``scalar``, ``map`` or ``list`` where that alone is possible, otherwise "".
    :ivar default: what stands where the field is left out, or None.
    :ivar strategies: of a strategic merge patch: ``merge``, ``replace``, ``retainKeys``.
    :ivar name: the name of the struct, as Go has it; "" for what has none.
    :ivar merge_key: what tells the items of a merged list apart, in a strategic merge patch.
    """

    __slots__ = ("default", "list", "map", "merge_key", "name", "only", "scalar", "strategies")

    def __init__(
        self,
        *,
        scalar: str = "",
        map: MapType | None = None,  # noqa: A002  that is what it is
        list: ListType | None = None,  # noqa: A002
        schema: Schema = _NOTHING,
    ) -> None:
        self.scalar, self.map, self.list = scalar, map, list
        possible = [name for name, one in (("scalar", scalar), ("map", map), ("list", list)) if one]
        self.only = possible[0] if len(possible) == 1 else ""
        self.default: Json = schema.get("default")
        self.strategies = tuple(filter(None, schema.get("x-kubernetes-patch-strategy", "").split(",")))
        self.merge_key: str = schema.get("x-kubernetes-patch-merge-key", "")
        self.name = _reference(schema).rpartition(".")[2]

    def child(self, name: str) -> TypeNode | None:
        """Return the type of what is under ``name`` in a map of this type, or None."""
        return None if self.map is None else self.map.child(name)


def type_node(schema: Schema, resolve: Resolve, *, preserve: bool = False) -> TypeNode:
    """Return the type that an OpenAPI schema describes.

    ``resolve`` finds a component by its name; ``preserve`` says that a schema above asked to keep unknown fields, which holds for
    everything below it. What stands beside a reference (a default, a patch strategy, a map type) goes before what is referred to.
    """
    reference = _reference(schema)
    if reference == _QUANTITY:
        return TypeNode(scalar="untyped", schema=schema)
    if reference == _RAW_EXTENSION:
        return TypeNode(scalar="untyped", map=UNTYPED.map, list=UNTYPED.list, schema=schema)
    target = resolve(reference) if reference else schema
    map_type = schema.get("x-kubernetes-map-type") or target.get("x-kubernetes-map-type")
    preserve = preserve or target.get("x-kubernetes-preserve-unknown-fields") is True
    kind = target.get("type", "")
    scalar = "untyped"
    fields: MapType | None = None
    items: ListType | None = None
    if kind in {"", "object"}:
        shape = _with_embedded_metadata(target) if target.get("x-kubernetes-embedded-resource") else target
        fields = MapType(shape, resolve, preserve=preserve, atomic=map_type == "atomic")
    if kind in {"", "array"}:
        relation, keys = _relation(target)
        items = ListType(target.get("items"), resolve, preserve=preserve, kind=relation, keys=keys)
    if kind:
        scalar = _PLAIN_SCALARS.get(kind, "")
        if scalar == "string" and target.get("format", "") not in _PLAIN_STRINGS:
            scalar = "untyped"
    return TypeNode(scalar=scalar, map=fields, list=items, schema=schema)


def _reference(schema: Schema) -> str:
    """Return the name of the component that a schema refers to: directly, or in an ``allOf`` of one."""
    reference = schema.get("$ref")
    several = schema.get("allOf")
    if reference is None and several and len(several) == 1:
        reference = several[0].get("$ref")
    return str(reference).rpartition("/")[2] if reference else ""


def _relation(schema: Schema) -> tuple[str, tuple[str, ...]]:
    """Return the kind of a list and its keys: by its list type, else by its patch strategy, else atomic."""
    kind = schema.get("x-kubernetes-list-type")
    if kind is not None:
        return kind, tuple(schema.get("x-kubernetes-list-map-keys") or ()) if kind == "map" else ()
    if "merge" in schema.get("x-kubernetes-patch-strategy", "").split(","):
        key = schema.get("x-kubernetes-patch-merge-key")
        return ("map", (key,)) if key else ("set", ())
    return "atomic", ()


def _with_embedded_metadata(schema: Schema) -> Schema:
    return {**schema, "properties": {**(schema.get("properties") or {}), **TYPE_META, "metadata": OBJECT_META}}


def _unresolved(name: str) -> Schema:
    raise LookupError(f"no component {name}: the schema of a custom resource holds no references")


TYPE_META: Final[Mapping[str, Schema]] = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
"""What every object has beside its metadata."""

_STRINGS: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
_TIME: Final[Schema] = {"type": "string", "format": "date-time"}
OBJECT_META: Final[Schema] = {
    "type": "object",
    "properties": {
        "annotations": _STRINGS,
        "creationTimestamp": _TIME,
        "deletionGracePeriodSeconds": {"type": "integer"},
        "deletionTimestamp": _TIME,
        "finalizers": {
            "type": "array",
            "items": {"type": "string"},
            "x-kubernetes-list-type": "set",
            "x-kubernetes-patch-strategy": "merge",
        },
        "generateName": {"type": "string"},
        "generation": {"type": "integer"},
        "labels": _STRINGS,
        "managedFields": {"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "atomic"},
        "name": {"type": "string"},
        "namespace": {"type": "string"},
        "ownerReferences": {
            "type": "array",
            "items": {
                "type": "object",
                "x-kubernetes-map-type": "atomic",
                "properties": {
                    **{name: {"type": "string"} for name in ("apiVersion", "kind", "name", "uid")},
                    **{name: {"type": "boolean"} for name in ("blockOwnerDeletion", "controller")},
                },
            },
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["uid"],
            "x-kubernetes-patch-strategy": "merge",
            "x-kubernetes-patch-merge-key": "uid",
        },
        "resourceVersion": {"type": "string"},
        "selfLink": {"type": "string"},
        "uid": {"type": "string"},
    },
}
"""``meta/v1.ObjectMeta``: custom resources need this much of the OpenAPI data, and so never load it."""

UNTYPED: Final = TypeNode()
"""Anything, and whatever it is, one unit."""

DEDUCED: Final = TypeNode()
"""Anything: maps are merged, everything else is one unit. The type of what no schema describes."""


def _any(node: TypeNode, values: TypeNode, *, atomic: bool) -> None:
    node.scalar = "untyped"
    node.list = ListType(None, _unresolved, preserve=False, items=UNTYPED)
    node.map = MapType(_NOTHING, _unresolved, preserve=False, atomic=atomic, values=values)
    node.only = ""


_any(UNTYPED, UNTYPED, atomic=True)
_any(DEDUCED, DEDUCED, atomic=False)


def custom_type(schema: Schema | None) -> TypeNode:
    """Return the type of a custom resource with this structural schema; without one, everything is deduced.

    Metadata and the type's name are known, whatever the schema says of them.
    """
    if schema is None:
        return DEDUCED
    return type_node(_with_embedded_metadata(schema), _unresolved)
