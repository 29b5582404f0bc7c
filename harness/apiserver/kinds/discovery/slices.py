"""Endpoint slices: where the traffic of a service goes."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors, address_warnings, canonical_address_errors
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required, too_many
from harness.apiserver.kinds.checks import without_empty_lists
from harness.apiserver.kinds.core.endpoints import protocol_errors, reachable
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, label_value
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_ADDRESS_TYPES: Final = ("FQDN", "IPv4", "IPv6")
_VERSIONS: Final = {"IPv4": 4, "IPv6": 6}
_MANAGED: Final = "endpointslice.kubernetes.io/managed-by"
_CONTROLLERS: Final = ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io")
_MOST_ENDPOINTS: Final = 1000
_MOST_ADDRESSES: Final = 100
_MOST_HINTS: Final = 8


class EndpointSliceStrategy(Strategy):
    """Rules of endpoint slices."""

    counts_labels = True

    def default(self, value: Object) -> Object:
        """Fill in names and protocols of ports."""
        ports = value.get("ports")
        if not ports:
            return value
        return {
            **value,
            "ports": [{"name": "", **one, "protocol": one.get("protocol", "TCP")} for one in ports],
        }

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Fill in what is never left out."""
        del cluster, resource
        return _with_lists(value)

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Fill in what is never left out, and count what changes anything but annotations and the like."""
        del cluster, resource, subresource
        if _essence(value) != _essence(current):
            generation = current["metadata"].get("generation", 0) + 1
            value = {**value, "metadata": {**value["metadata"], "generation": generation}}
        return _with_lists(value)

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of names in place of addresses, and of addresses in an unusual form; a controller's own are not looked at."""
        del current
        found = ["spec.addressType: FQDN endpoints are deprecated"] if value.get("addressType") == "FQDN" else []
        if (value["metadata"].get("labels") or {}).get(_MANAGED) in _CONTROLLERS:
            return found
        for index, endpoint in enumerate(value.get("endpoints") or ()):
            for number, address in enumerate(endpoint.get("addresses") or ()):
                found += address_warnings(address, f"endpoints[{index}].addresses[{number}]")
        return found

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with addresses and ports."""
        del cluster, resource, subresource
        kind = value.get("addressType") or ""
        found: list[FieldError] = []
        if not kind:
            found.append(required("addressType"))
        elif kind not in _ADDRESS_TYPES:
            found.append(not_supported("addressType", kind, _ADDRESS_TYPES))
        found += _port_errors(value.get("ports") or [])
        if current is None or not same_json(current.get("endpoints"), value.get("endpoints")):
            found += _endpoint_errors(value.get("endpoints") or [], kind)
        if current is not None and kind != current.get("addressType"):
            found.append(invalid("addressType", kind, "field is immutable"))
        return found


def _with_lists(value: Object) -> Object:
    endpoints = [
        {name: item for name, item in one.items() if name != "deprecatedTopology"}
        for one in value.get("endpoints") or ()
    ]
    return {**value, "endpoints": endpoints or None, "ports": value.get("ports") or None}


def _essence(value: Object) -> Object:
    endpoints = [{"conditions": {}, **one} for one in value.get("endpoints") or ()]
    found: Object = {"labels": value["metadata"].get("labels") or {}, "addressType": value.get("addressType")}
    found |= {"endpoints": without_empty_lists(endpoints), "ports": without_empty_lists(value.get("ports"))}
    return found


def _port_errors(ports: list[Object]) -> Iterator[FieldError]:
    names: set[str] = set()
    for index, port in enumerate(ports):
        here, name = f"ports[{index}]", port.get("name") or ""
        if name:
            yield from (invalid(f"{here}.name", name, text) for text in dns_label(name))
        if name in names:
            yield duplicate(f"{here}.name", name)
        names.add(name)
        yield from protocol_errors(port, here)


def _endpoint_errors(endpoints: list[Object], kind: str) -> Iterator[FieldError]:
    if len(endpoints) > _MOST_ENDPOINTS:
        yield too_many("endpoints", len(endpoints), _MOST_ENDPOINTS)
        return
    for index, endpoint in enumerate(endpoints):
        here = f"endpoints[{index}]"
        addresses = endpoint.get("addresses") or []
        if not addresses:
            yield required(f"{here}.addresses", "must contain at least 1 address")
        elif len(addresses) > _MOST_ADDRESSES:
            yield too_many(f"{here}.addresses", len(addresses), _MOST_ADDRESSES)
        for position, address in enumerate(addresses):
            yield from _address_errors(address, kind, f"{here}.addresses", position)
        if (name := endpoint.get("nodeName")) is not None:
            yield from (invalid(f"{here}.nodeName", name, text) for text in dns_subdomain(name))
        if (name := endpoint.get("hostname")) is not None:
            yield from (invalid(f"{here}.hostname", name, text) for text in dns_label(name))
        if (hints := endpoint.get("hints")) is not None:
            yield from _hint_errors(hints, f"{here}.hints")


def _hint_errors(hints: Object, path: str) -> Iterator[FieldError]:
    for field, check in (("forZones", label_value), ("forNodes", dns_subdomain)):
        given, seen = hints.get(field) or [], set()
        if len(given) > _MOST_HINTS:
            yield too_many(f"{path}.{field}", len(given), _MOST_HINTS)
            return
        for index, one in enumerate(given):
            at, name = f"{path}.{field}[{index}].name", one.get("name") or ""
            if name in seen:
                yield duplicate(at, name)
            seen.add(name)
            yield from (invalid(at, name, text) for text in check(name))


def _address_errors(address: str, kind: str, path: str, position: int) -> Iterator[FieldError]:
    here = f"{path}[{position}]"
    if kind not in _VERSIONS:
        yield from _name_errors(address, here) if kind == "FQDN" else ()
        return
    wrong = list(address_errors(address, here) if kind == "IPv4" else canonical_address_errors(address, here))
    yield from wrong
    if wrong:
        return
    if (":" in address) != (kind == "IPv6"):
        yield invalid(path, address, f"must be an {kind} address")
    yield from reachable(address, here)


def _name_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the full name of a host."""
    if not name:
        yield required(path)
        return
    bare = name.removesuffix(".")
    if wrong := dns_subdomain(bare):
        yield from (invalid(path, bare, text) for text in wrong)
        return
    parts = bare.split(".")
    if len(parts) < 2:
        yield invalid(path, bare, "should be a domain with at least two segments separated by dots")
        return
    for part in parts:
        yield from (invalid(path, part, text) for text in dns_label(part))
