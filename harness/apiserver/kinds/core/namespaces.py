"""Namespaces: born active with a finalizer of their own, Terminating until that is gone."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class NamespaceStrategy(Strategy):
    """The life of a namespace; its content is the `NamespaceCollector`'s business."""

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give the label with the name, the finalizer and the phase."""
        del cluster, resource
        metadata = value["metadata"]
        labels = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata.get("name", "")}
        return {
            **value,
            "metadata": {**metadata, "labels": labels},
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        }

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep the spec: only ``finalize`` (and the namespace controller) may touch what holds a namespace."""
        del cluster, resource
        return value if subresource == "finalize" else {**value, "spec": current.get("spec") or {}}

    def mark_deleted(self, cluster: Cluster, resource: Resource, value: Object) -> Object | None:
        """Turn to Terminating."""
        del cluster, resource
        metadata = {name: item for name, item in value["metadata"].items() if name != "deletionGracePeriodSeconds"}
        return {**value, "metadata": metadata, "status": {**(value.get("status") or {}), "phase": "Terminating"}}
