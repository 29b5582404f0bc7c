"""JSON as YAML, as the real server lays it out: by the rules of Go's ``yaml.v2``, which are not those of PyYAML.

A text that would mean something else stands in double quotes, one of several lines is a block, and names are in an order in which
``a2`` comes before ``a10`` and what is no letter before what is one. PyYAML's emitter is that of libyaml, as Go's is: what is left to
it (breaking long lines, texts that cannot stand plain) comes out alike.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cmp_to_key
from typing import Any, Final

import yaml

from harness.apiserver.codec.numbers import go_float
from harness.apiserver.codec.scalars import resolve
from harness.apiserver.messages import Json

_TEXT: Final = "tag:yaml.org,2002:str"
_MAP: Final = "tag:yaml.org,2002:map"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"
WORDS: Final = {True: "true", False: "false", None: "null"}

_SIXTIES: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
"""Numbers to the base of 60, which YAML 1.1 had, and which others still read."""

_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d?-\d\d?)(?:[Tt]\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d?:\d\d?:\d\d?(?:\.\d+)?)?", re.ASCII
)


def to_yaml(value: Json) -> bytes:
    """Return a value as YAML."""
    try:
        text: str = yaml.dump(value, Dumper=_Dumper, default_flow_style=False, allow_unicode=True)
    except RecursionError:
        text = yaml.emit(_events(value), Dumper=_Dumper, allow_unicode=True)
    return text.encode()


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # either has the same methods
    """Takes every scalar for the text that it is to be written as."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012  PyYAML's own name for it

    def ignore_aliases(self, data: Any) -> bool:
        """Write what is there twice twice."""
        del data
        return True


def _scalar(_: _Dumper, value: Json) -> yaml.ScalarNode:
    text, style = _written(value)
    return yaml.ScalarNode(_TEXT, text, style=style)


def _map(dumper: _Dumper, value: dict[str, Json]) -> Any:
    return dumper.represent_mapping(_MAP, [(name, value[name]) for name in _ordered(value)])


for _type in (str, int, float, bool, type(None)):
    _Dumper.add_representer(_type, _scalar)
_Dumper.add_representer(dict, _map)


def _written(value: Json) -> tuple[str, str | None]:
    """Return the text of a scalar, and the style that it is written in."""
    if isinstance(value, str):
        return value, "|" if "\n" in value else None if _is_plain(value) else '"'
    if isinstance(value, float):
        return go_float(value), None
    return WORDS[value] if value is None or isinstance(value, bool) else str(value), None


def _is_plain(text: str) -> bool:
    """Tell whether a text means itself."""
    return isinstance(resolve(text), str) and not _SIXTIES.fullmatch(text) and not is_moment(text)


def is_moment(text: str) -> bool:
    """Tell whether Go reads a text as a day or a time of one."""
    moment = _MOMENT.fullmatch(text)
    if moment is None:
        return False
    try:
        datetime.strptime(moment[1], "%Y-%m-%d")  # noqa: DTZ007  only whether there is such a day
    except ValueError:
        return False
    return True


def _ordered(value: dict[str, Json]) -> list[str]:
    return sorted(value, key=cmp_to_key(_compared))


def _compared(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left == right:
            continue
        if left.isalpha() or right.isalpha():
            return -1 if right.isalpha() and (not left.isalpha() or left < right) else 1
        numbers = [_number(text, index, inside="0" in {left, right}) for text in (one, other)]
        if numbers[0] != numbers[1]:
            return -1 if numbers[0] < numbers[1] else 1
        return -1 if left < right else 1
    return len(one) - len(other)


def _number(text: str, start: int, *, inside: bool) -> tuple[int, str, int]:
    """Return how many digits the number at ``start`` has, which ones, and where it ends.

    ``inside`` tells to look whether it is the rest of a longer one, so that zeros at its beginning count.
    """
    end = start
    while end < len(text) and text[end].isdecimal():
        end += 1
    before = start
    while inside and before and text[before - 1].isdecimal():
        before -= 1
    digits = text[start:end] if text[before:start].strip("0") else text[start:end].lstrip("0")
    return len(digits), digits, end


def _events(value: Json) -> Iterator[Any]:
    """Yield what PyYAML would make of a value that it has no stack for, from a list for a stack."""
    todo: list[Any] = [value]
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    while todo:
        one = todo.pop()
        if isinstance(one, yaml.Event):
            yield one
        elif one.__class__ is dict:
            yield yaml.MappingStartEvent(None, _MAP, implicit=True, flow_style=not one)
            todo.append(yaml.MappingEndEvent())
            for name in reversed(_ordered(one)):
                todo += (one[name], _event(name))
        elif one.__class__ is list:
            yield yaml.SequenceStartEvent(None, _SEQUENCE, implicit=True, flow_style=not one)
            todo.append(yaml.SequenceEndEvent())
            todo += reversed(one)
        else:
            yield _event(one)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _event(value: Json) -> yaml.ScalarEvent:
    text, style = _written(value)
    return yaml.ScalarEvent(None, _TEXT, (True, True), text, style=style)
