"""Strategic merge patch: maps are merged, lists by the strategies and merge keys of the built-in types.

Directives in the patch say otherwise: ``$patch`` (``replace``, ``delete``), ``$retainKeys``, ``$deleteFromPrimitiveList/NAME`` and
``$setElementOrder/NAME``. Sources: ``strategicpatch`` of apimachinery, and the proposal "preserve order in strategic merge patch".
"""

from typing import Final

from harness.apiserver.errors import BadRequest, PlainError, Unprocessable
from harness.apiserver.fields import quote
from harness.apiserver.messages import Json, Object
from harness.apiserver.patches.merge import without_nulls
from harness.apiserver.patches.ordering import arranged, deduplicated, keys_of, partition
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.gotext import TYPES, as_text, plain

_DIRECTIVE: Final = "$patch"
_RETAIN: Final = "$retainKeys"
_DELETE: Final = "$deleteFromPrimitiveList"
_ORDER: Final = "$setElementOrder"


def strategic_merge(target: Object, patch: Object, kind: TypeNode) -> Object:
    """Return ``target``, an object of a built-in type, merged with ``patch``. What the patch does not touch is shared.

    :raises ApiError: the patch does not fit the type, or its directives contradict each other.
    """
    if _DIRECTIVE in patch:
        return _directed(patch)
    out, patch = _retained(dict(target), dict(patch))
    for name in [name for name in patch if name.startswith(_ORDER)]:
        _reorder(out, patch, name, kind)
    for name, value in patch.items():
        _merge_field(out, name, value, kind)
    return out


def _directed(patch: Object) -> Object:
    directive = patch[_DIRECTIVE]
    if directive == "replace":
        return {name: item for name, item in patch.items() if name != _DIRECTIVE}
    if directive == "delete":
        return {}
    raise PlainError(f"unknown patch type: {as_text(directive)} in map: {plain(patch)}")


def _retained(target: Object, patch: Object) -> tuple[Object, Object]:
    """Return a target with nothing but what ``$retainKeys`` names, and a patch without it."""
    if _RETAIN not in patch:
        return target, patch
    kept = patch.pop(_RETAIN)
    if not isinstance(kept, list):
        raise BadRequest("invalid patch format of retainKeys")
    for name, value in patch.items():
        if value is not None and not name.startswith((_DELETE, _ORDER)) and name not in kept:
            raise BadRequest("invalid patch format of retainKeys")
    return {name: item for name, item in target.items() if name in kept}, patch


def _merge_field(out: Object, name: str, value: Json, kind: TypeNode) -> None:
    deletes = name.startswith(_DELETE)
    if deletes:
        prefix, slash, name = name.partition("/")
        if not slash or prefix != _DELETE:
            raise BadRequest("invalid patch format of primitive list")
    if value is None:
        out.pop(name, None)
        return
    before: Json = out.get(name)
    if before.__class__ is not value.__class__ or not isinstance(value, dict | list):
        if not deletes:
            found = _undirected(without_nulls(value))
            if found is _NOTHING:
                out.pop(name, None)
            else:
                out[name] = found
        return
    field = _field(kind, name)
    if isinstance(value, dict):
        out[name] = value if "replace" in field.strategies else strategic_merge(before, value, field)
    elif deletes or "merge" in field.strategies:
        out[name] = _merge_list(before, value, field, deletes=deletes)
    else:
        out[name] = value


def _field(kind: TypeNode, name: str) -> TypeNode:
    """Return the type of a field of a struct.

    :raises PlainError: it is none: maps of maps cannot be merged, as the real server would look for a Go struct.
    """
    if kind.map is None or not kind.map.names:
        raise PlainError("merging an object in json but data type is not struct, instead is: map")
    found = kind.map.child(name) if kind.map.declares(name) else None
    if found is None:
        raise PlainError(f"unable to find api field in struct {kind.name} for the json field {quote(name)}")
    return found


def _merge_list(before: list[Json], patch: list[Json], field: TypeNode, *, deletes: bool) -> list[Json]:
    if not before and not patch:
        return before
    items = _item_type(before, patch)
    key = field.merge_key if items is dict else ""
    if items is not dict:
        if deletes:
            return [item for item in before if item not in patch]
        if field.merge_key:
            raise PlainError(f"expected a {TYPES[dict]}, but received a {TYPES[items]}")
        merged = deduplicated([*before, *patch])
    else:
        if not key:
            raise PlainError("cannot merge lists without merge key for struct")
        before, patch = _directed_items(before, patch, key)
        merged = _merge_items(before, patch, key, field)
    said, rest = partition(merged, patch, key)
    return arranged(said, rest, order=patch, live=before, key=key)


def _item_type(*lists: list[Json]) -> type:
    """Return the class of the items of several lists, which must have one."""
    found: type | None = None
    for one in lists:
        for item in one:
            if found is None:
                found = item.__class__
                if found is list:
                    raise Unprocessable("lists of lists are not supported")
            elif item.__class__ is not found:
                listed = " ".join(map(plain, lists))
                raise PlainError(f"list element types are not identical: [{listed}]")
    if found is None:
        raise PlainError("no elements in any of the given slices")
    return found


def _directed_items(before: list[Json], patch: list[Json], key: str) -> tuple[list[Json], list[Json]]:
    """Return both lists as the items of the patch that are directives leave them."""
    plainly: list[Json] = []
    replaces = False
    for item in patch:
        directive = item.get(_DIRECTIVE)
        if _DIRECTIVE not in item:
            plainly.append(item)
        elif directive == "delete":
            if key not in item:
                raise _no_merge_key(item, key)
            before = [one for one in before if not (isinstance(one, dict) and one.get(key) == item[key])]
        elif directive == "replace":
            replaces = True
        elif directive == "merge":
            raise PlainError("merging lists cannot yet be specified in the patch")
        else:
            raise PlainError(f"unknown patch type: {as_text(directive)} in map: {plain(item)}")
    return (plainly, []) if replaces else (before, plainly)


def _merge_items(before: list[Json], patch: list[Json], key: str, field: TypeNode) -> list[Json]:
    kind = field.list.items if field.list is not None else field
    out = list(before)
    for item in patch:
        if key not in item:
            raise _no_merge_key(item, key)
        for index, one in enumerate(out):
            if one.get(key, _NOTHING) == item[key]:
                out[index] = strategic_merge(one, item, kind)
                break
        else:
            out.append(item)
    return out


def _reorder(out: Object, patch: Object, directive: str, kind: TypeNode) -> None:
    """Merge the list that a ``$setElementOrder`` names, and put it in that order; the patch is done with both then."""
    order = _list(patch.pop(directive))
    prefix, slash, name = directive.partition("/")
    if not slash or prefix != _ORDER:
        raise BadRequest("invalid patch format of setElementOrder list")
    live = _list(out[name]) if name in out else None
    said = _list(patch[name]) if name in patch else None
    field = _field(kind, name)
    _check_order(said or [], order, field.merge_key)
    if live is None and said is None:
        return
    merged = _merged_list(live, said, field)
    key = field.merge_key if _item_type(live or [], said or []) is dict else ""
    keys_of(order, key)
    first, rest = partition(merged, order, key)
    out[name] = arranged(first, rest, order=order, live=live or [], key=key)
    patch.pop(name, None)


def _merged_list(live: list[Json] | None, said: list[Json] | None, field: TypeNode) -> list[Json]:
    if said is None:
        return live or []
    if live is None:
        return list(_undirected(said))
    return _merge_list(live, said, field, deletes=False) if "merge" in field.strategies else said


def _list(value: Json) -> list[Json]:
    """Return a list.

    :raises PlainError: it is none.
    """
    if isinstance(value, list):
        return value
    raise PlainError(f"expected a []interface {{}}, but received a {TYPES[value.__class__]}")


def _check_order(said: list[Json], order: list[Json], key: str) -> None:
    """Check that what a patch says of items comes in the order that it asks for.

    :raises PlainError: it does not.
    """
    if not said or not order:
        return
    wanted = iter(keys_of(order, key))
    items = [one for one in said if not (isinstance(one, dict) and _DIRECTIVE in one)]
    if not all(any(one == other for other in wanted) for one in keys_of(items, key)):
        raise PlainError(f"The order in patch list:\n{plain(said)}\n doesn't match {_ORDER} list:\n{plain(order)}\n")


def _undirected(value: Json) -> Json:
    """Return something new without directives; `_NOTHING` for what is a directive itself."""
    if isinstance(value, dict):
        if _DIRECTIVE in value:
            return _NOTHING
        kept = {name: _undirected(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not _NOTHING}
    if isinstance(value, list):
        return [item for item in map(_undirected, value) if item is not _NOTHING]
    return value


def _no_merge_key(item: Json, key: str) -> PlainError:
    return PlainError(f"map: {plain(item)} does not contain declared merge key: {key}")


_NOTHING: Final[Json] = type("Nothing", (), {"__repr__": lambda _: "NOTHING"})()
