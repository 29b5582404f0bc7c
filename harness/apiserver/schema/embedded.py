"""Embedded resources (``x-kubernetes-embedded-resource``): their apiVersion, kind and metadata, checked at every level."""

from collections.abc import Iterator

from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.messages import Json, Object
from harness.apiserver.metadata import metadata_errors, name_errors
from harness.apiserver.names import dns_1035_label, path_segment
from harness.apiserver.schema.node import Node
from harness.apiserver.schema.paths import at, below


def embedded_errors(value: Json, node: Node, path: str = "") -> Iterator[FieldError]:
    """Yield what is wrong with the embedded resources in ``value``."""
    if not node.deep_embedded:
        return
    if isinstance(value, dict):
        if node.embedded:
            yield from _resource(value, path)
        for key, item in value.items():
            child = node.child(key)
            if child is not None:
                yield from embedded_errors(item, child, below(path, key) if key in node.properties else at(path, key))
    elif isinstance(value, list) and node.items is not None:
        for index, item in enumerate(value):
            yield from embedded_errors(item, node.items, at(path, index))


def _resource(value: Object, path: str) -> Iterator[FieldError]:
    for key in ("apiVersion", "kind"):
        here = below(path, key)
        if key not in value:
            yield required(here)
        elif not isinstance(value[key], str):
            yield invalid(here, value[key], "must be a string")
        elif not value[key]:
            yield invalid(here, "", "must not be empty")
        elif key == "apiVersion" and value[key].count("/") > 1:
            yield invalid(here, value[key], f"unexpected GroupVersion string: {value[key]}")
        elif key == "kind" and (wrong := dns_1035_label(value[key].lower())):
            yield invalid(here, value[key], "may have mixed case, but should otherwise match: " + ",".join(wrong))
    if isinstance(value.get("metadata"), dict):
        yield from _metadata(value["metadata"], below(path, "metadata"))


def _metadata(metadata: Object, path: str) -> Iterator[FieldError]:
    name = metadata.get("name")
    found = name_errors(metadata, path_segment(name)) if isinstance(name, str) and name else []
    for error in (*found, *metadata_errors(metadata)):
        yield FieldError(error.type, path + error.field.removeprefix("metadata"), error.value, error.detail)
