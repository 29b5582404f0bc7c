"""ResourceClaims and their templates: devices that pods ask for, and what of them they have got (KEP-4381)."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, forbidden
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.kinds.resource.allocations import device_id, status_errors
from harness.apiserver.kinds.resource.requests import claim_errors, default_claim
from harness.apiserver.messages import Object
from harness.apiserver.metadata import metadata_errors
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key

_ADMIN: Final = "resource.kubernetes.io/admin-access"


class ClaimStrategy(Strategy):
    """What is asked for stays; who may write which part of the status is not looked at."""

    def default(self, value: Object) -> Object:
        """Ask for one device, where nothing else is said."""
        return {**value, "spec": default_claim(value.get("spec") or {}), "status": value.get("status") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start with nothing allocated."""
        del cluster, resource
        return {**value, "status": {}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Take the status alone from a status write, and drop what it tells of devices that have been given back."""
        del cluster, resource
        if subresource != "status":
            return value
        value = {**value, "metadata": current["metadata"]}
        status, before = value.get("status") or {}, current.get("status") or {}
        lost = {device_id(one) for one in _results(before)} - {device_id(one) for one in _results(status)}
        if lost and status.get("devices"):
            kept = [one for one in status["devices"] if device_id(one) not in lost]
            status = {name: one for name, one in status.items() if name != "devices"} | (
                {"devices": kept} if kept else {}
            )
            value["status"] = status
        return value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check a new claim, that an old one stays, or what has been allocated."""
        del resource
        metadata, spec = value["metadata"], value["spec"]
        if subresource == "status" and current is not None:
            found = _admin_status_errors(cluster, value, current)
            return [*found, *status_errors(value, current)]
        if current is None:
            return [*_admin_errors(cluster, metadata, spec), *claim_errors(spec, "spec")]
        shown = Printed(json_text(spec, "resource.ResourceClaimSpec"))
        return list(immutable(spec, current["spec"], "spec", shown=shown))


class ClaimTemplateStrategy(Strategy):
    """A claim for each pod that asks for one."""

    def default(self, value: Object) -> Object:
        """Ask for one device, where nothing else is said."""
        spec = value.get("spec") or {}
        return {**value, "spec": {**spec, "spec": default_claim(spec.get("spec") or {})}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check a template, and that it stays."""
        del resource, subresource
        spec = value["spec"]
        found = list(_admin_errors(cluster, value["metadata"], spec["spec"])) if current is None else []
        found += (
            FieldError(one.type, f"spec.{one.field}", one.value, one.detail)
            for one in metadata_errors(spec.get("metadata") or {})
        )
        found += claim_errors(spec["spec"], "spec.spec")
        if current is not None:
            shown = Printed(json_text(spec, "resource.ResourceClaimTemplateSpec"))
            found += immutable(spec, current["spec"], "spec", shown=shown)
        return found


def _results(status: Object) -> list[Object]:
    found: list[Object] = ((status.get("allocation") or {}).get("devices") or {}).get("results") or []
    return found


def _admin_errors(cluster: Cluster, metadata: Object, spec: Object) -> Iterator[FieldError]:
    for index, request in enumerate((spec.get("devices") or {}).get("requests") or ()):
        if (request.get("exactly") or {}).get("adminAccess"):
            yield from _administered(cluster, metadata, f"spec.devices.requests[{index}].adminAccess")
            return


def _admin_status_errors(cluster: Cluster, value: Object, current: Object) -> Iterator[FieldError]:
    if any(one.get("adminAccess") for one in _results(current.get("status") or {})):
        return
    for index, result in enumerate(_results(value.get("status") or {})):
        if result.get("adminAccess"):
            path = f"status.allocation.devices.results[{index}].adminAccess"
            yield from _administered(cluster, value["metadata"], path)
            return


def _administered(cluster: Cluster, metadata: Object, path: str) -> Iterator[FieldError]:
    """Yield an error unless the namespace is one whose claims may reach devices that others use."""
    namespaces = cluster.registry.find("", "v1", "namespaces")
    entry = namespaces.collection.get(Key("", metadata["namespace"])) if namespaces is not None else None
    if entry is None or entry.labels.get(_ADMIN) != "true":
        yield forbidden(
            path, f"admin access to devices requires the `{_ADMIN}: true` label on the containing namespace"
        )
