"""What is served: the table of resources, filled from a data file and from custom resource definitions."""

from harness.apiserver.resources.builtin import builtin_resources
from harness.apiserver.resources.definitions import custom_resources
from harness.apiserver.resources.registry import Registry, index_fields
from harness.apiserver.resources.resource import Column, Resource, Subresource
from harness.apiserver.resources.strategy import OBJECT_PARTS, Conversion, Converter

__all__ = [
    "OBJECT_PARTS",
    "Column",
    "Conversion",
    "Converter",
    "Registry",
    "Resource",
    "Subresource",
    "builtin_resources",
    "custom_resources",
    "index_fields",
]
