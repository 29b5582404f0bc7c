"""What single kinds do beyond the common pipeline: namespaces get their finalizer, definitions their status."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource, definition_errors, established_status, with_defaults

CLEANUP_FINALIZER: Final = "customresourcecleanup.apiextensions.k8s.io"
"""What keeps a deleted definition until its objects are gone."""


def _is_namespace(resource: Resource) -> bool:
    return resource.kind == "Namespace" and not resource.group


def _is_definition(resource: Resource) -> bool:
    return resource.kind == "CustomResourceDefinition" and not resource.custom


def complete_new(cluster: Cluster, resource: Resource, value: Object) -> Object:
    """Return a new object with what its kind is given at birth."""
    if _is_namespace(resource):
        metadata = value["metadata"]
        labels = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata.get("name", "")}
        return {
            **value,
            "metadata": {**metadata, "labels": labels},
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        }
    if _is_definition(resource):
        value = with_defaults(value)
        if not definition_errors(value):
            return {**value, "status": established_status(value, cluster.now())}
    return value


def revise(cluster: Cluster, resource: Resource, value: Object, current: Object, subresource: str) -> Object:
    """Return a revised object with what its kind does on a revision. The result may be changed at its top level."""
    if _is_definition(resource) and not subresource:
        value = with_defaults(value)
        if not definition_errors(value, current):
            return {**value, "status": established_status({**value, "status": current.get("status")}, cluster.now())}
    if _is_namespace(resource) and subresource != "finalize":
        # Only the finalize subresource (and the namespace controller) may touch what holds a namespace.
        return {**value, "spec": current.get("spec") or {}}
    return value


def object_errors(resource: Resource, value: Object, old: Object | None) -> list[FieldError]:
    """Return what is wrong with an object by the rules of its kind alone."""
    return definition_errors(value, old) if _is_definition(resource) else []


def mark_deleted(cluster: Cluster, resource: Resource, value: Object) -> Object | None:
    """Return a deleted object as its kind marks it, or None for a kind that does nothing of its own.

    ``value`` has its deletionTimestamp. A namespace turns to Terminating, a definition waits for its objects.
    """
    if _is_namespace(resource):
        metadata = {name: item for name, item in value["metadata"].items() if name != "deletionGracePeriodSeconds"}
        return {**value, "metadata": metadata, "status": {**(value.get("status") or {}), "phase": "Terminating"}}
    if _is_definition(resource):
        metadata = {name: item for name, item in value["metadata"].items() if name != "deletionGracePeriodSeconds"}
        finalizers = [*(metadata.get("finalizers") or []), CLEANUP_FINALIZER]
        status = value.get("status") or {}
        condition = {
            "lastTransitionTime": cluster.now(),
            "message": "CustomResource deletion is in progress",
            "reason": "InstanceDeletionPending",
            "status": "True",
            "type": "Terminating",
        }
        status = {**status, "conditions": [*(status.get("conditions") or []), condition]}
        return {**value, "metadata": {**metadata, "finalizers": list(dict.fromkeys(finalizers))}, "status": status}
    return None
