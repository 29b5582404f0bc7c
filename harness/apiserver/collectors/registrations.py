"""An APIService for each group and version of definitions, as kube-apiserver's own controllers see to it.

They are kept from the first moment on at which somebody asks for APIServices: before, nobody could tell, and most servers are
never asked. One that somebody deletes or changes is set right; one that nobody defines any more goes, unless it is somebody's own,
which the label tells.
"""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.collectors.writing import rewrite
from harness.apiserver.kinds.apiregistration.services import local_status
from harness.apiserver.managed import written_by
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Change, Collection, Entry
from harness.apiserver.verbs.delete import remove
from harness.apiserver.verbs.objects import entry_of
from harness.apiserver.verbs.options import DeleteOptions

_LABEL: Final = "kube-aggregator.kubernetes.io/automanaged"
_MANAGER: Final = "kube-apiserver"
_WRITTEN: Final[Object] = {
    "f:metadata": {"f:labels": {".": {}, f"f:{_LABEL}": {}}},
    "f:spec": {"f:group": {}, "f:groupPriorityMinimum": {}, "f:version": {}, "f:versionPriority": {}},
}


class RegistrationKeeper:
    """Keeps APIServices in step with definitions, once it has been told to `begin`."""

    KIND: Final = ("apiregistration.k8s.io", "apiservices")

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._services = self._find(*self.KIND)
        self._definitions = self._find("apiextensions.k8s.io", "customresourcedefinitions")
        self._begun = self._planned = False

    def begin(self) -> None:
        """Register what is defined, and keep it so."""
        self._begun = True
        self._register()

    def note(self, collection: Collection, change: Change) -> None:
        """Take note of a change: of a definition, or of an APIService."""
        del change
        watched = collection is self._services.collection or collection is self._definitions.collection
        if self._begun and watched and not self._planned:
            self._planned = True
            self._cluster.agenda.at(self._cluster.clock(), self._register, work="registration of definitions")

    def _register(self) -> None:
        self._planned = False
        wanted = self._wanted()
        for entry in list(self._services.collection.scan("")):
            spec = wanted.pop(entry.key.name, None)
            if entry.labels.get(_LABEL) == "true":
                self._set_right(entry, spec)
        for name, spec in wanted.items():
            self._create(name, spec)

    def _wanted(self) -> dict[str, Object]:
        """Return the specs of what is defined, by name."""
        found: dict[str, Object] = {}
        for entry in self._definitions.collection.scan(""):
            spec = self._definitions.load(entry)["spec"]
            for version in spec["versions"]:
                if version["served"]:
                    found[f"{version['name']}.{spec['group']}"] = {
                        "group": spec["group"],
                        "version": version["name"],
                        "groupPriorityMinimum": 1000,
                        "versionPriority": 100,
                    }
        return found

    def _set_right(self, entry: Entry, spec: Object | None) -> None:
        if spec is None:
            remove(self._cluster, self._services, entry, DeleteOptions())
            return
        value = self._services.load(entry)
        if value["spec"] != spec:
            rewrite(self._cluster, self._services, entry, {**value, "spec": spec}, manager=_MANAGER)

    def _create(self, name: str, spec: Object) -> None:
        cluster, now = self._cluster, self._cluster.now()
        value = {
            "kind": self._services.kind,
            "apiVersion": self._services.api_version,
            "metadata": {
                "name": name,
                "uid": cluster.new_uid(),
                "creationTimestamp": now,
                "labels": {_LABEL: "true"},
                "managedFields": written_by(_MANAGER, _WRITTEN, api_version=self._services.api_version, now=now),
            },
            "spec": spec,
            "status": local_status(now),
        }
        entry = entry_of(self._services, value, cluster.store.revision + 1)
        cluster.store.commit(self._services.collection, entry, None)

    def _find(self, group: str, plural: str) -> Resource:
        found = self._cluster.registry.find(group, "v1", plural)
        if found is None:
            raise AssertionError(f"the table of built-in resources holds no {plural}")
        return found
