"""VolumeAttachments: written once, then told of in their status."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, forbidden, invalid, required, too_long
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.kinds.storage.nodes import driver_name_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_LONGEST_METADATA: Final = 256 * 1024
_LONGEST_MESSAGE: Final = 1024
_ONE_SOURCE: Final = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


class AttachmentStrategy(Strategy):
    """A volume at a node."""

    def default(self, value: Object) -> Object:
        """Show whether it is attached."""
        status = {"attached": False} | (value.get("status") or {})
        return {**value, "spec": value.get("spec") or {}, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start unattached."""
        del cluster, resource
        return {**value, "status": {"attached": False}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Take the status alone from a status write."""
        del cluster, resource
        return {**value, "metadata": current["metadata"]} if subresource == "status" else value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check where it is attached, and that it stays there."""
        del cluster, resource, subresource
        spec = value["spec"]
        source = spec.get("source") or {}
        found: list[FieldError] = []
        found += driver_name_errors(spec.get("attacher") or "", "spec.attacher")
        name, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
        if name is None and inline is None:
            found.append(required("spec.source", _ONE_SOURCE))
        elif name is not None and inline is not None:
            found.append(forbidden("spec.source", _ONE_SOURCE))
        elif name == "":
            found.append(required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"))
        node = spec.get("nodeName") or ""
        found += (invalid("spec.nodeName", node, wrong) for wrong in dns_subdomain(node))
        found += _status_errors(value.get("status") or {})
        if name is not None:
            found += (invalid("spec.source.persistentVolumeName", name, wrong) for wrong in dns_subdomain(name))
        if current is not None:
            found += immutable(
                spec, current["spec"], "spec", shown=Printed(json_text(spec, "storage.VolumeAttachmentSpec"))
            )
        return found


def _status_errors(status: Object) -> Iterator[FieldError]:
    size = sum(len(key.encode()) + len(text.encode()) for key, text in (status.get("attachmentMetadata") or {}).items())
    if size > _LONGEST_METADATA:
        yield too_long("status.attachmentMetadata", _LONGEST_METADATA)
    for name in ("attachError", "detachError"):
        error = status.get(name) or {}
        if len((error.get("message") or "").encode()) > _LONGEST_MESSAGE:
            yield too_long(f"status.{name}.message", _LONGEST_METADATA)  # so the real server says
        if (code := error.get("errorCode")) is not None and code < 0:
            yield invalid(f"status.{name}.errorCode", code, between(0, LARGEST_INT32))
