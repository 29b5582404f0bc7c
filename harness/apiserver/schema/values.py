"""From JSON to what CEL sees: numbers that are doubles, bytes by format, escaped names.

Most schemas need none of it; then the value is passed as it is. Strings of format date-time, date and duration stay
strings, because the library takes no timestamps from outside: ``timestamp(self.at)`` works here and on a real server,
where a rule that uses ``self.at`` as a timestamp directly fails here.
"""

import base64
import binascii
from typing import Any, Final

from harness.apiserver.messages import Json
from harness.apiserver.schema.node import Node

_RESERVED: Final = frozenset(
    {
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if"),
        *("import", "let", "loop", "package", "namespace", "return", "var", "void", "while"),
    }
)


def escape(name: str) -> str:
    """Return a property's name as rules spell it: ``__dash__`` for a dash, ``__if__`` for a keyword, and so on."""
    if name in _RESERVED:
        return f"__{name}__"
    return (
        name.replace("__", "__underscores__").replace(".", "__dot__").replace("-", "__dash__").replace("/", "__slash__")
    )


class Converter:
    """Converts values by schema, and remembers which schemas need it."""

    __slots__ = ("_needs",)

    def __init__(self) -> None:
        self._needs: dict[int, bool] = {}

    def convert(self, value: Json, node: Node) -> Any:
        """Return ``value`` as CEL sees it under ``node``."""
        return self._convert(value, node) if self._needed(node) else value

    def _needed(self, node: Node) -> bool:
        known = self._needs.get(id(node))
        if known is None:
            self._needs[id(node)] = known = (
                node.type == "number"
                or (node.type == "string" and node.format == "byte")
                or any(escape(name) != name for name in node.properties)
                or any(self._needed(child) for child in node.children())
            )
        return known

    def _convert(self, value: Json, node: Node) -> Any:
        if isinstance(value, dict):
            out = {}
            for key, item in value.items():
                child = node.child(key)
                out[escape(key) if key in node.properties else key] = (
                    item if child is None else self.convert(item, child)
                )
            return out
        if isinstance(value, list):
            return value if node.items is None else [self.convert(item, node.items) for item in value]
        if node.type == "number" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str) and node.format == "byte":
            return _decoded(value)
        return value


def _decoded(value: str) -> Any:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return value  # the format is the schema's business; a rule sees the text
