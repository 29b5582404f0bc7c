"""Which kinds of patches a resource takes, by their media types."""

from collections.abc import Mapping
from typing import Final

from harness.apiserver.errors import UnsupportedMediaType, UnsupportedPatch
from harness.apiserver.resources import Resource

APPLY: Final = "application/apply-patch+yaml"
JSON_PATCH: Final = "application/json-patch+json"
MERGE: Final = "application/merge-patch+json"
STRATEGIC: Final = "application/strategic-merge-patch+json"
_BUILT_IN: Final = (JSON_PATCH, MERGE, STRATEGIC, APPLY)
_CUSTOM: Final = (JSON_PATCH, MERGE, APPLY)


def patch_type(headers: Mapping[str, str], resource: Resource) -> str:
    """Return the kind of patch that a request brings.

    :raises ApiError: one that the resource does not take. The real server says so in two ways: its router turns built-in kinds
        away with fewer words.
    """
    given = headers.get("content-type", "")
    kind = given.partition(";")[0]
    accepted = _CUSTOM if resource.custom else _BUILT_IN
    if kind in accepted:
        return kind
    if resource.custom or kind.strip() in accepted:
        raise UnsupportedMediaType(accepted)
    raise UnsupportedPatch
