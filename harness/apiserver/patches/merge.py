"""JSON merge patch (RFC 7396), as evanphx/json-patch applies it: nulls remove, and are dropped from what is new."""

from harness.apiserver.messages import Json, Object


def merge(target: Object, patch: Object) -> Object:
    """Return ``target`` merged with ``patch``. What the patch does not touch is shared with ``target``."""
    out = dict(target)
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        elif value.__class__ is dict:
            before = out.get(key)
            out[key] = merge(before, value) if before.__class__ is dict else without_nulls(value)
        elif value.__class__ is list:
            out[key] = value if out.get(key).__class__ is dict else without_nulls(value)
        else:
            out[key] = value
    return out


def without_nulls(value: Json) -> Json:
    """Return a new value without the fields that are null; items of lists stay, even null."""
    if value.__class__ is dict:
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return list(map(without_nulls, value)) if value.__class__ is list else value
