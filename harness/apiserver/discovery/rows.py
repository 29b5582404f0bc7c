"""What both forms of discovery say of a resource."""

import base64
import hashlib
from typing import Final

from harness.apiserver.resources import Resource, Subresource

_PART_VERBS: Final = ("get", "patch", "update")


def parts(resource: Resource) -> tuple[Subresource, ...]:
    """Return the subresources of a resource, in the order of discovery; of custom ones, the two that definitions know."""
    if not resource.custom:
        return resource.parts
    found = {
        "status": (resource.group, resource.version, resource.kind),
        "scale": ("autoscaling", "v1", "Scale"),
    }
    return tuple(Subresource(name, *kind, _PART_VERBS) for name, kind in found.items() if name in resource.subresources)


def storage_hash(resource: Resource) -> str:
    """Return what changes with the version that objects are stored in, "" where nothing is stored."""
    if not resource.custom:
        return resource.storage_hash
    stored = f"{resource.group}/{resource.storage_version or resource.version}/{resource.kind}"
    return base64.b64encode(hashlib.sha256(stored.encode()).digest()[:8]).decode()
