"""JSON merge patch (RFC 7396), as evanphx/json-patch applies it: nulls remove, and are dropped from what is new."""

from typing import Final

from harness.apiserver.messages import Json, Object

_EXACT: Final = frozenset({str, int, bool})
"""Types whose equal values are written alike, as those of floats are not: 0.0 equals -0.0."""


def merge(target: Object, patch: Object) -> Object:
    """Return ``target`` merged with ``patch``; ``target`` itself where that changes nothing.

    What the patch does not change is shared with ``target``, though the patch names it: metadata that only guards a write by a
    version is recognised by its identity, and not looked at again.
    """
    out = target
    for key, value in patch.items():
        before = target.get(key)
        kind = value.__class__
        if value is None:
            if key in target:
                out = {**target} if out is target else out
                del out[key]
            continue
        if kind is dict:
            found = merge(before, value) if before.__class__ is dict else without_nulls(value)
        elif kind is list:
            found = value if before.__class__ is dict else without_nulls(value)
        elif kind in _EXACT and before.__class__ is kind and before == value:
            continue
        else:
            found = value
        if found is not before:
            out = {**target} if out is target else out
            out[key] = found
    return out


def merged_in_order(target: Object, patch: Object) -> Object:
    """Return the outcome of `merge` with its fields where the real server has them, which shows it when it cannot be read.

    Levels that the patch names are Go maps by then, in the order of names; the others are texts, as they were written.
    """
    out = {**target}
    for key, value in patch.items():
        before = target.get(key)
        if value is None:
            out.pop(key, None)
        elif before.__class__ is dict:
            out[key] = merged_in_order(before, value) if value.__class__ is dict else value
        else:
            out[key] = _by_name(without_nulls(value))
    return dict(sorted(out.items()))


def _by_name(value: Json) -> Json:
    if value.__class__ is dict:
        return {key: _by_name(item) for key, item in sorted(value.items())}
    return [_by_name(item) for item in value] if value.__class__ is list else value


def without_nulls(value: Json) -> Json:
    """Return a new value without the fields that are null; items of lists stay, even null."""
    if value.__class__ is dict:
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if value.__class__ is list else value
