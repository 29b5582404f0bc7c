"""Rows of services and of what stands behind them."""

from datetime import datetime

from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.ages import age
from harness.apiserver.printers.reading import at, count, items, name, text
from harness.apiserver.printers.words import NONE, labels, with_more


def service_cells(service: Object, now: datetime) -> list[Json]:
    """Return the cells of a service."""
    addresses = items(service, "spec", "clusterIPs")
    return [
        name(service),
        text(service, "spec", "type"),
        addresses[0] if addresses else NONE,
        _external(service),
        ",".join(map(_port, items(service, "spec", "ports"))) or NONE,
        age(service, now),
        labels(at(service, "spec", "selector")),
    ]


def _external(service: Object) -> str:
    more = items(service, "spec", "externalIPs")
    match text(service, "spec", "type"):
        case "ClusterIP" | "NodePort":
            return ",".join(more) or NONE
        case "LoadBalancer":
            balanced = load_balancer(service)
            return ",".join([*([balanced] if balanced else []), *more]) or "<pending>"
        case "ExternalName":
            return text(service, "spec", "externalName")
    return "<unknown>"


def load_balancer(value: Object) -> str:
    """Return the addresses of a load balancer, each once."""
    found = {text(one, "ip") or text(one, "hostname") for one in items(value, "status", "loadBalancer", "ingress")}
    return ",".join(sorted(found - {""}))


def _port(port: Json) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{count(port, 'port')}{outside}/{text(port, 'protocol')}"


def endpoints_cells(endpoints: Object, now: datetime) -> list[Json]:
    """Return the cells of endpoints."""
    return [name(endpoints), _addresses(items(endpoints, "subsets")), age(endpoints, now)]


def _addresses(subsets: list[Json]) -> str:
    if not subsets:
        return NONE
    found = []
    for subset in subsets:
        addresses = [text(one, "ip") for one in items(subset, "addresses")]
        ports = items(subset, "ports")
        found += [_joined(one, count(port, "port")) for port in ports for one in addresses] if ports else addresses
    return with_more(found, empty="")


def _joined(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def slice_cells(found: Object, now: datetime) -> list[Json]:
    """Return the cells of an endpoint slice."""
    ports = [_slice_port(one) for one in items(found, "ports")]
    addresses = [address for one in items(found, "endpoints") for address in items(one, "addresses")]
    return [name(found), text(found, "addressType"), with_more(ports), with_more(addresses), age(found, now)]


def _slice_port(port: Json) -> str:
    if port.get("port") is not None:
        return str(port["port"])
    return "*" if port.get("name") is None else str(port["name"])
