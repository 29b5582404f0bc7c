"""Equality of JSON values. Python's ``==`` takes true for 1; the API does not."""

from harness.apiserver.messages import Json


def same_json(one: Json, other: Json) -> bool:
    """Tell whether two JSON values are the same. Shared parts are not looked into."""
    if one is other:
        return True
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_json(item, other[key]) for key, item in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)
