"""The defaults in a schema, checked: each must be what its schema accepts, with nothing in it that would be pruned."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.schema.embedded import embedded_errors
from harness.apiserver.schema.node import compile_node
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.prune import prune
from harness.apiserver.schema.validate import Validator

_META: Final = ("metadata", "kind", "apiVersion")


def default_errors(schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the defaults in an ``openAPIV3Schema`` at ``path``."""
    yield from _walk({**schema, "x-kubernetes-embedded-resource": True}, path, in_meta=False)


def _walk(schema: Mapping[str, Any], path: str, *, in_meta: bool) -> Iterator[FieldError]:
    embedded = bool(schema.get("x-kubernetes-embedded-resource"))
    in_meta = in_meta and not embedded
    if schema.get("default") is not None:
        yield from _default(schema, below(path, "default"), in_meta=in_meta)
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _walk(items, below(path, "items"), in_meta=in_meta)
    for name, child in (schema.get("properties") or {}).items():
        here = at(below(path, "properties"), name)
        yield from _walk(child, here, in_meta=in_meta or (embedded and name in _META))


def _default(schema: Mapping[str, Any], path: str, *, in_meta: bool) -> Iterator[FieldError]:
    value, node = schema["default"], compile_node(schema)
    if not in_meta:
        unknown: list[str] = []
        prune(value, node, unknown, root=node.embedded)
        if unknown:
            yield invalid(path, value, "must not have unknown fields")
    wrong = [] if in_meta else list(embedded_errors(value, node, path))
    yield from wrong or Validator(path).errors(value, dict(schema))
