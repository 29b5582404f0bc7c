"""Garbage collection by owner references, as the controller manager's.

A change that may leave garbage (an owner gone or waiting for its dependents, a new or changed reference) is noted by uid
and looked at after a delay, once however often it was noted.
"""

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import DeleteOptions
from harness.apiserver.verbs.revision import drop_finalizer

_FOREGROUND, _ORPHAN = "foregroundDeletion", "orphan"


class GarbageCollector:
    """Looks after dependents whose owners are gone, and owners that wait for their dependents."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._noted: dict[str, None] = {}

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change; cheap when it cannot concern anybody else."""
        del collection
        entry, store = change.entry, self._cluster.store
        if change.deleted:
            for _, dependent in store.dependents(entry.uid):
                self._look_at(dependent.uid)
            for uid in entry.owners:
                self._look_at(uid)  # an owner in foreground deletion may have waited for this one
        else:
            if entry.owners and (change.previous is None or change.previous.owners != entry.owners):
                self._look_at(entry.uid)
            if b'"deletionTimestamp"' in entry.tail:
                self._look_at(entry.uid)

    def _look_at(self, uid: str) -> None:
        if uid not in self._noted:
            self._noted[uid] = None
            due = self._cluster.clock() + self._cluster.settings.gc_delay
            self._cluster.agenda.at(due, lambda: self._collect(uid), work="garbage collection")

    def _collect(self, uid: str) -> None:
        del self._noted[uid]
        found = self._cluster.store.owner(uid)
        if found is None:
            return
        collection, entry = found
        resource = self._cluster.registry.of_collection(collection)
        if resource is None:
            return
        value = resource.load(entry)
        finalizers = value["metadata"].get("finalizers") or []
        if "deletionTimestamp" in value["metadata"]:
            if _ORPHAN in finalizers:
                self._orphan(entry)
                self._without_finalizer(resource, uid, _ORPHAN)
            elif _FOREGROUND in finalizers:
                self._foreground(resource, entry)
            return
        self._check_owners(resource, entry, value)

    def _check_owners(self, resource: Resource, entry: Entry, value: Object) -> None:
        references = value["metadata"].get("ownerReferences") or []
        if not references:
            return
        present = [reference for reference in references if self._exists(reference, entry)]
        waiting = [reference for reference in present if self._waits(reference)]
        if len(present) > len(waiting):
            if len(present) < len(references):
                self._rewrite(resource, entry, present)
            return
        # No owner is left that would keep it. With an owner in foreground deletion, what blocks it goes that way too.
        policy = "Background"
        if waiting and self._cluster.store.dependents(entry.uid):
            policy = "Foreground"
        remove(self._cluster, resource, entry, DeleteOptions(policy=policy))

    def _exists(self, reference: Object, dependent: Entry) -> bool:
        found = self._cluster.store.owner(reference.get("uid", ""))
        if found is None:
            return False
        owner = found[1]
        # An owner in another namespace is no owner; a cluster-scoped one serves every namespace.
        return owner.key.name == reference.get("name") and owner.key.namespace in {"", dependent.key.namespace}

    def _waits(self, reference: Object) -> bool:
        found = self._cluster.store.owner(reference["uid"])
        if found is None:
            return False
        resource = self._cluster.registry.of_collection(found[0])
        metadata = resource.load(found[1])["metadata"] if resource is not None else {}
        return "deletionTimestamp" in metadata and _FOREGROUND in (metadata.get("finalizers") or [])

    def _foreground(self, resource: Resource, entry: Entry) -> None:
        blocking = False
        for collection, dependent in self._cluster.store.dependents(entry.uid):
            of = self._cluster.registry.of_collection(collection)
            if of is None:
                continue
            references = of.load(dependent)["metadata"].get("ownerReferences") or []
            blocking |= any(one.get("uid") == entry.uid and one.get("blockOwnerDeletion") for one in references)
            self._look_at(dependent.uid)
        if not blocking:
            self._without_finalizer(resource, entry.uid, _FOREGROUND)

    def _orphan(self, owner: Entry) -> None:
        for collection, dependent in self._cluster.store.dependents(owner.uid):
            resource = self._cluster.registry.of_collection(collection)
            if resource is None:
                continue
            references = resource.load(dependent)["metadata"].get("ownerReferences") or []
            kept = [one for one in references if one.get("uid") != owner.uid]
            self._rewrite(resource, dependent, kept)

    def _without_finalizer(self, resource: Resource, uid: str, finalizer: str) -> None:
        found = self._cluster.store.owner(uid)
        if found is not None:
            drop_finalizer(self._cluster, resource, found[1], finalizer)

    def _rewrite(self, resource: Resource, entry: Entry, references: list[Object]) -> None:
        value = resource.load(entry)
        value["metadata"] = ordered({**value["metadata"], "ownerReferences": references})
        revised = entry_of(resource, value, self._cluster.store.revision + 1)
        self._cluster.store.commit(resource.collection, revised, entry)
