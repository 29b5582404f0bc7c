"""Definitions of columns: those of built-in resources from ``columns.json``, which `generate` makes."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from harness.apiserver.messages import Object

_NAME, _AGE = 0, 4  # which column of a pod's Table is which


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads(files(__package__).joinpath("columns.json").read_bytes())
    return found


@cache
def builtin_columns(group: str, plural: str) -> tuple[Object, ...]:
    """Return the definitions of the columns of a built-in resource."""
    data = _data()
    return tuple(
        column(name, kind, data["texts"][text], format=shape, priority=priority)
        for name, kind, shape, text, priority in data[f"{group}/{plural}"]
    )


def column(name: str, kind: str, description: str, *, format: str = "", priority: int = 0) -> Object:  # noqa: A002  Table's
    """Return one definition as a Table carries it."""
    return {"name": name, "type": kind, "format": format, "description": description, "priority": priority}


def name_column() -> Object:
    """Return the first column of nearly every Table."""
    return builtin_columns("", "pods")[_NAME]


def age_text() -> str:
    """Return the description of creation timestamps."""
    found: str = builtin_columns("", "pods")[_AGE]["description"]
    return found
