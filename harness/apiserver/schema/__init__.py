"""Structural schemas: refuse what is not one, validate, default and prune by it, run its rules."""

from harness.apiserver.schema.compiled import CompiledSchema
from harness.apiserver.schema.library import compiled_schema, errors_of_schema

__all__ = ["CompiledSchema", "compiled_schema", "errors_of_schema"]
