"""NetworkPolicies."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import network_errors, network_warnings, read_network
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_name, port_number
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_TYPES = ("Ingress", "Egress")
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_DIRECTIONS: Final = (("ingress", "from"), ("egress", "to"))


class NetworkPolicyStrategy(Strategy):
    """Who may talk to whom; nothing here enforces it."""

    def default(self, value: Object) -> Object:
        """Select every pod, ports of TCP, and the directions that are written about."""
        spec = {"podSelector": {}, **(value.get("spec") or {})}
        for direction, _ in _DIRECTIONS:
            if spec.get(direction):
                spec[direction] = [_rule(one) for one in spec[direction]]
        if not spec.get("policyTypes"):
            spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
        return {**value, "spec": spec}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Count an empty list as a change: none is stored, hence it differs from what is there every time."""
        del cluster, resource, subresource
        if not _has_empty_list(value["spec"]):
            return value
        generation = current["metadata"].get("generation", 0) + 1
        return {**value, "metadata": {**value["metadata"], "generation": generation}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check selectors, ports and peers."""
        del cluster, resource, current, subresource
        return list(_errors(value["spec"]))

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say which ranges are written in an unusual form."""
        del current
        found: list[str] = []
        for direction, peers in _DIRECTIONS:
            for index, rule in enumerate(value["spec"].get(direction) or ()):
                for number, peer in enumerate(rule.get(peers) or ()):
                    block, here = peer.get("ipBlock") or {}, f"spec.{direction}[{index}].{peers}[{number}].ipBlock"
                    found += network_warnings(block.get("cidr") or "", f"{here}.cidr")
                    for place, text in enumerate(block.get("except") or ()):
                        found += network_warnings(text, f"{here}.except[{place}]")
        return found


def _has_empty_list(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_has_empty_list, value.values()))
    return value == [] or (isinstance(value, list) and any(map(_has_empty_list, value)))


def _rule(rule: Object) -> Object:
    ports = rule.get("ports")
    return {**rule, "ports": [{"protocol": "TCP"} | one for one in ports]} if ports else rule


def _errors(spec: Object) -> Iterator[FieldError]:
    yield from selector_errors(spec["podSelector"], "spec.podSelector")
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            here = f"spec.{direction}[{index}]"
            for number, port in enumerate(rule.get("ports") or ()):
                yield from _port_errors(port, f"{here}.ports[{number}]")
            for number, peer in enumerate(rule.get(peers) or ()):
                yield from _peer_errors(peer, f"{here}.{peers}[{number}]")
    if len(spec["policyTypes"]) > len(_TYPES):
        yield invalid("spec.policyTypes", spec["policyTypes"], "may not specify more than two policyTypes")
        return
    for index, one in enumerate(spec["policyTypes"]):
        if one not in _TYPES:
            yield not_supported(f"spec.policyTypes[{index}]", one, _TYPES)


def _port_errors(port: Object, path: str) -> Iterator[FieldError]:
    if port["protocol"] not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", port["protocol"], _PROTOCOLS)
    first, last = port.get("port"), port.get("endPort")
    if isinstance(first, str):
        if last is not None:
            yield invalid(f"{path}.endPort", last, "may not be specified when `port` is non-numeric")
        yield from (invalid(f"{path}.port", first, wrong) for wrong in port_name(first))
    elif first is not None:
        yield from port_number(first, f"{path}.port")
        if last is not None:
            if last < first:
                yield invalid(f"{path}.endPort", first, "must be greater than or equal to `port`")
            yield from port_number(last, f"{path}.endPort")
    elif last is not None:
        yield invalid(f"{path}.endPort", last, "may not be specified when `port` is not specified")


def _peer_errors(peer: Object, path: str) -> Iterator[FieldError]:
    block = peer.get("ipBlock")
    selectors = [name for name in ("podSelector", "namespaceSelector") if peer.get(name) is not None]
    for name in selectors:
        yield from selector_errors(peer[name], f"{path}.{name}")
    if block is not None:
        yield from _block_errors(block, f"{path}.ipBlock")
    if not selectors and block is None:
        yield required(path, "must specify a peer")
    elif selectors and block is not None:
        yield forbidden(path, "may not specify both ipBlock and another peer")


def _block_errors(block: Object, path: str) -> Iterator[FieldError]:
    if not block.get("cidr"):
        yield required(f"{path}.cidr")
        return
    yield from network_errors(block["cidr"], f"{path}.cidr")
    if (whole := read_network(block["cidr"])) is None:
        return
    for index, text in enumerate(block.get("except") or ()):
        here, part = f"{path}.except[{index}]", read_network(text)
        yield from network_errors(text, here)
        if part is None:
            continue
        if part.version != whole.version or part.network_address not in whole or part.prefixlen <= whole.prefixlen:
            yield invalid(here, text, "must be a strict subset of `cidr`")
