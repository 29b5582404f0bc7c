"""The JSONPath of printer columns: ``.a.b``, ``['key']``, ``[0]``, ``[*]`` and ``[?(@.type=="Ready")]``.

The subset that columns use, over ``k8s.io/client-go/util/jsonpath``. A path that leads nowhere has no results.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from harness.apiserver.messages import Json

Step = Callable[[Json], Iterator[Json]]

_STEP: Final = re.compile(
    r"""\.(?P<name>(?:\\.|[^.\[\\])+)
      | \['(?P<quoted>(?:\\.|[^'\\])*)'\]
      | \[(?P<index>-?\d+)\]
      | (?P<all>\[\*\]|\.\*)
      | \[\?\(\s*@\.(?P<filter>[\w.\-]+)\s*(?P<operator>==|!=)\s*(?P<value>"[^"]*"|'[^']*'|[\w.\-]+)\s*\)\]
    """,
    re.VERBOSE,
)


def find(path: str, value: Json) -> list[Json]:
    """Return what ``path`` finds in ``value``; nothing for a path outside the subset."""
    found = [value]
    for step in _compiled(path):
        found = [result for one in found for result in step(one)]
    return found


@lru_cache(maxsize=512)
def _compiled(path: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            return (_nothing,)
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def _nothing(value: Json) -> Iterator[Json]:
    del value
    return iter(())


def _step(match: re.Match[str]) -> Step:
    if match["all"]:
        return _every
    if match["index"]:
        return _at(int(match["index"]))
    if match["filter"]:
        wanted = match["value"].strip("\"'")
        return _where(match["filter"].split("."), wanted, equal=match["operator"] == "==")
    return _under((match["name"] or match["quoted"]).replace("\\", ""))


def _every(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _at(index: int) -> Step:
    def step(value: Json) -> Iterator[Json]:
        if isinstance(value, list) and -len(value) <= index < len(value):
            yield value[index]

    return step


def _under(name: str) -> Step:
    def step(value: Json) -> Iterator[Json]:
        if isinstance(value, dict) and name in value:
            yield value[name]

    return step


def _where(names: list[str], wanted: str, *, equal: bool) -> Step:
    def step(value: Json) -> Iterator[Json]:
        for one in value if isinstance(value, list) else ():
            found: Json = one
            for name in names:
                found = found.get(name) if isinstance(found, dict) else None
            text = str(found).lower() if isinstance(found, bool) else str(found)
            if (text == wanted) is equal:
                yield one

    return step
