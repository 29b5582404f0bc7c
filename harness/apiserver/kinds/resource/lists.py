"""Lists and maps of the kinds of resource.k8s.io: as long as they may be, and without anything twice."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.apiserver.fields import FieldError, duplicate, too_many
from harness.apiserver.messages import Object

Check = Callable[[Any, str], Iterable[FieldError]]


def each(values: list[Any] | None, path: str, check: Check, *, most: int = -1) -> Iterator[FieldError]:
    """Yield what is wrong with the items of a list, or only that they are more than ``most``."""
    values = values or []
    if 0 <= most < len(values):
        yield too_many(path, len(values), most)
        return
    for index, one in enumerate(values):
        yield from check(one, f"{path}[{index}]")


def distinct(
    values: list[Any] | None, path: str, check: Check, *, key: Callable[[Any], Any] = str, most: int = -1
) -> Iterator[FieldError]:
    """Yield what is wrong with the items of a list whose keys must differ; ``key`` is also what is shown of an item."""
    values = values or []
    if 0 <= most < len(values):
        yield too_many(path, len(values), most)
        return
    yield from each(values, path, check)
    seen: list[Any] = []
    for index, one in enumerate(values):
        found = key(one)
        if found in seen:
            yield duplicate(f"{path}[{index}]", found)
        seen.append(found)


def entries(
    values: Object | None, path: str, key: Check, check: Check, *, shown: int, most: int = -1
) -> Iterator[FieldError]:
    """Yield what is wrong with the keys and values of a map; keys longer than ``shown`` are shortened in paths."""
    values = values or {}
    if 0 <= most < len(values):
        yield too_many(path, len(values), most)
        return
    for name, one in values.items():
        yield from key(name, path)
        yield from check(one, f"{path}[{_shortened(name, max(shown, _LEAST_SHOWN))}]")


_LEAST_SHOWN = 16


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    left = most - 3
    return f"{text[: (left + 1) // 2]}...{text[len(text) - left // 2 :]}"


def named(one: Object) -> str:
    """Return the name of an item."""
    name: str = one.get("name") or ""
    return name
