"""Rows of custom objects: what the columns of their definition find in them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from harness.apiserver.codec.times import SECONDS, TimeError, canonical
from harness.apiserver.fields import go_value
from harness.apiserver.jsonpath import Path, PathSyntaxError, find, parse
from harness.apiserver.jsonpath.find import Byte, PathError
from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import INVALID, UNKNOWN, since
from harness.apiserver.printers.columns import age_text, column, name_column
from harness.apiserver.printers.printer import Printer
from harness.apiserver.printers.reading import name
from harness.apiserver.resources.resource import Column, Resource

_BEYOND: Final = 2**63


def custom_printer(resource: Resource) -> Printer:
    """Return the printer of a custom kind."""
    return _printer(resource.columns)


def _printer(columns: Iterable[Column]) -> Printer:
    paths: list[tuple[str, Path]] = []
    shown = [name_column()]
    for one in columns:
        try:
            path = parse(one.path)
        except PathSyntaxError:
            break  # the real server, too, goes no further
        paths.append((one.type, path))
        description = one.description or age_text()
        shown.append(column(one.name, one.type, description, format=one.format, priority=one.priority))

    def cells(value: Object, now: datetime) -> list[Json]:
        return [name(value), *(_cell(kind, path, value, now) for kind, path in paths)]

    return Printer(shown, cells)


def _cell(kind: str, path: Path, value: Object, now: datetime) -> Json:
    """Return the first value that a path finds, as the type of its column shows it; None where it cannot."""
    try:
        found = find(path, value)
    except PathError:
        return None
    if not found:
        return None
    first = found[0]
    if kind == "date":
        return _date(first, now)
    return _SHOWN[kind](first)


def _date(value: Json, now: datetime) -> Json:
    if not isinstance(value, str):
        return None
    if value in {"", "null"}:
        return UNKNOWN
    try:
        text = canonical(value, SECONDS)
    except TimeError:
        return INVALID
    return since(text, now)


def _integer(value: Json) -> Json:
    if isinstance(value, bool | Byte) or not isinstance(value, int | float):
        return None
    return int(value) if -_BEYOND <= value < _BEYOND else -_BEYOND  # as amd64 converts what is too large


def _number(value: Json) -> Json:
    if isinstance(value, bool | Byte) or not isinstance(value, int | float):
        return None
    found = float(value)
    return int(found) if found.is_integer() and abs(found) < _BEYOND else found


def _boolean(value: Json) -> Json:
    return value if isinstance(value, bool) else None


def _string(value: Json) -> Json:
    if value is None:
        return "<no value>"
    return value if isinstance(value, str) else go_value(value)


_SHOWN: Final[dict[str, Callable[[Json], Json]]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "string": _string,
}

_SCALE: Final = (
    Column("Desired", "integer", ".spec.replicas", description="Number of desired replicas"),
    Column("Available", "integer", ".status.replicas", description="Number of actual replicas"),
    Column("Age", "date", ".metadata.creationTimestamp"),
)


def custom_scale_printer() -> Printer:
    """Return the printer of the scales of custom objects."""
    return _printer(_SCALE)
