"""What a cluster has from the first moment: its namespaces, and the objects that kube-apiserver makes for itself.

The latter (the Service ``kubernetes``, flow schemas, priority classes, API services, …) are made when a request first comes to
their kind, so that a server which is never asked for them does not pay for them.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.managed import written_by
from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.data import read
from harness.apiserver.resources import Resource
from harness.apiserver.verbs.objects import entry_of

INITIAL_NAMESPACES: Final = ("default", "kube-node-lease", "kube-public", "kube-system")
_WRITTEN: Final[Object] = {"f:metadata": {"f:labels": {".": {}, "f:kubernetes.io/metadata.name": {}}}}


def create_initial_namespaces(cluster: Cluster, namespaces: Resource) -> None:
    """Create the namespaces that every cluster has."""
    for name in INITIAL_NAMESPACES:
        now = cluster.now()
        value = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "creationTimestamp": now,
                "labels": {"kubernetes.io/metadata.name": name},
                "managedFields": written_by("kube-apiserver", _WRITTEN, api_version="v1", now=now),
                "name": name,
                "uid": cluster.new_uid(),
            },
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        }
        cluster.store.commit(namespaces.collection, entry_of(namespaces, value, cluster.store.revision + 1), None)


class LateObjects:
    """The objects that are made when their kind is first asked for."""

    KINDS: Final = (
        ("", "services"),
        ("apiregistration.k8s.io", "apiservices"),
        ("flowcontrol.apiserver.k8s.io", "flowschemas"),
        ("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations"),
        ("networking.k8s.io", "ipaddresses"),
        ("networking.k8s.io", "servicecidrs"),
        ("scheduling.k8s.io", "priorityclasses"),
    )
    TOGETHER: Final[Mapping[tuple[str, str], tuple[tuple[str, str, str], ...]]] = {
        ("", "services"): (("networking.k8s.io", "v1", "ipaddresses"),),
    }
    PORT: Final = 6443
    """Where the Service ``kubernetes`` leads: the default of kube-apiserver, as the core does not know its front."""

    def __init__(self, cluster: Cluster, *, then: Mapping[tuple[str, str], Callable[[], None]]) -> None:
        """Take note of what is to be made; ``then`` says what follows when the objects of a kind have been."""
        self._cluster = cluster
        store = cluster.store
        self._missing = {id(store.collection(*kind)): then.get(kind) for kind in self.KINDS}

    def prepare(self, resource: Resource) -> None:
        """Make the objects of a kind, unless that has been done; who asks for services asks for their addresses, too."""
        if id(resource.collection) not in self._missing:
            return
        for other in self.TOGETHER.get((resource.group, resource.plural), ()):
            found = self._cluster.registry.find(*other)
            if found is not None:
                self.prepare(found)
        then = self._missing.pop(id(resource.collection))
        cluster, now = self._cluster, self._cluster.now()
        addresses = ipaddress.ip_network(cluster.settings.service_range)
        known: dict[str | None, str] = {None: now}
        known |= {"10.96.0.0/24": str(addresses), "10.96.0.1": str(addresses[1])}  # those of the data file's server
        for one in read("bootstrap"):
            if (one["apiVersion"], one["kind"]) == (resource.api_version, resource.kind):
                value = _born(one, known)
                value["metadata"]["uid"] = cluster.new_uid()
                cluster.store.commit(resource.collection, entry_of(resource, value, cluster.store.revision + 1), None)
        if then is not None:
            then()


def _born(value: Json, known: Mapping[str | None, str]) -> Json:
    """Return ``value`` with what the data file leaves open: times, which are None there, and addresses."""
    if isinstance(value, dict):
        return {name: LateObjects.PORT if name == "targetPort" else _born(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [_born(item, known) for item in value]
    return known.get(value, value) if value is None or isinstance(value, str) else value
