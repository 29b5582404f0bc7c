"""The status of ValidatingAdmissionPolicies: what their expressions are not right for, told once for each change of their spec."""

from typing import TYPE_CHECKING, Final

from harness.apiserver.admission.typechecking import warnings_about
from harness.apiserver.cluster import Cluster
from harness.apiserver.managed.applying import Application, applied
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Key
from harness.apiserver.verbs.objects import entry_of, finished

if TYPE_CHECKING:
    from harness.apiserver.messages import Object

_MANAGER: Final = "validatingadmissionpolicy-status"


class PolicyChecker:
    """Checks each policy against the kinds that it is about, and applies what it finds to its status."""

    def __init__(self, cluster: Cluster, policies: Resource) -> None:
        self._cluster, self._policies = cluster, policies
        self._planned: dict[Key, None] = {}

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: of a policy, whatever it is."""
        key = change.entry.key
        if collection is self._policies.collection and not change.deleted and key not in self._planned:
            self._planned[key] = None
            now = self._cluster.clock()
            self._cluster.agenda.at(now, lambda: self._check(key), work=f"check of policy {key.name}")

    def _check(self, key: Key) -> None:
        del self._planned[key]
        entry = self._policies.collection.get(key)
        if entry is None:
            return
        value = self._policies.load(entry)
        generation = value["metadata"]["generation"]
        if generation <= ((value.get("status") or {}).get("observedGeneration") or 0):
            return
        found = warnings_about(self._cluster.registry, value)
        checking: Object = {"expressionWarnings": found} if found else {}
        config: Object = {
            "apiVersion": self._policies.api_version,
            "kind": self._policies.kind,
            "metadata": {"name": key.name},
            "status": {"observedGeneration": generation, "typeChecking": checking},
        }
        application = Application(
            registry=self._cluster.registry,
            resource=self._policies,
            config=config,
            subresource="status",
            manager=_MANAGER,
            force=True,
            now=self._cluster.now(),
        )
        revised = finished(self._policies, applied(application, value), value)
        revised["metadata"] = ordered(revised["metadata"])
        self._cluster.store.commit(
            self._policies.collection, entry_of(self._policies, revised, self._cluster.store.revision + 1), entry
        )
