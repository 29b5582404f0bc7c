"""Deletion of namespaces: the content first, then the finalizer ``kubernetes``, then the namespace itself.

Pods go before everything else, which may be what they need to end. What is still there is told in conditions, in the words of the
controller manager. While content has finalizers, or pods have grace, it is looked at again: after the namespace has changed, or
when half of the time has passed that they may need.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.writing import act, controller, rewrite
from harness.apiserver.errors import ApiError
from harness.apiserver.messages import Object
from harness.apiserver.outcalls import Wanted
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry, Key
from harness.apiserver.verbs.delete import ask, remove
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import DeleteOptions

_KUBERNETES: Final = "kubernetes"
_FINALIZERS_SECONDS: Final = 15
"""What the controller manager thinks that finalizers take."""

_FIRST_FAILURE: Final = timedelta(milliseconds=5)
_LONGEST_FAILURE: Final = timedelta(seconds=60)

_FINE: Final = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}
"""Each condition, in order, and what it says where all is well."""


@dataclass(slots=True)
class _Remaining:
    """What was left after a look at a namespace."""

    counts: Counter[str] = field(default_factory=Counter)
    finalizers: Counter[str] = field(default_factory=Counter)
    seconds: int = 0
    failures: list[str] = field(default_factory=list)

    def conditions(self, *, whole: bool) -> dict[str, tuple[str, str]]:
        """Return the conditions that are true; ``whole`` tells whether all of the content was looked at."""
        found = {}
        if self.failures:
            listed = ", ".join(sorted(self.failures))
            text = f"Failed to delete all resource types, {len(self.failures)} remaining: {listed}"
            found["NamespaceDeletionContentFailure"] = ("ContentDeletionFailed", text)
        if whole and self.counts:
            listed = ", ".join(sorted(f"{kind} has {count} resource instances" for kind, count in self.counts.items()))
            found["NamespaceContentRemaining"] = ("SomeResourcesRemain", f"Some resources are remaining: {listed}")
        if whole and self.finalizers:
            each = sorted(f"{name} in {count} resource instances" for name, count in self.finalizers.items())
            text = f"Some content in the namespace has finalizers remaining: {', '.join(each)}"
            found["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", text)
        return found


class NamespaceCollector:
    """Empties namespaces that are being deleted, and tries again while something in them stays."""

    def __init__(self, cluster: Cluster, namespaces: Resource) -> None:
        self._cluster, self._namespaces = cluster, namespaces
        self._planned: dict[str, datetime] = {}
        self._failed: Counter[str] = Counter()
        self._user = controller("namespace-controller")

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: a namespace that is being deleted gets an appointment."""
        if collection is not self._namespaces.collection:
            return
        if change.deleted:
            self._failed.pop(change.entry.uid, None)
        elif change.entry.fields.get("status.phase") == "Terminating":
            before = change.previous.fields.get("status.phase") if change.previous is not None else ""
            self._plan(change.entry, self._cluster.settings.namespace_delay, first=before != "Terminating")

    def _plan(self, entry: Entry, delay: timedelta, *, first: bool = False) -> None:
        """Make an appointment, unless there is an earlier one."""
        due = self._cluster.clock() + delay
        if (planned := self._planned.get(entry.uid)) is not None and planned <= due:
            return
        self._planned[entry.uid] = due
        work = (
            f"deletion of namespace {entry.key.name}" if first else ""
        )  # a further look may find it as it was, for ever
        self._cluster.agenda.at(due, lambda: self._due(entry.uid, entry.key, due), work=work)

    def _due(self, uid: str, key: Key, due: datetime) -> None:
        if self._planned.get(uid) != due:
            return
        act(self._cluster, lambda: self._look(uid, key))

    def _look(self, uid: str, key: Key) -> None:
        """Look at a namespace: empty it, and finish it when it is empty. Where a webhook has to be asked, this begins anew."""
        self._planned.pop(uid, None)
        try:
            self._finalize(uid, key)
        except Wanted:
            self._planned[uid] = self._cluster.clock()  # no other look is needed until the answers are there
            raise
        except ApiError:  # of a write to the namespace itself
            if (entry := self._namespaces.collection.get(key)) is not None:
                self._again(entry)

    def _finalize(self, uid: str, key: Key) -> None:
        entry = self._namespaces.collection.get(key)
        if entry is None or entry.uid != uid:
            return
        value = self._namespaces.load(entry)
        if not (value.get("spec") or {}).get("finalizers"):
            return
        left = self._empty(key.name, datetime.fromisoformat(value["metadata"]["deletionTimestamp"]))
        entry = self._namespaces.collection.get(key)
        if entry is None:
            return
        if left.failures:
            self._again(entry)
        elif left.seconds:
            self._failed.pop(uid, None)
            self._plan(entry, timedelta(seconds=left.seconds // 2 + 1))
        else:
            self._finish(entry)

    def _again(self, entry: Entry) -> None:
        """Plan another look after a failure, later each time."""
        self._failed[entry.uid] += 1
        self._plan(entry, min(_FIRST_FAILURE * 2 ** (self._failed[entry.uid] - 1), _LONGEST_FAILURE))

    def _empty(self, namespace: str, since: datetime) -> _Remaining:
        """Delete everything that is in a namespace, pods first, and write down what is left of it."""
        pods = self._cluster.registry.find("", "v1", "pods")
        left = _Remaining()
        if pods is not None:
            grace = self._longest_grace(pods, namespace)
            spent = self._cluster.clock() - since
            self._delete(pods, namespace, left, grace=grace if spent < timedelta(seconds=grace) else 0)
            if left.counts:
                self._tell(namespace, left, whole=False)
                return left
        for resource in self._contents():
            if resource is not pods:
                self._delete(resource, namespace, left)
        self._tell(namespace, left, whole=True)
        return left

    def _contents(self) -> list[Resource]:
        """Return the resource of each namespaced collection."""
        registry = self._cluster.registry
        found = (registry.of_collection(one) for one in self._cluster.store.collections())
        return [one for one in found if one is not None and one.namespaced]

    def _longest_grace(self, pods: Resource, namespace: str) -> int:
        values = map(pods.load, pods.collection.scan(namespace))
        living = (one for one in values if (one.get("status") or {}).get("phase") not in {"Succeeded", "Failed"})
        return max((one["spec"].get("terminationGracePeriodSeconds") or 0 for one in living), default=0)

    def _delete(self, resource: Resource, namespace: str, left: _Remaining, *, grace: int = 0) -> None:
        given = {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1", "propagationPolicy": "Background"}
        options = DeleteOptions(policy="Background", user=self._user, given=given)
        try:
            for one in list(resource.collection.scan(namespace)):
                ask(self._cluster, resource, one, options)
                remove(self._cluster, resource, one, options)
        except ApiError as refusal:
            left.failures.append(refusal.message)
            left.seconds = max(left.seconds, grace)
            return
        rest = list(resource.collection.scan(namespace))
        if not rest:
            return
        left.counts[f"{resource.plural}.{resource.group}"] += len(rest)
        finalizers = Counter(name for one in rest for name in resource.load(one)["metadata"].get("finalizers") or ())
        left.finalizers.update(finalizers)
        if not grace and not finalizers:
            name = f"{resource.group}/{resource.version}, Resource={resource.plural}"
            problem = f"unexpected items still remain in namespace: {namespace} for gvr: {name}"
            if resource.plural == "pods":
                problem = f"failed to delete pods for namespace: {namespace}, err: {problem}"
            left.failures.append(problem)
        left.seconds = max(left.seconds, grace or (_FINALIZERS_SECONDS if finalizers else 0))

    def _tell(self, namespace: str, left: _Remaining, *, whole: bool) -> None:
        """Write the conditions, where they have changed."""
        entry = self._namespaces.collection.get(Key("", namespace))
        if entry is None:
            return
        value = self._namespaces.load(entry)
        before = (value.get("status") or {}).get("conditions") or []
        after = _told(before, left.conditions(whole=whole), now=self._cluster.now())
        if after != before:
            value = {**value, "status": {**(value.get("status") or {}), "conditions": after}}
            rewrite(self._cluster, self._namespaces, entry, value, subresource="status", user=self._user)

    def _finish(self, entry: Entry) -> None:
        value = self._namespaces.load(entry)
        spec = value.get("spec") or {}
        kept = sorted(one for one in spec.get("finalizers") or [] if one != _KUBERNETES)
        if kept or value["metadata"].get("finalizers") or self._cluster.admission.active:
            value["spec"] = {**spec, "finalizers": kept} if kept else {}
            rewrite(self._cluster, self._namespaces, entry, value, subresource="finalize", user=self._user)
            return
        store = self._cluster.store
        last = entry_of(self._namespaces, value, store.revision + 1)
        store.remove(self._namespaces.collection, last, entry)


def _told(before: Iterable[Object], bad: dict[str, tuple[str, str]], *, now: str) -> list[Object]:
    """Return conditions of which those in ``bad`` are true."""
    found = {one["type"]: one for one in before}
    for kind, fine in _FINE.items():
        reason, message = bad.get(kind, fine)
        status = "True" if kind in bad else "False"
        old = found.get(kind)
        if old is None or (old["status"], old["reason"], old["message"]) != (status, reason, message):
            since = old["lastTransitionTime"] if old is not None and old["status"] == status else now
            found[kind] = {
                "type": kind,
                "status": status,
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
    return list(found.values())
