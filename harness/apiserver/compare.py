"""Equality of JSON values. Python's ``==`` takes true for 1; the API does not. Nor does it reach as deep as objects do."""

from harness.apiserver.messages import Json


def same_json(one: Json, other: Json) -> bool:
    """Tell whether two JSON values are the same. Shared parts are not looked into."""
    todo: list[tuple[Json, Json]] = [(one, other)]
    while todo:
        mine, theirs = todo.pop()
        if mine is theirs:
            continue
        if mine.__class__ is not theirs.__class__:
            return False
        if isinstance(mine, dict):
            if mine.keys() != theirs.keys():
                return False
            todo += [(item, theirs[key]) for key, item in mine.items()]
        elif isinstance(mine, list):
            if len(mine) != len(theirs):
                return False
            todo += zip(mine, theirs, strict=True)
        elif mine != theirs:
            return False
    return True
