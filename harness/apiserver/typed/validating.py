"""What is wrong with a value by its type, in structured-merge-diff's words. It knows less than a schema: shapes, names, duplicates."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import go_float, quote
from harness.apiserver.messages import Json
from harness.apiserver.typed.comparing import shape
from harness.apiserver.typed.elements import TypedError, item_element, printed
from harness.apiserver.typed.nodes import ListType, MapType, TypeNode

_GO_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}


def check(kind: TypeNode, value: Json) -> None:
    """Check a value that is to be applied.

    :raises TypedError: with everything that is wrong, a line each when it is several things.
    """
    wrong = [f"{path}: {text}" if path else text for path, text in _errors(kind, value, "")]
    if wrong:
        raise TypedError(wrong[0] if len(wrong) == 1 else "\n  ".join(["errors:", *wrong]))


def _errors(kind: TypeNode, value: Json, path: str) -> Iterator[tuple[str, str]]:
    name = kind.only or shape(kind, value) or "map"
    if value is None:
        return
    if name == "map" and kind.map is not None:
        if isinstance(value, dict):
            yield from _map(kind.map, value, path)
        else:
            yield path, f"expected map, got &{{{_plain(value)}}}"
    elif name == "list" and kind.list is not None:
        if isinstance(value, list):
            yield from _list(kind.list, value, path)
        else:
            yield path, f"expected list, got &{{{_plain(value)}}}"
    elif wrong := _scalar(kind.scalar, value):
        yield path, wrong


def _map(kind: MapType, value: Mapping[str, Json], path: str) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        child = kind.child(name)
        if child is None:
            yield f"{path}.{name}", "field not declared in schema"
            return
        yield from _errors(child, item, f"{path}.{name}")


def _list(kind: ListType, value: list[Json], path: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for index, item in enumerate(value):
        if kind.kind == "atomic":
            yield from _errors(kind.items, item, f"{path}[{index}]")
            continue
        try:
            element = item_element(kind, item)
        except TypedError as problem:
            yield path, f"element {index}: {problem}"
            return
        if element in seen:
            yield path, f"duplicate entries for key {printed(element)}"
        seen.add(element)
        yield from _errors(kind.items, item, path + printed(element))


def _scalar(kind: str, value: Json) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "numeric" and not number:
        return f"expected numeric (int or float), got {_GO_TYPES[type(value)]}"
    if kind == "string" and not isinstance(value, str):
        return f"expected string, got &value.valueUnstructured{{Value:{_in_source(value)}}}"
    if kind == "boolean" and not isinstance(value, bool):
        return f"expected boolean, got &{{{_plain(value)}}}"
    if kind == "untyped" and not isinstance(value, str | int | float):
        return f"expected any scalar, got &{{{_plain(value)}}}"
    return ""


def _plain(value: Json) -> str:
    """Return a value as Go's ``%v`` prints it."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{_plain(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(_plain, value)) + "]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    return go_float(value) if isinstance(value, float) else str(value)


def _in_source(value: Json) -> str:
    """Return a value as Go's ``%#v`` prints it."""
    if isinstance(value, dict):
        inner = ", ".join(f"{quote(name)}:{_in_source(value[name])}" for name in sorted(value))
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_in_source, value))}}}"
    if value is None:
        return "interface {}(nil)"
    return quote(value) if isinstance(value, str) else _plain(value)
