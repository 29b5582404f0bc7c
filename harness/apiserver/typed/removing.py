"""Fields taken out of a value."""

from harness.apiserver.messages import Json
from harness.apiserver.typed.comparing import shape
from harness.apiserver.typed.elements import item_element
from harness.apiserver.typed.fieldsets import FieldSet, is_member
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode


def removed(kind: TypeNode, value: Json, fields: FieldSet) -> Json:
    """Return ``value`` without the members of ``fields``. What is left empty becomes null; what nothing is taken from is shared."""
    if not fields:
        return value
    name = kind.only or shape(kind, value) or "map"
    if name == "map" and kind.map is not None:
        return _maps(kind.map, value, fields)
    if name == "list" and kind.list is not None:
        return _lists(kind.list, value, fields)
    return value


def _maps(kind: MapType, value: Json, fields: FieldSet) -> Json:
    if not isinstance(value, dict) or not value or kind.atomic:
        return None
    out: dict[str, Json] = {}
    for name, item in value.items():
        found = fields.get("f:" + name)
        if found is None:
            out[name] = item
        elif not is_member(found):
            child = kind.child(name)
            out[name] = item if child is None else removed(child, item, found)
    return out or None


def _lists(kind: ListType, value: Json, fields: FieldSet) -> Json:
    if not isinstance(value, list) or not value or kind.kind == "atomic":
        return None
    out = []
    for item in value:
        found = fields.get(item_element(kind, item))
        if found is None:
            out.append(item)
        elif not is_member(found):
            out.append(removed(kind.items, item, found))
    return out or None
