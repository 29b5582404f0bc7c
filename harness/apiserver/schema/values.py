"""From JSON to what rules see: doubles, bytes, times and spans by format, lists by their type, escaped names.

Most schemas need none of it; then the value is passed as it is.
"""

import base64
import binascii
import re
from typing import Any, Final

from harness.apiserver.cel.library.times import to_duration, to_timestamp
from harness.apiserver.cel.values import EvalError, MapList, SetList
from harness.apiserver.messages import Json
from harness.apiserver.schema.node import Node

_RESERVED: Final = frozenset(
    {
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if"),
        *("import", "let", "loop", "package", "namespace", "return", "var", "void", "while"),
    }
)
_SPECIAL: Final = re.compile(r"__|[.\-/]")
_ESCAPES: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_NAME: Final = re.compile(r"[A-Za-z_][\w.\-/]*", re.ASCII)
_TYPED: Final = frozenset({"byte", "date", "date-time", "duration"})


def escape(name: str) -> str:
    """Return a property's name as rules spell it (``__dash__`` for a dash, ``__if__`` for a keyword), "" if they cannot."""
    if name in _RESERVED:
        return f"__{name}__"
    if not _NAME.fullmatch(name):
        return ""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], name)


class Converter:
    """Converts values by schema, and remembers which schemas need it."""

    __slots__ = ("_needs",)

    def __init__(self) -> None:
        self._needs: dict[int, bool] = {}

    def convert(self, value: Json, node: Node) -> Any:
        """Return ``value`` as rules see it under ``node``."""
        return self._convert(value, node) if self._needed(node) else value

    def _needed(self, node: Node) -> bool:
        known = self._needs.get(id(node))
        if known is None:
            self._needs[id(node)] = known = (
                node.type in {"number", "integer"}
                or (node.type == "string" and node.format in _TYPED)
                or node.list_type in {"set", "map"}
                or any(escape(name) != name for name in node.properties)
                or any(self._needed(child) for child in node.children())
            )
        return known

    def _convert(self, value: Json, node: Node) -> Any:
        if isinstance(value, dict):
            return self._map(value, node)
        if isinstance(value, list):
            return self._list(value, node)
        if node.type == "number" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if node.type == "integer" and isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and node.type == "string" and node.format in _TYPED:
            return _typed(value, node.format)
        return value

    def _map(self, value: dict[str, Json], node: Node) -> dict[str, Any]:
        out = {}
        for key, item in value.items():
            child = node.child(key)
            if key in node.properties:
                out[escape(key) or key] = self.convert(item, node.properties[key])
            else:
                out[key] = item if child is None else self.convert(item, child)
        return out

    def _list(self, value: list[Json], node: Node) -> list[Any]:
        items = node.items
        found = value if items is None or not self._needed(items) else [self._convert(item, items) for item in value]
        if node.list_type == "set":
            return SetList(found)
        return MapList(found, node.map_keys) if node.list_type == "map" else found


def _typed(value: str, shape: str) -> Any:
    try:
        match shape:
            case "byte":
                return base64.b64decode(value, validate=True)
            case "duration":
                return to_duration(value)
            case "date":
                return to_timestamp(f"{value}T00:00:00Z")
        return to_timestamp(value)
    except (EvalError, binascii.Error):
        return value  # the format is the schema's business; a rule sees the text
