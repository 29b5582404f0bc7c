"""From JSON to what CEL sees: numbers that are doubles, timestamps, durations and bytes by format, escaped names.

Most schemas need none of it; then the value is passed as it is.
"""

import base64
import binascii
import re
from datetime import datetime, timedelta
from typing import Any, Final

from harness.apiserver.messages import Json
from harness.apiserver.schema.node import Node

_RESERVED: Final = frozenset(
    "true false null in as break const continue else for function if import let loop package namespace return var "
    "void while".split()
)
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


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
                or (node.type == "string" and node.format in {"date-time", "date", "duration", "byte"})
                or any(escape(name) != name for name in node.properties)
                or any([self._needed(child) for child in node.children()])
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
        if isinstance(value, str) and node.type == "string":
            return _formatted(value, node.format)
        return value


def _formatted(value: str, kind: str) -> Any:
    try:
        match kind:
            case "date-time":
                return datetime.fromisoformat(value)
            case "date":
                return datetime.fromisoformat(f"{value}T00:00:00+00:00")
            case "duration":
                return _duration(value)
            case "byte":
                return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        pass  # the format is the schema's business; a rule sees the text
    return value


def _duration(text: str) -> Any:
    parts = _DURATION.findall(text)
    if not parts:
        return text
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return timedelta(seconds=-seconds if text.startswith("-") else seconds)
