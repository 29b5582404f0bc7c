"""Counting for quotas, as the controller manager's: ``status.hard`` and ``status.used`` follow the spec and what is there.

Admission adds to what is used; this takes it back. A quota is counted when it is new, when its bounds change, when something that
it counts goes, and after the few updates that the real controller looks at. What else may have changed it comes to light when
that controller counts everything anew, every five minutes; here only those namespaces have an appointment for it in which there is
something to be found, so that a cluster at rest has none.
"""

from datetime import datetime

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.writing import rewrite
from harness.apiserver.compare import same_json
from harness.apiserver.messages import Object
from harness.apiserver.quota import counted, end_of_patience, evaluator_of
from harness.apiserver.quota.totals import amounts
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry, Key


class QuotaCounter:
    """Keeps the status of quotas."""

    def __init__(self, cluster: Cluster, quotas: Resource) -> None:
        self._cluster, self._quotas = cluster, quotas
        self._started = cluster.clock()
        self._planned: dict[Key, None] = {}
        self._resyncs: dict[tuple[str, datetime], None] = {}
        self._writing = False

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change; cheap where no quota is concerned."""
        entry, quotas = change.entry, self._quotas.collection
        new = change.previous is None
        if collection is quotas:
            if not change.deleted and not self._writing:
                self._note_quota(entry, change.previous)
        elif new and not change.deleted:
            return  # admission has counted it
        namespace = entry.key.namespace
        if not namespace or not quotas.count(namespace):
            return
        resource = self._cluster.registry.of_collection(collection)
        if resource is None:
            return
        if change.deleted:
            self._replenish(resource, namespace)
        elif change.previous is not None:
            self._note_update(resource, entry, change.previous)

    def _note_quota(self, entry: Entry, previous: Entry | None) -> None:
        if previous is None:
            self._plan(entry.key)
            return
        value, before = self._quotas.load(entry), self._quotas.load(previous)
        hard, old = ((one.get("spec") or {}).get("hard") for one in (value, before))
        if not _same(hard, old):
            self._plan(entry.key)
        elif not same_json(value.get("spec"), before.get("spec")) or not _counts_up(value, before):
            self._resync(entry.key.namespace, self._cluster.clock())

    def _note_update(self, resource: Resource, entry: Entry, previous: Entry) -> None:
        evaluator, namespace = evaluator_of(resource), entry.key.namespace
        if evaluator is None or not evaluator.updates:
            return
        value, before = resource.load(entry), resource.load(previous)
        if evaluator.recounted(self._cluster, value, before):
            self._replenish(resource, namespace)
        elif evaluator.usage(self._cluster, value) != evaluator.usage(self._cluster, before):
            self._resync(namespace, self._cluster.clock())
        if resource.plural == "pods" and (end := end_of_patience(value)) is not None:
            self._resync(namespace, end)

    def _replenish(self, resource: Resource, namespace: str) -> None:
        """Plan to count the quotas of a namespace that bound what a resource counts for."""
        evaluator = evaluator_of(resource)
        if evaluator is None:
            return
        for entry in self._quotas.collection.scan(namespace):
            status = self._quotas.load(entry).get("status") or {}
            if any(evaluator.tracks(self._cluster, name) for name in status.get("hard") or ()):
                self._plan(entry.key)

    def _resync(self, namespace: str, moment: datetime) -> None:
        """Plan to count a namespace when everything is next counted after ``moment``."""
        period = self._cluster.settings.quota_resync
        due = self._started + ((moment - self._started) // period + 1) * period
        if (namespace, due) not in self._resyncs:
            self._resyncs[namespace, due] = None
            self._cluster.agenda.at(due, lambda: self._count_all(namespace, due))

    def _count_all(self, namespace: str, due: datetime) -> None:
        del self._resyncs[namespace, due]
        for entry in list(self._quotas.collection.scan(namespace)):
            self._count(entry.key)

    def _plan(self, key: Key) -> None:
        if key not in self._planned:
            self._planned[key] = None
            work = f"count of quota {key.name} in {key.namespace}"
            self._cluster.agenda.at(self._cluster.clock(), lambda: self._count_planned(key), work=work)

    def _count_planned(self, key: Key) -> None:
        del self._planned[key]
        self._count(key)

    def _count(self, key: Key) -> None:
        entry = self._quotas.collection.get(key)
        if entry is None:
            return
        value = self._quotas.load(entry)
        status, hard = value.get("status") or {}, (value.get("spec") or {}).get("hard") or {}
        used = {name: str(amount) for name, amount in sorted(counted(self._cluster, value).items())}
        if not (_same(hard, status.get("hard")) and _same(used, status.get("used"))):
            found = {name: item for name, item in (("hard", hard), ("used", used)) if item}
            self._writing = True
            rewrite(self._cluster, self._quotas, entry, {**value, "status": found}, subresource="status")
            self._writing = False


def _same(one: Object | None, other: Object | None) -> bool:
    """Tell whether two lists of resources say the same amounts."""
    return {name: amount.value for name, amount in amounts(one).items()} == {
        name: amount.value for name, amount in amounts(other).items()
    }


def _counts_up(value: Object, before: Object) -> bool:
    """Tell whether a status is one to which admission has added: nothing to be found by counting again."""
    status, old = value.get("status") or {}, before.get("status") or {}
    if not _same(status.get("hard"), old.get("hard")):
        return False
    used, spent = amounts(status.get("used")), amounts(old.get("used"))
    return used.keys() == spent.keys() and all(spent[name] <= amount for name, amount in used.items())
