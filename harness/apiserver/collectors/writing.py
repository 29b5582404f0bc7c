"""Writes that controllers make: nobody is asked for admission, but who owns which fields is told as for any other writer."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError
from harness.apiserver.managed import owners_of_revised
from harness.apiserver.messages import Object
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import WriteOptions

MANAGER: Final = "kube-controller-manager"


def rewrite(
    cluster: Cluster,
    resource: Resource,
    entry: Entry,
    value: Object,
    *,
    subresource: str = "",
    manager: str = MANAGER,
) -> Entry:
    """Store the next version of the object in ``entry``, which is that of the moment; ``subresource`` is the one written to."""
    current = resource.load(entry)
    managed = owners_of_revised(cluster, resource, current, value, subresource=subresource, manager=manager)
    value = {**value, "metadata": ordered({**value["metadata"], "managedFields": managed})}
    written = entry_of(resource, value, cluster.store.revision + 1)
    cluster.store.commit(resource.collection, written, entry)
    return written


def post_warning(cluster: Cluster, about: Object, *, reason: str, message: str, component: str) -> None:
    """Post a Kubernetes Event of type Warning ``about`` an object; where it is refused, nobody is told."""
    events = cluster.registry.find("", "v1", "events")
    if events is None:
        return
    metadata, now = about["metadata"], cluster.now()
    namespace = metadata.get("namespace", "default")
    value: Object = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{cluster.suffixes.getrandbits(64):016x}", "namespace": namespace},
        "involvedObject": {
            "kind": about["kind"],
            "namespace": metadata.get("namespace", ""),
            "name": metadata["name"],
            "uid": metadata["uid"],
            "apiVersion": about["apiVersion"],
        },
        "reason": reason,
        "message": message,
        "source": {"component": component},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": "Warning",
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": "",
    }
    try:
        create_object(
            cluster, events, namespace, value, options=WriteOptions(MANAGER, dry_run=False, validation="Ignore")
        )
    except ApiError:
        return  # the namespace is going, for instance
