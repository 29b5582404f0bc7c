"""Parts of objects as Go sees them: what is missing is empty, and never an error."""

from harness.apiserver.messages import Json, Object


def at(value: Json, *path: str) -> Json:
    """Return what stands at a path, or None."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: Json, *path: str) -> str:
    """Return the text at a path, or ""."""
    return at(value, *path) or ""


def count(value: Json, *path: str) -> int:
    """Return the number at a path, or 0."""
    return at(value, *path) or 0


def items(value: Json, *path: str) -> list[Json]:
    """Return the list at a path, or an empty one."""
    return at(value, *path) or []


def pairs(value: Json, *path: str) -> Object:
    """Return the map at a path, or an empty one."""
    return at(value, *path) or {}


def name(value: Json) -> str:
    """Return the name of an object; a bookmark has none."""
    found: str = value["metadata"].get("name", "")
    return found


def condition(value: Json, kind: str, *path: str) -> Object | None:
    """Return the first condition of a type among those at a path (``status.conditions``)."""
    return next((one for one in items(value, *(path or ("status", "conditions"))) if one.get("type") == kind), None)
