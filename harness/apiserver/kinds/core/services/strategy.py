"""The strategy of services."""

import ipaddress
from collections.abc import Iterator, Mapping

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.kinds.core.services.addresses import PORTS, taken_ports
from harness.apiserver.kinds.core.services.allocation import allocated, dropped, kept, normalized
from harness.apiserver.kinds.core.services.balancers import balancer_status_errors, balancer_warnings
from harness.apiserver.kinds.core.services.defaults import default_service
from harness.apiserver.kinds.core.services.families import first_errors, with_families
from harness.apiserver.kinds.core.services.holdings import cluster_addresses, is_taken, ranges, settle_holdings
from harness.apiserver.kinds.core.services.rules import TRAFFIC, change_errors, service_errors
from harness.apiserver.kinds.core.services.warnings import service_warnings
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Endpoint, Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.connecting import to_nowhere

_MISPLACED = "the provided network does not match the current range"
_NO_NODE_PORT = f"provided port is not in the valid range. The range of valid ports is {PORTS.start}-{PORTS.stop - 1}"


class ServiceStrategy(Strategy):
    """Rules of services: what is handed out is decided before it is checked, and taken only when it is stored."""

    endpoints: Mapping[str, Endpoint] = {"proxy": to_nowhere}

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults."""
        return default_service(value)

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Begin without a load balancer."""
        del cluster, resource
        return {**value, "status": {"loadBalancer": {}}}

    def as_read(self, value: Object) -> Object:
        """Show no policy of inner traffic for a name elsewhere, though one may have been stored."""
        spec = value["spec"]
        if spec.get("type") != "ExternalName" or "internalTrafficPolicy" not in spec:
            return value
        return {**value, "spec": {name: item for name, item in spec.items() if name != "internalTrafficPolicy"}}

    def allotted(self, cluster: Cluster, resource: Resource, value: Object, *, dry_run: bool) -> Object:
        """Hand out an address and ports; a dry run gets no address."""
        spec = with_families(normalized(value["spec"], None), None)
        address = "" if dry_run else None
        return {**value, "spec": allocated(cluster, resource, _key(value), spec, address=address)}

    def pretended(self, cluster: Cluster, value: Object) -> Object:
        """Show the address of the range itself, which nobody gets."""
        spec = value["spec"]
        if spec.get("type") == "ExternalName" or spec.get("clusterIPs") or spec["ipFamilies"][0] != "IPv4":
            return value
        address = str(next(ranges(cluster)).network_address)
        return {**value, "spec": {**spec, "clusterIP": address, "clusterIPs": [address]}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep what was handed out as long as the type needs it."""
        if subresource:
            return value
        before = current["spec"]
        spec = with_families(normalized(kept(value["spec"], before), before), before)
        # Who else has no address was born by way of its status, and stays without.
        due = None if before.get("type") == "ExternalName" else ""
        spec = dropped(allocated(cluster, resource, _key(value), spec, address=due), before)
        if spec.get("type") != "LoadBalancer":
            value = {**value, "status": {**(value.get("status") or {}), "loadBalancer": {}}}
        value = {**value, "spec": spec}
        return self.as_read(value) if spec.get("internalTrafficPolicy") in TRAFFIC else value

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what has no effect, or will have none."""
        del current
        return list(service_warnings(value))

    def status_warnings(self, value: Object) -> list[str]:
        """Say which addresses of a balancer are written in an unusual form."""
        return list(balancer_warnings(value))

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong; whether an address is free is asked only when nothing else is."""
        if subresource and current is not None:
            return list(balancer_status_errors(value))
        spec = value["spec"]
        if early := first_errors(spec, current and current["spec"]):
            return early
        found = list(change_errors(spec, current["spec"])) if current is not None else []
        found += service_errors(value, current)
        if not found:
            found += _conflicts(cluster, resource, _key(value), spec, current)
        return found

    def stored(self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None) -> None:
        """Write down which addresses it has."""
        del resource
        settle_holdings(cluster, value, now=cluster_addresses(value), before=cluster_addresses(current))

    def removed(self, cluster: Cluster, resource: Resource, value: Object) -> None:
        """Give its addresses back."""
        del resource
        settle_holdings(cluster, value, now=[], before=cluster_addresses(value))


def _key(value: Object) -> Key:
    metadata = value["metadata"]
    return Key(metadata.get("namespace", ""), metadata.get("name", ""))


def _conflicts(
    cluster: Cluster, resource: Resource, key: Key, spec: Object, current: Object | None
) -> Iterator[FieldError]:
    before = (current or {}).get("spec") or {}
    addresses = [one for one in spec.get("clusterIPs") or [] if one != "None"]
    if addresses and addresses != before.get("clusterIPs"):
        if not _usable(cluster, addresses[0]):
            why = _MISPLACED
        else:
            why = "provided IP is already allocated" if is_taken(cluster, addresses[0]) else ""
        if why:
            detail = f"failed to allocate IP {addresses[0]}: {why}"
            yield invalid("spec.clusterIPs", addresses, detail)
            return
    old = {one.get("nodePort") for one in before.get("ports") or []}
    asked = [
        (i, one["nodePort"]) for i, one in enumerate(spec.get("ports") or []) if one.get("nodePort", 0) not in {0, *old}
    ]
    taken = taken_ports(resource, key) if asked else set()
    for index, port in asked:
        if port not in PORTS:
            yield invalid(f"spec.ports[{index}].nodePort", port, _NO_NODE_PORT)
            return
        if port in taken:
            yield invalid(f"spec.ports[{index}].nodePort", port, "provided port is already allocated")
            return


def _usable(cluster: Cluster, text: str) -> bool:
    address = ipaddress.ip_address(text)
    return any(
        address in whole and address not in {whole.network_address, whole.broadcast_address}
        for whole in ranges(cluster)
    )
