"""From what a client wants to what a service gets: addresses, families and ports filled in, kept, or dropped."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.kinds.core.services.addresses import next_address, next_port, node_ports, taken_ports
from harness.apiserver.kinds.core.services.defaults import externally_accessible
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

Spec = Object


def headless(spec: Spec) -> bool:
    """Tell whether the service wants no address."""
    return bool(spec.get("clusterIPs")) and spec["clusterIPs"][0] == "None"


def needs_node_ports(spec: Spec) -> bool:
    """Tell whether the type of the service uses ports of nodes."""
    return spec.get("type") in {"NodePort", "LoadBalancer"}


def _gets_node_ports(spec: Spec) -> bool:
    return needs_node_ports(spec) and (spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts", True))


def needs_health_port(spec: Spec) -> bool:
    """Tell whether a load balancer must ask each node whether it serves."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def normalized(spec: Spec, before: Spec | None) -> Spec:
    """Bring ``clusterIP`` and ``clusterIPs`` in step; clients that know only the first one count."""
    one, many = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if before is None:
        return {**spec, "clusterIPs": [one]} if one and not many else spec
    old, olds = before.get("clusterIP") or "", before.get("clusterIPs") or []
    if olds and not many and old == one:
        return {**spec, "clusterIPs": olds}
    if old != one and many == olds:
        if old and not one:
            return _without(spec, "clusterIPs")
        return {**spec, "clusterIPs": [one]}
    return spec


def kept(spec: Spec, before: Spec) -> Spec:
    """Keep what was handed out and is still needed, where the client leaves it open."""
    out = {**spec}
    if "ExternalName" not in {spec.get("type"), before.get("type")}:
        for name in ("clusterIP", "clusterIPs"):
            if not out.get(name) and before.get(name):
                out[name] = before[name]
    if _gets_node_ports(spec) and _gets_node_ports(before) and spec.get("ports"):
        used = _ports(before) & _ports(spec)
        by_name = {one.get("name", ""): one.get("nodePort", 0) for one in before.get("ports") or []}
        out["ports"] = [_kept_port(one, by_name, used) for one in spec["ports"]]
    if needs_health_port(spec) and needs_health_port(before) and not spec.get("healthCheckNodePort"):
        out["healthCheckNodePort"] = before.get("healthCheckNodePort")
    return out


def dropped(spec: Spec, before: Spec) -> Spec:
    """Drop what another type does not use, unless the client changed it, too (then it is refused)."""
    out = {**spec}
    if before.get("type") != "ExternalName" and spec.get("type") == "ExternalName":
        if all(spec.get(name) == before.get(name) for name in ("clusterIP", "clusterIPs")):
            out = _without(_without(out, "clusterIP"), "clusterIPs")
        for name in ("ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"):
            if spec.get(name) == before.get(name):
                out = _without(out, name)
    if needs_node_ports(before) and not needs_node_ports(spec) and _ports(spec) <= _ports(before):
        out["ports"] = [_without(one, "nodePort") for one in spec.get("ports") or []]
    same = {name for name in before if spec.get(name) == before[name]}
    if needs_health_port(before) and not needs_health_port(spec) and "healthCheckNodePort" in same:
        out = _without(out, "healthCheckNodePort")
    if before.get("type") == "LoadBalancer" != spec.get("type"):
        for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            out = _without(out, name) if name in same else out
    if externally_accessible(before) and not externally_accessible(spec) and "externalTrafficPolicy" in same:
        out = _without(out, "externalTrafficPolicy")
    return out


def allocated(cluster: Cluster, resource: Resource, key: Key, spec: Spec, *, address: str | None = None) -> Spec:
    """Fill in the address and the ports that are still open.

    ``address`` is the one to give where there is none; "" leaves it open, None takes the next that is free.
    """
    if spec.get("type") == "ExternalName":
        return spec
    out = {**spec}
    if not out.get("ipFamilies"):
        return out  # its addresses are of a family that this cluster does not have: it will be refused
    if not out.get("clusterIPs") and not out.get("clusterIP") and out["ipFamilies"][0] == "IPv4":
        address = next_address(cluster, key) if address is None else address
        if address:
            out |= {"clusterIP": address, "clusterIPs": [address]}
    if needs_node_ports(out):
        out = _with_ports(resource, key, out)
    return out


def _with_ports(resource: Resource, key: Key, spec: Spec) -> Spec:
    wanted = _gets_node_ports(spec)
    taken: set[int] = set()
    asked = [one for one in spec.get("ports") or [] if wanted and not one.get("nodePort")]
    if asked or (needs_health_port(spec) and not spec.get("healthCheckNodePort")):
        taken = taken_ports(resource, key) | set(node_ports(spec))
    by_port = {one.get("port"): one["nodePort"] for one in spec.get("ports") or [] if one.get("nodePort")}
    ports = []
    for one in spec.get("ports") or []:
        if wanted and not one.get("nodePort"):  # the same port in another protocol shares its node port
            number = by_port.setdefault(one.get("port"), 0) or next_port(taken, key)
            by_port[one.get("port")] = number
            one = {**one, "nodePort": number}  # noqa: PLW2901
        ports.append(one)
    out = {**spec, "ports": ports}
    if needs_health_port(spec) and not spec.get("healthCheckNodePort"):
        out["healthCheckNodePort"] = next_port(taken, key)
    return out


def _ports(spec: Spec) -> set[int]:
    return {one["nodePort"] for one in spec.get("ports") or [] if one.get("nodePort")}


def _kept_port(port: Object, by_name: dict[str, int], used: set[int]) -> Object:
    old = by_name.get(port.get("name", ""), 0)
    return {**port, "nodePort": old} if old and not port.get("nodePort") and old not in used else port


def _without(holder: Object, name: str) -> Object:
    return {key: item for key, item in holder.items() if key != name}
