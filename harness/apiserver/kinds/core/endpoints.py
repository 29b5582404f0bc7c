"""Endpoints, the older form of endpoint slices."""

import ipaddress
from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors, address_warnings, read_address, unmapped
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_number
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_LINK_LOCAL_MULTICAST: Final = (ipaddress.ip_network("224.0.0.0/24"), ipaddress.ip_network("ff02::/16"))
_MANAGED: Final = "endpoints.kubernetes.io/managed-by"


class EndpointsStrategy(Strategy):
    """Rules of endpoints."""

    def default(self, value: Object) -> Object:
        """Fill in protocols."""
        if not value.get("subsets"):
            return value
        return {**value, "subsets": [_with_protocols(one) for one in value["subsets"]]}

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say which addresses are written in an unusual form; the controller's own are not looked at."""
        del current
        if (value["metadata"].get("labels") or {}).get(_MANAGED) == "endpoint-controller":
            return []
        found = (
            (f"subsets[{index}].{name}[{number}].ip", one.get("ip", ""))
            for index, subset in enumerate(value.get("subsets") or ())
            for name in ("addresses", "notReadyAddresses")
            for number, one in enumerate(subset.get(name) or ())
        )
        return [text for path, address in found for text in address_warnings(address, path)]

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with addresses and ports."""
        del cluster, resource, subresource
        found = [one for i, subset in enumerate(value.get("subsets") or []) for one in _subset(subset, f"subsets[{i}]")]
        return [] if current is not None and current.get("subsets") == value.get("subsets") else found


def _with_protocols(subset: Object) -> Object:
    if not subset.get("ports"):
        return subset
    return {**subset, "ports": [{**one, "protocol": one.get("protocol") or "TCP"} for one in subset["ports"]]}


def _subset(subset: Object, path: str) -> Iterator[FieldError]:
    parts = [(name, subset.get(name) or []) for name in ("addresses", "notReadyAddresses")]
    if not any(addresses for _, addresses in parts):
        yield required(path, "must specify `addresses` or `notReadyAddresses`")
    for name, addresses in parts:
        for index, address in enumerate(addresses):
            yield from _address(address, f"{path}.{name}[{index}]")
    ports = subset.get("ports") or []
    for index, port in enumerate(ports):
        here, name = f"{path}.ports[{index}]", port.get("name") or ""
        if name:
            yield from (invalid(f"{here}.name", name, text) for text in dns_label(name))
        elif len(ports) > 1:
            yield required(f"{here}.name")
        yield from port_number(port.get("port", 0), f"{here}.port")
        yield from protocol_errors(port, here)


def protocol_errors(port: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the protocols of a port."""
    if port.get("protocol") not in PROTOCOLS:
        yield not_supported(f"{path}.protocol", port.get("protocol"), PROTOCOLS)
    protocol = port.get("appProtocol")
    if protocol is not None:
        yield from (invalid(f"{path}.appProtocol", protocol, text) for text in qualified_name(protocol))


def _address(address: Object, path: str) -> Iterator[FieldError]:
    text = address.get("ip", "")
    yield from address_errors(text, f"{path}.ip")
    if name := address.get("hostname"):
        yield from (invalid(f"{path}.hostname", name, text) for text in dns_label(name))
    if (name := address.get("nodeName")) is not None:
        yield from (invalid(f"{path}.nodeName", name, wrong) for wrong in dns_subdomain(name))
    yield from reachable(address.get("ip", ""), f"{path}.ip")


def reachable(text: str, path: str) -> Iterator[FieldError]:
    """Yield why traffic cannot be sent to an address from everywhere."""
    address = read_address(text)
    if address is None:
        yield invalid(path, text, "must be a valid IP address")
        return
    address = unmapped(address)
    if address.is_unspecified:
        yield invalid(path, text, f"may not be unspecified ({text})")
    if address.is_loopback:
        yield invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if address.is_link_local:
        yield invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if any(address in network for network in _LINK_LOCAL_MULTICAST if network.version == address.version):
        yield invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
