"""The hands of controllers: reading and writing on the cluster's own behalf, through the pipeline that clients go through."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError
from harness.apiserver.kinds.core.pods.writing import save, with_condition
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.objects import key_of
from harness.apiserver.verbs.options import DeleteOptions, WriteOptions
from harness.apiserver.verbs.revision import revise

MANAGER: Final = "kube-controller-manager"


class Hands:
    """What controllers and stages do to a cluster. A refused write raises `ApiError`; who calls tries again later."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._resources: dict[tuple[str, str], Resource] = {}

    def resource(self, group: str, plural: str) -> Resource:
        """Return a built-in resource of version v1."""
        found = self._resources.get((group, plural))
        if found is None:
            found = self.cluster.registry.find(group, "v1", plural)
            if found is None:
                raise AssertionError(f"{plural} are not served")
            self._resources[group, plural] = found
        return found

    def objects(self, resource: Resource, namespace: str | None = None) -> list[Object]:
        """Return every object of a kind, by namespace and name."""
        return [resource.load(entry) for entry in resource.collection.scan(namespace)]

    def controlled(self, owner: Object, resource: Resource) -> list[Object]:
        """Return the objects of a kind that ``owner`` controls, oldest first, by name where equally old."""
        uid = owner["metadata"]["uid"]
        found = [
            resource.load(entry)
            for collection, entry in self.cluster.store.dependents(uid)
            if collection is resource.collection
        ]
        mine = [one for one in found if controller_uid(one) == uid]
        return sorted(mine, key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))

    def create(self, resource: Resource, value: Object) -> None:
        """Create an object."""
        value = {"apiVersion": resource.api_version, "kind": resource.kind, **value}
        namespace = value["metadata"].get("namespace", "")
        create_object(self.cluster, resource, namespace, resource.strategy.default(value), options=_options())

    def update(self, resource: Resource, value: Object) -> None:
        """Write a changed object, against the version that it was read at."""
        self._revise(resource, value, "")

    def write_status(self, resource: Resource, value: Object, status: Object) -> None:
        """Write a status, against the version that the object was read at; nothing when it is what is there."""
        if status != value.get("status"):
            self._revise(resource, {**value, "status": status}, "status")

    def delete(self, resource: Resource, value: Object, *, grace_seconds: int | None = None) -> None:
        """Delete an object, unless it is gone."""
        entry = self._entry(resource, value)
        if entry is not None:
            remove(self.cluster, resource, entry, DeleteOptions(policy="Background", grace_seconds=grace_seconds))

    def place(self, pods: Resource, pod: Object, node: str) -> None:
        """Put a pod onto a node, as a scheduler does: the spec of a pod is otherwise fixed."""
        entry = self._entry(pods, pod)
        if entry is not None:
            told = with_condition(self.cluster, pod, {"type": "PodScheduled", "status": "True"})
            save(self.cluster, pods, entry, {**told, "spec": {**pod["spec"], "nodeName": node}})

    def _revise(self, resource: Resource, value: Object, subresource: str) -> None:
        entry = self._entry(resource, value)
        if entry is not None:
            revise(self.cluster, resource, entry, value, subresource=subresource, options=_options())

    @staticmethod
    def _entry(resource: Resource, value: Object) -> Entry | None:
        entry = resource.collection.get(key_of(resource, value["metadata"]))
        return entry if entry is not None and entry.uid == value["metadata"]["uid"] else None


def _options() -> WriteOptions:
    return WriteOptions(MANAGER, dry_run=False, validation="Ignore")


def controller_uid(value: Object) -> str:
    """Return the uid of an object's controller, or ""."""
    references = value["metadata"].get("ownerReferences") or ()
    return next((one["uid"] for one in references if one.get("controller")), "")


def controlled_by(owner: Object) -> list[Object]:
    """Return the owner references of what ``owner`` makes."""
    return [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


__all__ = ["MANAGER", "ApiError", "Hands", "Key", "controlled_by", "controller_uid"]
