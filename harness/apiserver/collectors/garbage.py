"""Garbage collection by owner references, as the controller manager's.

A change that may leave garbage (an owner gone or waiting for its dependents, a new or changed reference) is noted by uid
and looked at after a delay, once however often it was noted.

An owner is found by what a reference says of it (version, kind and name, in the dependent's namespace unless the kind is the
cluster's) and then must have its uid. A reference to a kind that nobody serves is none that could be judged: its object stays, and
is looked at again when a definition has changed. An object of the cluster that names a namespaced owner is left alone.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.writing import act, controller, post_warning, rewrite
from harness.apiserver.errors import ApiError
from harness.apiserver.messages import Object
from harness.apiserver.outcalls import Wanted
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry, Key
from harness.apiserver.verbs.delete import ask, remove
from harness.apiserver.verbs.options import DeleteOptions
from harness.apiserver.verbs.revision import drop_finalizer

_FOREGROUND, _ORPHAN = "foregroundDeletion", "orphan"
_MOST_ABSENT = 500  # so many owners that are gone the real collector remembers
_COMPONENT = "garbage-collector-controller"
_FIRST_FAILURE: Final = timedelta(milliseconds=5)
_LONGEST_FAILURE: Final = timedelta(seconds=1000)


@dataclass(slots=True)
class _References:
    """The owner references of one object: to owners that keep it, that are gone, that wait for it to go."""

    solid: list[Object] = field(default_factory=list)
    dangling: list[Object] = field(default_factory=list)
    waiting: list[Object] = field(default_factory=list)


class GarbageCollector:
    """Looks after dependents whose owners are gone, and owners that wait for their dependents."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._noted: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._absent: dict[str, None] = {}
        self._failed: Counter[str] = Counter()
        self._user = controller("generic-garbage-collector")
        self._definitions = cluster.store.collection("apiextensions.k8s.io", "customresourcedefinitions")

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change; cheap when it cannot concern anybody else."""
        entry, store = change.entry, self._cluster.store
        if collection is self._definitions and self._unknown:
            unknown, self._unknown = self._unknown, {}
            for uid in unknown:
                self._look_at(uid)
        if change.deleted:
            for _, dependent in store.dependents(entry.uid):
                self._remember(entry.uid)
                self._look_at(dependent.uid)
            for uid in entry.owners:
                self._look_at(uid)  # an owner in foreground deletion may have waited for this one
        else:
            if entry.owners and (change.previous is None or change.previous.owners != entry.owners):
                self._look_at(entry.uid)
                self._report_strangers(collection, change)
            if b'"deletionTimestamp"' in entry.tail:
                self._look_at(entry.uid)

    def _remember(self, uid: str) -> None:
        """Remember an owner that is gone: its kind may not be served any more when its dependents are looked at."""
        self._absent.pop(uid, None)
        self._absent[uid] = None
        if len(self._absent) > _MOST_ABSENT:
            del self._absent[next(iter(self._absent))]

    def _look_at(self, uid: str) -> None:
        if uid not in self._noted:
            self._plan(uid, self._cluster.settings.gc_delay, work="garbage collection")

    def _plan(self, uid: str, delay: timedelta, *, work: str) -> None:
        self._noted[uid] = None
        due = self._cluster.clock() + delay
        self._cluster.agenda.at(due, lambda: act(self._cluster, lambda: self._tried(uid)), work=work)

    def _report_strangers(self, collection: Collection, change: Change) -> None:
        """Say of new references that their owner is in another namespace, which makes it nobody's owner."""
        entry = change.entry
        known = change.previous.owners if change.previous is not None else ()
        strangers = {
            uid
            for uid in entry.owners
            if uid not in known
            and (owner := self._cluster.store.owner(uid)) is not None
            and owner[1].key.namespace not in {"", entry.key.namespace}
        }
        if strangers:
            uid = entry.uid
            self._cluster.agenda.at(
                self._cluster.clock(),
                lambda: self._report(collection, uid, strangers),
                work="report of an owner elsewhere",
            )

    def _report(self, collection: Collection, uid: str, strangers: set[str]) -> None:
        found, resource = self._cluster.store.owner(uid), self._cluster.registry.of_collection(collection)
        if found is None or resource is None:
            return
        value, namespace = resource.load(found[1]), found[1].key.namespace
        for one in value["metadata"].get("ownerReferences") or ():
            if one["uid"] in strangers:
                shown = f"[{one['apiVersion']}/{one['kind']}, namespace: {namespace}, name: {one['name']}, uid: {one['uid']}]"
                message = f'ownerRef {shown} does not exist in namespace "{namespace}"'
                post_warning(
                    self._cluster, value, reason="OwnerRefInvalidNamespace", message=message, component=_COMPONENT
                )

    def _tried(self, uid: str) -> None:
        """Look at an object; where somebody refuses what has to be done, look again later and later."""
        self._noted.pop(uid, None)
        try:
            self._collect(uid)
        except Wanted:
            self._noted[uid] = None  # what is noted meanwhile will be seen with the answers
            raise
        except ApiError:
            if uid not in self._noted:
                delay = min(_FIRST_FAILURE * 2 ** self._failed[uid], _LONGEST_FAILURE)
                self._plan(uid, delay, work="")  # nothing may ever come of it
            self._failed[uid] += 1
        else:
            self._failed.pop(uid, None)

    def _collect(self, uid: str) -> None:
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
        references = self._classified(entry, value["metadata"].get("ownerReferences") or [])
        if references is None:
            return
        if references.solid:
            if references.dangling or references.waiting:
                gone = {one["uid"] for one in (*references.dangling, *references.waiting)}
                self._rewrite(resource, entry, [one for one in references.solid if one["uid"] not in gone])
            return
        # No owner is left that would keep it. With an owner in foreground deletion, what blocks it goes that way too.
        finalizers = value["metadata"].get("finalizers") or []
        dependents = self._cluster.store.dependents(entry.uid) if references.waiting else []
        if dependents:
            if any(self._waits(one) for one in dependents):  # a circle: nobody in it may block the others
                references_unblocked = [
                    {**one, "blockOwnerDeletion": False} if resource.custom or one.get("blockOwnerDeletion") else one
                    for one in value["metadata"]["ownerReferences"]
                ]
                entry = self._rewrite(resource, entry, references_unblocked)
            policy = "Foreground"
        elif _ORPHAN in finalizers:
            policy = "Orphan"
        else:
            policy = "Foreground" if _FOREGROUND in finalizers else "Background"
        options = self._options(policy, entry)
        ask(self._cluster, resource, entry, options, name=entry.key.name)
        remove(self._cluster, resource, entry, options)

    def _options(self, policy: str, entry: Entry) -> DeleteOptions:
        """Return how an object is deleted: only as it has been looked at."""
        given: Object = {
            "kind": "DeleteOptions",
            "apiVersion": "meta.k8s.io/v1",
            "preconditions": {"uid": entry.uid, "resourceVersion": str(entry.revision)},
            "propagationPolicy": policy,
        }
        return DeleteOptions(policy=policy, user=self._user, given=given)

    def _classified(self, entry: Entry, references: list[Object]) -> _References | None:
        """Return the references of an object by what they mean for it; None where that cannot be said, or there are none."""
        if not references:
            return None
        found = _References()
        for one in references:
            if one["uid"] in self._absent:
                found.dangling.append(one)
                continue
            resource = self._cluster.registry.of_kind(one["apiVersion"], one["kind"])
            if resource is None:
                self._unknown[entry.uid] = None
                return None
            if resource.namespaced and not entry.key.namespace:
                return None
            owner = resource.collection.get(Key(entry.key.namespace if resource.namespaced else "", one["name"]))
            if owner is None or owner.uid != one["uid"]:
                found.dangling.append(one)
            elif self._waits((resource.collection, owner)):
                found.waiting.append(one)
            else:
                found.solid.append(one)
        return found

    def _waits(self, place: tuple[Collection, Entry]) -> bool:
        """Tell whether an object is being deleted and waits for its dependents."""
        collection, entry = place
        resource = self._cluster.registry.of_collection(collection)
        metadata = resource.load(entry)["metadata"] if resource is not None else {}
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
            value = resource.load(found[1])
            if self._cluster.admission.active:
                kept = [one for one in value["metadata"]["finalizers"] if one != finalizer]
                metadata = {name: one for name, one in value["metadata"].items() if name != "finalizers"}
                value["metadata"] = {**metadata, **({"finalizers": kept} if kept else {})}
                rewrite(self._cluster, resource, found[1], value, user=self._user)
            else:
                drop_finalizer(self._cluster, resource, found[1], finalizer)

    def _rewrite(self, resource: Resource, entry: Entry, references: list[Object]) -> Entry:
        value = resource.load(entry)
        metadata = {name: one for name, one in value["metadata"].items() if name != "ownerReferences"}
        if references:
            metadata["ownerReferences"] = references
        for uid in entry.owners:
            self._look_at(uid)  # one that waits may not have to any more
        return rewrite(self._cluster, resource, entry, {**value, "metadata": metadata}, user=self._user)
