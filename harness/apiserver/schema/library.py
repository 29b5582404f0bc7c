"""Schemas by their text: checked once and compiled once in a process.

A rehearsal creates the same definitions over and over, one cluster per seed; the work on a schema depends on nothing but
the schema. Both results are immutable, and shared by all servers of the process.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.jsontext import dumps, loads
from harness.apiserver.schema.compiled import CompiledSchema
from harness.apiserver.schema.structural import schema_errors


def compiled_schema(schema: Mapping[str, Any]) -> CompiledSchema:
    """Return the compiled form of an accepted schema."""
    return _compiled(dumps(schema))


def errors_of_schema(
    schema: Any, path: str, *, status_subresource: bool, unchanged: bool = False
) -> tuple[FieldError, ...]:
    """Return what is wrong with the ``openAPIV3Schema`` at ``path``: see `schema_errors`, and whether it compiles."""
    return _errors(dumps(schema), path, status_subresource, unchanged)


@lru_cache(maxsize=128)
def _compiled(text: bytes) -> CompiledSchema:
    return CompiledSchema(loads(text))


@lru_cache(maxsize=128)
def _errors(
    text: bytes,
    path: str,
    status_subresource: bool,  # noqa: FBT001  a cache key
    unchanged: bool,  # noqa: FBT001
) -> tuple[FieldError, ...]:
    found = schema_errors(loads(text), path, status_subresource=status_subresource, unchanged=unchanged)
    if not found:
        try:
            _compiled(text)
        except ValueError as problem:
            place = path.removesuffix(".openAPIV3Schema")
            found = [invalid(place, "", f"error building validator: {problem}")]
    return tuple(found)
