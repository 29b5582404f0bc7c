"""What is wrong with a value by its type, in structured-merge-diff's words. It knows less than a schema: shapes, names, duplicates."""

from collections.abc import Mapping
from typing import Final

from harness.apiserver.messages import Json
from harness.apiserver.typed.comparing import shape
from harness.apiserver.typed.elements import TypedError, item_element, printed
from harness.apiserver.typed.gotext import TYPES, in_source, plain
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode

_Wrong = tuple[str, str]
"""Where something is wrong, and what."""


def check(kind: TypeNode, value: Json) -> None:
    """Check a value that is to be applied.

    :raises TypedError: with everything that is wrong, a line each when it is several things.
    """
    _raise(_faults(kind, value))


def check_written(kind: TypeNode, value: Json) -> None:
    """Check a value that is written, whose lists may name an item twice.

    :raises TypedError: with everything else that is wrong.
    """
    _raise([one for one in _faults(kind, value) if not one[1].startswith(_TWICE)])


_TWICE: Final = "duplicate entries for key "


def _faults(kind: TypeNode, value: Json) -> list[_Wrong]:
    found: list[_Wrong] = []
    _value(kind, value, "", found)
    return found


def _raise(found: list[_Wrong]) -> None:
    wrong = [f"{path}: {text}" if path else text for path, text in found]
    if wrong:
        raise TypedError(wrong[0] if len(wrong) == 1 else "\n  ".join(["errors:", *wrong]))


def _value(kind: TypeNode, value: Json, path: str, found: list[_Wrong]) -> None:
    name = kind.only or shape(kind, value) or "map"
    if value is None:
        return
    if name == "map" and kind.map is not None:
        if isinstance(value, dict):
            _map(kind.map, value, path, found)
        else:
            found.append((path, f"expected map, got &{{{plain(value)}}}"))
    elif name == "list" and kind.list is not None:
        if isinstance(value, list):
            _list(kind.list, value, path, found)
        else:
            found.append((path, f"expected list, got &{{{plain(value)}}}"))
    elif wrong := _scalar(kind.scalar, value):
        found.append((path, wrong))


def _map(kind: MapType, value: Mapping[str, Json], path: str, found: list[_Wrong]) -> None:
    for name, item in value.items():
        child = kind.child(name)
        if child is None:
            found.append((f"{path}.{name}", "field not declared in schema"))
            return
        _value(child, item, f"{path}.{name}", found)


def _list(kind: ListType, value: list[Json], path: str, found: list[_Wrong]) -> None:
    seen = set()
    for index, item in enumerate(value):
        if kind.kind == "atomic":
            _value(kind.items, item, f"{path}[{index}]", found)
            continue
        try:
            element = item_element(kind, item)
        except TypedError as problem:
            found.append((path, f"element {index}: {problem}"))
            return
        if element in seen:
            found.append((path, f"{_TWICE}{printed(element)}"))
        seen.add(element)
        _value(kind.items, item, path + printed(element), found)


def _scalar(kind: str, value: Json) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "numeric" and not number:
        return f"expected numeric (int or float), got {TYPES[type(value)]}"
    if kind == "string" and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{in_source(value)}}}"
    if kind == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got &{{{plain(value)}}}"
    if kind == "untyped" and not isinstance(value, str | int | float):
        return f"expected any scalar, got &{{{plain(value)}}}"
    return ""
