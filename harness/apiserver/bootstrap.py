"""What a cluster has from the first moment: its four namespaces."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.managed import written_by
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.verbs.objects import entry_of

INITIAL_NAMESPACES: Final = ("default", "kube-node-lease", "kube-public", "kube-system")
_WRITTEN: Final[Object] = {"f:metadata": {"f:labels": {".": {}, "f:kubernetes.io/metadata.name": {}}}}


def create_initial_namespaces(cluster: Cluster, namespaces: Resource) -> None:
    """Create the namespaces that every cluster has."""
    for name in INITIAL_NAMESPACES:
        now = cluster.now()
        value = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "creationTimestamp": now,
                "labels": {"kubernetes.io/metadata.name": name},
                "managedFields": written_by("kube-apiserver", _WRITTEN, api_version="v1", now=now),
                "name": name,
                "uid": cluster.new_uid(),
            },
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        }
        cluster.store.commit(namespaces.collection, entry_of(namespaces, value, cluster.store.revision + 1), None)
