"""CustomResourceDefinitions: their status is made in the write itself, so that they serve from the next request on."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource, definition_errors, established_status, with_defaults
from harness.apiserver.resources.strategy import Strategy

CLEANUP_FINALIZER: Final = "customresourcecleanup.apiextensions.k8s.io"
"""What keeps a deleted definition until its objects are gone."""


class DefinitionStrategy(Strategy):
    """The life of a definition; what it serves is the `DefinitionKeeper`'s business."""

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Default it, and establish it when it is valid."""
        del resource
        value = with_defaults(value)
        return value if definition_errors(value) else {**value, "status": established_status(value, cluster.now())}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Default it again, and bring its status in step."""
        del resource
        if subresource:
            return {**value, "metadata": current["metadata"]}
        value = with_defaults(value)
        if definition_errors(value, current):
            return value
        return {**value, "status": established_status({**value, "status": current.get("status")}, cluster.now())}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return why the real server would refuse it."""
        del cluster, resource, subresource
        return definition_errors(value, current)

    def mark_deleted(self, cluster: Cluster, resource: Resource, value: Object) -> Object | None:
        """Hold it until its objects are gone."""
        del resource
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
