"""What changed between two values of one type: three sets of fields, as structured-merge-diff's ``Compare`` finds them.

Parts that both values share (the same object in memory) are not looked at, so that the cost is that of the change.
"""

from typing import Final, NamedTuple

from harness.apiserver.compare import same_json
from harness.apiserver.messages import Json
from harness.apiserver.typed.elements import item_element
from harness.apiserver.typed.fieldsets import SELF, FieldSet, node, union
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode

ABSENT: Final[Json] = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""What stands where one of the two has nothing; None is a value, null."""

_REMOVED, _MODIFIED, _ADDED = range(3)
_LEAF: Final[FieldSet] = {}
_Sets = tuple[FieldSet, FieldSet, FieldSet]


class Comparison(NamedTuple):
    """The fields that went, those that are in both and differ, and those that came."""

    removed: FieldSet
    modified: FieldSet
    added: FieldSet

    @property
    def written(self) -> FieldSet:
        """The fields that a writer of the change comes to own."""
        return union(self.modified, self.added)


def compare(one: Json, other: Json, kind: TypeNode) -> Comparison:
    """Return what changed from one value to the other.

    :raises TypedError: an item of a list cannot be told apart from the others.
    """
    sets: _Sets = ({}, {}, {})
    if one is not other:
        _walk(kind, one, other, sets)
    return Comparison(*sets)


def _child(element: str, kind: TypeNode | None, one: Json, other: Json, sets: _Sets) -> None:
    if one is other or kind is None:
        return
    if one is ABSENT:
        sets[_ADDED][element] = _whole(kind, other)
        return
    below: _Sets = ({}, {}, {})
    leaf = _walk(kind, one, other, below)
    which = _REMOVED if other is ABSENT else _MODIFIED
    if leaf:
        if which != _MODIFIED or not same_value(one, other):
            sets[which][element] = {}
        # Two leaves of unlike types (see _unlike) have said what went or came below, too.
        for index, found in enumerate(below):
            if found:
                sets[index][element] = {".": {}, **found} if index == which else found
        return
    for index, found in enumerate(below):
        kept = node(member=index == which != _MODIFIED, below=found)
        if kept is not None:
            sets[index][element] = kept


def _whole(kind: TypeNode, value: Json) -> FieldSet:
    """Return what stands for a field that came: itself, and all below it that can be told apart."""
    match kind.only or shape(kind, value) or "map":
        case "map":
            fields: MapType | None = kind.map
            if value.__class__ is not dict or not value or fields is None or fields.atomic:
                return _LEAF
            out: FieldSet = {SELF: _LEAF}
            for name, item in value.items():
                element, child = fields.element(name)
                if child is not None:
                    out[element] = _LEAF if child.only == "scalar" else _whole(child, item)
        case "list":
            items: ListType | None = kind.list
            if value.__class__ is not list or not value or items is None or items.kind == "atomic":
                return _LEAF
            out = {SELF: _LEAF}
            for element, found in by_element(items, value).items():
                out[element] = _whole(items.items, found[0]) if len(found) == 1 else _LEAF
        case _:
            return _LEAF
    return out if len(out) > 1 else _LEAF


def _walk(kind: TypeNode, one: Json, other: Json, sets: _Sets) -> bool:
    """Compare what is below; tell whether the two are leaves, of which it is for the caller to say what changed."""
    if kind.only:
        return _HANDLERS[kind.only](kind, one, other, sets)
    mine, theirs = shape(kind, one), shape(kind, other)
    if other is ABSENT or mine == theirs:
        return _HANDLERS[mine or "map"](kind, one, other, sets)
    if one is ABSENT:
        return _HANDLERS[theirs or "map"](kind, one, other, sets)
    first = _HANDLERS[mine or "map"](kind, one, other, sets)
    return _HANDLERS[theirs or "map"](kind, one, other, sets) or first


def shape(kind: TypeNode, value: Json) -> str:
    """Return which of the types that are possible a value has; "" for null, nothing, and what does not fit."""
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, dict):
        return "map" if kind.map else ""
    if isinstance(value, list):
        return "list" if kind.list else ""
    return "scalar" if kind.scalar else ""


def same_value(one: Json, other: Json) -> bool:
    """Tell whether two values are equal, where 1 and 1.0 are."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isinstance(one, bool) == isinstance(other, bool) and one == other
    return same_json(one, other)


def _scalars(kind: TypeNode, one: Json, other: Json, sets: _Sets) -> bool:
    del kind, one, other, sets
    return True


def _maps(kind: TypeNode, one: Json, other: Json, sets: _Sets) -> bool:
    fields: MapType | None = kind.map
    mine = one if one.__class__ is dict else None
    theirs = other if other.__class__ is dict else None
    if fields is None or fields.atomic or not (mine or theirs):
        return True
    mine, theirs = mine or {}, theirs or {}
    for name, value in mine.items():
        after = theirs.get(name, ABSENT)
        if value is not after:
            # Not ``_child(*fields.element(name), …)``: such a call goes through C, and deep values end the process then.
            element, child = fields.element(name)
            _child(element, child, value, after, sets)
    if mine.keys() != theirs.keys():
        for name, value in theirs.items():
            if name not in mine:
                element, child = fields.element(name)
                _child(element, child, ABSENT, value, sets)
    return False


def _lists(kind: TypeNode, one: Json, other: Json, sets: _Sets) -> bool:
    items: ListType | None = kind.list
    mine = one if one.__class__ is list else None
    theirs = other if other.__class__ is list else None
    if items is None or items.kind == "atomic" or not (mine or theirs):
        return True
    before, after = by_element(items, mine or []), by_element(items, theirs or [])
    for element in {**before, **after}:
        _items(element, items, before.get(element, []), after.get(element, []), sets)
    return False


def by_element(kind: ListType, items: list[Json]) -> dict[str, list[Json]]:
    """Return the items of a list by what tells them apart; duplicates share an element."""
    found: dict[str, list[Json]] = {}
    for item in items:
        found.setdefault(item_element(kind, item), []).append(item)
    return found


def _items(element: str, kind: ListType, before: list[Json], after: list[Json], sets: _Sets) -> None:
    """Compare the items under one element. Duplicates are one unit: what is in them belongs to nobody."""
    if len(before) < 2 and len(after) < 2:
        _child(element, kind.items, before[0] if before else ABSENT, after[0] if after else ABSENT, sets)
    elif len(before) > 1 and len(after) > 1:
        if not same_json(before, after):
            sets[_MODIFIED][element] = {}
    elif len(before) > 1:
        if after:
            _child(element, kind.items, ABSENT, after[0], sets)
        _mark(sets[_REMOVED], element)
    else:
        if before:
            _child(element, kind.items, before[0], ABSENT, sets)
        _mark(sets[_ADDED], element)


def _mark(fields: FieldSet, element: str) -> None:
    found = fields.get(element)
    fields[element] = {".": {}, **found} if found else {}


_HANDLERS: Final = {"scalar": _scalars, "map": _maps, "list": _lists}
