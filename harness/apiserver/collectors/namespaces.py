"""Deletion of namespaces: the content first, then the finalizer ``kubernetes``, then the namespace itself."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry, Key
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import DeleteOptions

_KUBERNETES = "kubernetes"


class NamespaceCollector:
    """Empties namespaces that are being deleted, and tries again while something in them has finalizers."""

    def __init__(self, cluster: Cluster, namespaces: Resource) -> None:
        self._cluster, self._namespaces = cluster, namespaces
        self._planned: dict[str, None] = {}

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: a namespace that is being deleted gets an appointment."""
        if collection is not self._namespaces.collection or change.deleted:
            return
        if change.entry.fields.get("status.phase") == "Terminating" and change.entry.uid not in self._planned:
            self._plan(change.entry, first=True)

    def _plan(self, entry: Entry, *, first: bool) -> None:
        settings = self._cluster.settings
        self._planned[entry.uid] = None
        due = self._cluster.clock() + (settings.namespace_delay if first else settings.namespace_retry)
        work = (
            f"deletion of namespace {entry.key.name}" if first else ""
        )  # a further look may find it as it was, for ever
        self._cluster.agenda.at(due, lambda: self._empty(entry.uid, entry.key), work=work)

    def _empty(self, uid: str, key: Key) -> None:
        self._planned.pop(uid, None)
        entry = self._namespaces.collection.get(key)
        if entry is None or entry.uid != uid:
            return
        left = 0
        for resource in self._contents():
            for one in list(resource.collection.scan(key.name)):
                if remove(self._cluster, resource, one, DeleteOptions(policy="Background")) is not None:
                    left += 1
        entry = self._namespaces.collection.get(key)
        if entry is None:
            return
        if left:
            self._plan(entry, first=False)
            return
        self._finish(entry)

    def _contents(self) -> list[Resource]:
        """Return the resource of each namespaced collection."""
        return [one for one in self._cluster.registry.all() if one.namespaced and one.exact]

    def _finish(self, entry: Entry) -> None:
        value = self._namespaces.load(entry)
        spec = value.get("spec") or {}
        kept = [one for one in spec.get("finalizers") or [] if one != _KUBERNETES]
        value["spec"] = {**spec, "finalizers": kept} if kept else {}
        store = self._cluster.store
        revised = entry_of(self._namespaces, value, store.revision + 1)
        if kept or value["metadata"].get("finalizers"):
            store.commit(self._namespaces.collection, revised, entry)
        else:
            store.remove(self._namespaces.collection, revised, entry)
