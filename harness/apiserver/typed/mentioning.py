"""The fields that a value mentions: what somebody who applies it comes to own."""

from harness.apiserver.messages import Json
from harness.apiserver.typed.comparing import by_element, shape
from harness.apiserver.typed.fieldsets import FieldSet, node
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode


def mentioned(kind: TypeNode, value: Json) -> FieldSet:
    """Return every leaf of ``value``, every item of its lists and every key of its maps. Fields of structs own no more than what is below them."""
    return _below(kind, value)[1]


def _below(kind: TypeNode, value: Json) -> tuple[bool, FieldSet]:
    """Return whether a value is mentioned as one unit, and what is mentioned below it."""
    name = kind.only or shape(kind, value) or "map"
    if name == "map" and kind.map is not None:
        return kind.map.atomic, {} if kind.map.atomic or not isinstance(value, dict) else _map(kind.map, value)
    if name == "list" and kind.list is not None:
        atomic = kind.list.kind == "atomic"
        return atomic, {} if atomic or not isinstance(value, list) else _list(kind.list, value)
    return True, {}


def _map(kind: MapType, value: dict[str, Json]) -> FieldSet:
    out: FieldSet = {}
    for name, item in value.items():
        child = kind.child(name)
        unit, below = (True, {}) if child is None else _below(child, item)
        found = node(member=unit or item is None or item == {} or not kind.declares(name), below=below)
        if found is not None:
            out["f:" + name] = found
    return out


def _list(kind: ListType, value: list[Json]) -> FieldSet:
    out: FieldSet = {}
    for element, items in by_element(kind, value).items():
        found = node(member=True, below={} if len(items) > 1 else _below(kind.items, items[0])[1])
        out[element] = {} if found is None else found
    return out


def with_named_fields(kind: TypeNode | None, fields: FieldSet) -> FieldSet:
    """Return the set with the fields of structs that are no members, but have some below them."""
    out: FieldSet = {}
    struct = None if kind is None else kind.map
    for element, below in fields.items():
        if not below or element == ".":
            out[element] = below
            continue
        child, named = None, False
        if element[0] == "f" and struct is not None:
            child, named = struct.child(element[2:]), struct.declares(element[2:])
        elif element[0] == "k" and kind is not None and kind.list is not None:
            child = kind.list.items
        found = with_named_fields(child, below)
        out[element] = {".": {}, **found} if named else found
    return out


def reconciled(kind: TypeNode | None, fields: FieldSet) -> FieldSet:
    """Return a set that was written under another schema as it is under this one: what is one unit now is owned as one."""
    return fields if kind is None else _reconciled(kind, fields, leaf=False)


def _reconciled(kind: TypeNode, fields: FieldSet, *, leaf: bool) -> FieldSet:
    if kind.map is not None:
        if not kind.map.names and kind.map.values is not None and kind.map.values.scalar == "untyped":
            return fields
        if kind.map.atomic:
            return fields if leaf or not fields else {}
    elif kind.list is not None and not kind.scalar:
        if kind.list.kind == "atomic":
            return fields if leaf else {}
    else:
        return fields
    out: FieldSet = {}
    for element, below in fields.items():
        child = None
        if element != ".":
            child = kind.list.items if kind.map is None and kind.list is not None else kind.child(element[2:])
        out[element] = below if child is None else _reconciled(child, below, leaf=not below)
    return out
