"""The life cycle of namespaces: nothing is created where nothing should be."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden, NotFound
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key


def admit_to_namespace(cluster: Cluster, resource: Resource, metadata: Object) -> None:
    """Let a new object into its namespace.

    :raises NotFound: there is no such namespace.
    :raises Forbidden: its definition is being deleted, or the namespace is (cause ``NamespaceTerminating``).
    """
    if resource.custom and "create" not in resource.verbs:
        why = "create not allowed while custom resource definition is terminating"
        raise Forbidden(resource, metadata.get("name", ""), why)
    if not resource.namespaced:
        return
    name = metadata["namespace"]
    namespaces = cluster.registry.find("", "v1", "namespaces")
    if namespaces is None:
        return
    entry = namespaces.collection.get(Key("", name))
    if entry is None:
        raise NotFound(namespaces, name)
    if entry.fields.get("status.phase") == "Terminating":
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {name} is being terminated",
            "field": "metadata.namespace",
        }
        why = f"unable to create new content in namespace {name} because it is being terminated"
        raise Forbidden(resource, metadata.get("name", ""), why, [cause])
