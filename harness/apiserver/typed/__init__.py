"""Values and their types: what a patch merges, what is one unit, which fields somebody owns.

``nodes`` holds the types; ``fieldsets`` the sets of fields that managedFields are made of; the others walk a value along its
type, as structured-merge-diff does: ``comparing`` two values, ``merging`` one into another, ``removing`` fields, ``mentioning``
every field of a value, ``validating`` it.
"""

from harness.apiserver.typed.nodes import (
    DEDUCED,
    TYPE_META,
    UNTYPED,
    ListType,
    MapType,
    TypeNode,
    custom_type,
    type_node,
)

__all__ = ["DEDUCED", "TYPE_META", "UNTYPED", "ListType", "MapType", "TypeNode", "custom_type", "type_node"]
