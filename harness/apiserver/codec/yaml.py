"""YAML bodies, as ``sigs.k8s.io/yaml`` turns them into JSON: YAML 1.1 by libyaml, the first document of the text.

The parser is PyYAML's (libyaml where it is built in, as Go's is a port of it); what a plain scalar means, which keys a map
may have and how often an alias may be used are Go's rules.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from harness.apiserver.codec.numbers import go_float
from harness.apiserver.codec.scalars import resolve
from harness.apiserver.messages import Json

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST: Final = 10_000
_MERGE: Final = "<<"
_STRING_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})
_PREFIX: Final = "yaml: "


class YamlError(ValueError):
    """A text that is no YAML, or no JSON could say; the message is that of Go's decoder."""


class _Map(dict[str, Json]):
    """A map under construction: ``key`` is the one whose value comes next, ``merged`` what came by merging."""

    def __init__(self) -> None:
        super().__init__()
        self.key: Json = None
        self.has_key = False
        self.merged: dict[str, Json] = {}


class Document:
    """The value of a document, and the keys that stood twice in a map: ``line 5: key "a" already set in map``."""

    def __init__(self, body: bytes) -> None:
        """Read ``body``.

        :raises YamlError: it cannot be read.
        """
        self.repeated: list[str] = []
        self._anchors: dict[str, Json] = {}
        self._sizes: dict[str, int] = {}
        self._count = self._aliased = 0
        if _flow_depth(body) > _DEEPEST:
            raise YamlError("yaml: exceeded max depth of 10000")
        try:
            self.value = self._read(_events(body))
        except yaml.reader.ReaderError as problem:
            raise YamlError(_PREFIX + _reader_words(problem)) from None
        except yaml.MarkedYAMLError as problem:
            raise YamlError(_PREFIX + _words(problem)) from None

    def _read(self, events: Iterator[Any]) -> Json:
        """Return the first document's value: what is open is on a stack, so that depth costs no recursion."""
        stack: list[tuple[Json, str | None]] = []
        for event in events:
            if isinstance(event, yaml.DocumentEndEvent):
                return None
            if isinstance(event, yaml.DocumentStartEvent) and event.version not in {None, (1, 1)}:
                raise YamlError("yaml: found incompatible YAML document")
            if isinstance(event, yaml.CollectionStartEvent):
                self._open(event, stack)
                continue
            if isinstance(event, yaml.ScalarEvent):
                self._count += 1
                value = _scalar(event)
                self._anchor(event.anchor, value, 1)
            elif isinstance(event, yaml.AliasEvent):
                value = self._alias(event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                value, anchor = stack.pop()
                value = {**value.merged, **value} if isinstance(value, _Map) else value
                self._anchor(anchor, value, self._count + self._sizes.get(anchor or "", 0) + 1)
            else:
                continue
            if not stack:
                return value
            self._put(stack[-1][0], value, event)
        return None

    def _open(self, event: Any, stack: list[tuple[Json, str | None]]) -> None:
        self._count += 1
        stack.append((_Map() if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
        if len(stack) > _DEEPEST:
            raise YamlError("yaml: exceeded max depth of 10000")
        if event.anchor:
            self._sizes[event.anchor] = -self._count

    def _put(self, into: Json, value: Json, event: Any) -> None:
        if isinstance(into, list):
            into.append(value)
        elif not into.has_key:
            plain = isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == _MERGE
            into.key, into.has_key = (_Merge if plain else value), True
            if not plain and isinstance(value, (list, dict)):
                raise YamlError(f"yaml: invalid map key: {go_syntax(value)}")
        else:
            into.has_key = False
            if into.key is _Merge:
                self._merge(into, value)
                return
            key = _key(into.key, value)
            if key in into:
                line = event.start_mark.line + 1
                self.repeated.append(f"line {line}: key {go_syntax(into.key)} already set in map")
            into[key] = value

    def _merge(self, into: _Map, value: Json) -> None:
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in sources):
            raise YamlError("yaml: map merge requires map or sequence of maps as the value")
        for one in reversed(sources):
            into.merged |= one

    def _anchor(self, name: str | None, value: Json, size: int) -> None:
        if name:
            self._anchors[name] = value
            self._sizes[name] = size

    def _alias(self, anchor: str | None) -> Json:
        name = anchor or ""
        if name not in self._anchors:
            if name in self._sizes:
                raise YamlError(f"yaml: anchor '{name}' value contains itself")
            raise YamlError(f"yaml: unknown anchor '{name}' referenced")
        size = self._sizes[name]
        self._count += size
        self._aliased += size
        if self._aliased > 100 and self._count > 1000 and self._aliased / self._count > _ratio(self._count):
            raise YamlError("yaml: document contains excessive aliasing")
        return self._anchors[name]


def _events(body: bytes) -> Iterator[Any]:
    """Parse a text, by libyaml; it goes less deep than Go does, and Python's own parser, which is slow, goes on from there."""
    count = 0
    try:
        for event in yaml.parse(body, Loader=_Loader):
            yield event
            count += 1
    except yaml.MarkedYAMLError as problem:
        if problem.problem != "exceeded maximum nesting depth":
            raise
        yield from itertools.islice(yaml.parse(body, Loader=yaml.SafeLoader), count, None)


class _Merge:
    """Stands for the key ``<<``."""


def _ratio(count: int) -> float:
    """Return how much of a document may come from aliases: nearly all of a small one, a tenth of a large one."""
    if count <= 400_000:
        return 0.99
    return 0.10 if count >= 4_000_000 else 0.99 - 0.89 * (count - 400_000) / 3_600_000


def _scalar(event: Any) -> Json:
    tag = event.tag
    if tag in _STRING_TAGS or (tag is None and not event.implicit[0]):
        return event.value
    try:
        return resolve(event.value, tag or "")
    except ValueError as problem:
        raise YamlError(f"{_PREFIX}{problem}") from None


def _key(key: Json, value: Json) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int):
        return str(key)
    if isinstance(key, float):
        return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(found := go_float(key), found)
    raise YamlError(f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {go_syntax(value)}")


def go_syntax(value: Json) -> str:
    """Return a value as Go's ``%#v`` shows it."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(go_syntax, value)) + "}"
    if isinstance(value, dict):
        listed = ", ".join(f"{go_syntax(key)}:{go_syntax(one)}" for key, one in value.items())
        return "map[interface {}]interface {}{" + listed + "}"
    return str(value)


def _words(problem: yaml.MarkedYAMLError) -> str:
    """Say where and why, as Go does: the line is left out for the first one."""
    line = 0
    if problem.problem_mark is not None and problem.problem_mark.line:
        line = problem.problem_mark.line + isinstance(problem, yaml.scanner.ScannerError)
    elif problem.context_mark is not None and problem.context_mark.line:
        line = problem.context_mark.line
    where = f"line {line}: " if line else ""
    return f"{where}{problem.problem or 'unknown problem parsing YAML content'}"


_REASONS: Final = {
    "special characters are not allowed": "control characters are not allowed",
    "invalid start byte": "invalid leading UTF-8 octet",
    "invalid continuation byte": "invalid trailing UTF-8 octet",
}


def _reader_words(problem: yaml.reader.ReaderError) -> str:
    reason = str(problem.reason)
    return _REASONS.get(reason, reason)


def _flow_depth(body: bytes) -> int:
    """Return an upper bound of how deep a text nests in brackets; the parser must not be sent deeper than it can go."""
    if body.count(b"[") + body.count(b"{") <= _DEEPEST:
        return 0
    deepest = depth = 0
    for bracket in re.findall(rb"[\[\]{}]", body):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
