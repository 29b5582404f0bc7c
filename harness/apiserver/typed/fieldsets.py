"""Sets of fields, in the very form in which managedFields store them.

``{"f:spec": {"f:replicas": {}, "f:template": {".": {}, "f:metadata": {}}}}`` holds ``.spec.replicas``, ``.spec.template`` and
``.spec.template.metadata``; ``.spec`` itself is no member, as it has children and no ``.``. So a stored entry needs no parsing, and
an operation costs what differs. Sets are never changed: operations share what they keep.

Membership of a field and of those below it are independent: taking ``.spec`` away leaves ``.spec.replicas``
(`difference`), unless everything below goes too (`without_below`).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import orjson

from harness.apiserver.jsontext import too_deep
from harness.apiserver.messages import Json
from harness.apiserver.typed.elements import TypedError, order, printed, read_element

FieldSet = dict[str, Json]
Path = tuple[str, ...]

SELF: Final = "."
NOTHING: Final[FieldSet] = {}
_LONGEST_SHARED_BYTES: Final = 4096


def of_paths(*paths: Path) -> FieldSet:
    """Return the set of these paths."""
    out: FieldSet = {}
    for path in paths:
        out = union(out, _nested(path))
    return out


def _nested(path: Path) -> FieldSet:
    out: FieldSet = {}
    for element in reversed(path):
        out = {element: out}
    return out


def node(*, member: bool, below: FieldSet) -> FieldSet | None:
    """Return what stands for a field in the set above it, or None for nothing."""
    if not below:
        return {} if member else None
    return {SELF: {}, **below} if member else below


def is_member(found: FieldSet) -> bool:
    """Tell whether a field, by what stands for it, is a member itself."""
    return not found or SELF in found


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """Return what is in one or the other."""
    if not one or one is other:
        return other
    more: FieldSet = {}
    for element, theirs in other.items():
        mine = one.get(element)
        both = theirs if mine is None else _both(mine, theirs)
        if both is not mine:
            more[element] = both
    return {**one, **more} if more else one


def _both(mine: FieldSet, theirs: FieldSet) -> FieldSet:
    if mine is theirs or not (mine or theirs):
        return mine
    if not mine or not theirs:  # a leaf is a member
        rich = mine or theirs
        return rich if not rich or SELF in rich else {SELF: {}, **rich}
    return union(mine, theirs)


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """Return the members of one that are none of the other's, wherever they are."""
    return _reduced(one, other, below=False)


def without_below(one: FieldSet, other: FieldSet) -> FieldSet:
    """Return the members of one that are none of the other's, nor below one of them."""
    return _reduced(one, other, below=True)


def _reduced(one: FieldSet, other: FieldSet, *, below: bool) -> FieldSet:
    if not other or not one:
        return one
    out: FieldSet = {}
    changed = False
    for element, mine in one.items():
        theirs = other.get(element)
        if theirs is None or element == SELF:
            out[element] = mine
            continue
        kept = _remaining(mine, theirs, below=below)
        changed = changed or kept is not mine
        if kept is not None:
            out[element] = kept
    return out if changed else one


def _remaining(mine: FieldSet, theirs: FieldSet, *, below: bool) -> FieldSet | None:
    gone = is_member(theirs)
    if gone and (below or not mine):
        return None
    if not mine or not theirs:
        return node(member=False, below=_children(mine)) if gone else mine
    children = _reduced(mine, theirs, below=below)
    if SELF not in mine:
        return children or None
    if not gone:
        return mine if children is mine else node(member=True, below=_children(children))
    return node(member=False, below=_children(children))


def _children(found: FieldSet) -> FieldSet:
    return {element: below for element, below in found.items() if element != SELF} if SELF in found else found


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    """Return what is in both."""
    out: FieldSet = {}
    for element, mine in one.items():
        theirs = other.get(element)
        if theirs is None or element == SELF:
            continue
        common = node(member=is_member(mine) and is_member(theirs), below=intersection(mine, theirs))
        if common is not None:
            out[element] = common
    return out


def has(fields: FieldSet, path: Path) -> bool:
    """Tell whether a path is a member."""
    found: FieldSet | None = fields
    for element in path:
        found = None if found is None else found.get(element)
    return found is not None and bool(path) and is_member(found)


def members(fields: FieldSet) -> Iterator[Path]:
    """Yield the members, in order: those of each level before those below."""
    todo: list[tuple[FieldSet, Path]] = [(fields, ())]
    while todo:
        found, above = todo.pop()
        ranked = sorted((element for element in found if element != SELF), key=order)
        for element in ranked:
            if is_member(found[element]):
                yield (*above, element)
        todo += [(found[element], (*above, element)) for element in reversed(ranked) if found[element]]


def text(path: Path) -> str:
    """Return a path as messages show it: ``.spec.containers[name="a"].image``."""
    return "".join(map(printed, path))


def in_order(fields: FieldSet) -> FieldSet:
    """Return the set with its elements in the order in which the real server writes them.

    Objects of one shape have equal sets: those of a usual size are put in order once, and shared.

    :raises TypedError: it is nested deeper than can be read again.
    """
    try:
        text = orjson.dumps(fields)
    except orjson.JSONEncodeError:
        if too_deep(fields):
            raise TypedError("exceeded max depth") from None
        return _in_order(fields)
    return _shared(text) if len(text) <= _LONGEST_SHARED_BYTES else _in_order(fields)


@lru_cache(maxsize=1024)
def _shared(text: bytes) -> FieldSet:
    return _in_order(orjson.loads(text))


def _in_order(fields: FieldSet) -> FieldSet:
    ranked = sorted(fields) if all(element < "g" for element in fields) else sorted(fields, key=order)
    return {element: _in_order(fields[element]) if fields[element] else {} for element in ranked}


def read(fields: Json) -> FieldSet:
    """Return the set that a client sent as ``fieldsV1``, in canonical form; elements of unknown kinds are left out.

    :raises TypedError: it is none.
    """
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise TypedError("expect { or n")
    out: FieldSet = {}
    for name, below in fields.items():
        if name == SELF:
            continue
        element = read_element(name)
        if element:
            children = read(below)
            member = not children or (isinstance(below, dict) and SELF in below)
            found = node(member=member, below=children)
            out[element] = {} if found is None else found
    return out
