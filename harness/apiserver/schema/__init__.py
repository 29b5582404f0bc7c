"""Structural schemas: refuse what is not one, validate, default and prune by it, run its rules."""

from harness.apiserver.schema.compiled import CompiledSchema
from harness.apiserver.schema.structural import schema_errors

__all__ = ["CompiledSchema", "schema_errors"]
