"""Writes to a pod on behalf of its subresources: no validation, no client's metadata."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry
from harness.apiserver.verbs.objects import entry_of

SUCCESS: Final[Object] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def save(cluster: Cluster, resource: Resource, entry: Entry, value: Object) -> Entry:
    """Store ``value`` as the next version of the pod in ``entry``."""
    value = {**value, "metadata": ordered(value["metadata"])}
    revised = entry_of(resource, value, cluster.store.revision + 1)
    cluster.store.commit(resource.collection, revised, entry)
    return revised


def with_condition(cluster: Cluster, pod: Object, condition: Object) -> Object:
    """Return a pod that has ``condition``, in the place of the one of its type; its time moves only with its status."""
    status = pod.get("status") or {}
    conditions = list(status.get("conditions") or [])
    places = [index for index, one in enumerate(conditions) if one.get("type") == condition["type"]]
    fresh = {"lastProbeTime": None, "lastTransitionTime": cluster.now(), **condition}
    if not places:
        conditions.append(fresh)
    else:
        before = conditions[places[0]]
        if before.get("status") == condition["status"]:
            fresh["lastTransitionTime"] = before.get("lastTransitionTime")
        conditions[places[0]] = fresh
    return {**pod, "status": {**status, "conditions": conditions}}
