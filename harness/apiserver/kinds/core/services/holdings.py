"""IPAddresses of services: one is made for each cluster address that is handed out, and goes when it is given back (KEP-1880).

They are the book of what is taken, whoever wrote them: an address for which somebody else has made one is given to no service.
An IPAddress that somebody deletes is not made again; the real server looks for such ones every few minutes.
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.managed import written_by
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.objects import entry_of

_GROUP: Final = "networking.k8s.io"
_LABELS: Final = ("ipaddress.kubernetes.io/ip-family", "ipaddress.kubernetes.io/managed-by")
_OWNED: Final[Object] = {
    "f:metadata": {"f:labels": {".": {}, **{f"f:{name}": {} for name in _LABELS}}},
    "f:spec": {"f:parentRef": {".": {}, "f:name": {}, "f:namespace": {}, "f:resource": {}}},
}


def is_taken(cluster: Cluster, address: str) -> bool:
    """Tell whether somebody has an address."""
    return _addresses(cluster).collection.get(Key("", address)) is not None


def ranges(cluster: Cluster) -> Iterator[ipaddress.IPv4Network]:
    """Yield the ranges that addresses come from: the server's own, then those of other ServiceCIDRs."""
    own = ipaddress.IPv4Network(cluster.settings.service_range)
    yield own
    for entry in _resource(cluster, "servicecidrs").collection.scan(""):
        value = _resource(cluster, "servicecidrs").load(entry)
        if "deletionTimestamp" in value["metadata"] or not _is_ready(value):
            continue
        found = (ipaddress.ip_network(text) for text in value["spec"].get("cidrs") or ())
        yield from (one for one in found if isinstance(one, ipaddress.IPv4Network) and one != own)


def settle_holdings(cluster: Cluster, service: Object, *, now: list[str], before: list[str]) -> None:
    """Make IPAddresses for the addresses that a service has got, and remove those of the addresses that it has lost."""
    for address in now:
        if address not in before:
            _hold(cluster, address, service["metadata"])
    for address in before:
        if address not in now:
            _give_back(cluster, address)


def cluster_addresses(service: Object | None) -> list[str]:
    """Return the addresses that a service holds."""
    if service is None or service["spec"].get("type") == "ExternalName":
        return []
    return [one for one in service["spec"].get("clusterIPs") or () if one != "None"]


def _hold(cluster: Cluster, address: str, owner: Object) -> None:
    resource, now = _addresses(cluster), cluster.now()
    family = "IPv6" if ":" in address else "IPv4"
    value: Object = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {
            "name": address,
            "uid": cluster.new_uid(),
            "creationTimestamp": now,
            "labels": dict(zip(_LABELS, (family, "ipallocator.k8s.io"), strict=True)),
            "managedFields": written_by("kube-apiserver", _OWNED, api_version=resource.api_version, now=now),
        },
        "spec": {"parentRef": {"resource": "services", "namespace": owner["namespace"], "name": owner["name"]}},
    }
    cluster.store.commit(resource.collection, entry_of(resource, value, cluster.store.revision + 1), None)


def _give_back(cluster: Cluster, address: str) -> None:
    resource = _addresses(cluster)
    entry = resource.collection.get(Key("", address))
    if entry is not None:
        last = entry_of(resource, resource.load(entry), cluster.store.revision + 1)
        cluster.store.remove(resource.collection, last, entry)


def _is_ready(value: Object) -> bool:
    """Tell whether a range may be used: unless somebody says that it is not, as a controller does while it goes."""
    conditions = (value.get("status") or {}).get("conditions") or ()
    return all(one.get("status") == "True" for one in conditions if one.get("type") == "Ready")


def _addresses(cluster: Cluster) -> Resource:
    return _resource(cluster, "ipaddresses")


def _resource(cluster: Cluster, plural: str) -> Resource:
    found = cluster.registry.find(_GROUP, "v1", plural)
    if found is None:
        raise AssertionError(f"{plural} of {_GROUP} are built in")
    return found
