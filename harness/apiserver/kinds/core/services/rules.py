"""What is wrong with a service. Fields are looked at in the order of the real server's validation."""

import ipaddress
from collections.abc import Iterator
from typing import Final

import orjson

from harness.apiserver.fields import FieldError, Printed, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import between, ip_address, port_number, port_number_or_name
from harness.apiserver.kinds.core.services.allocation import headless, needs_health_port
from harness.apiserver.kinds.core.services.defaults import externally_accessible
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, label_value, qualified_name

_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES: Final = ("ClientIP", "None")
_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_TRAFFIC: Final = ("Cluster", "Local")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
_FAMILIES: Final = ("IPv4", "IPv6")
_LONGEST_AFFINITY: Final = 86_400
_HEALTH_ONLY: Final = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"


def service_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the spec of a service as it would be stored."""
    kind, ports = spec.get("type", ""), spec.get("ports") or []
    if not ports and not headless(spec) and kind != "ExternalName":
        yield required("spec.ports")
    if kind in {"LoadBalancer", "NodePort"} and headless(spec):
        yield invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        yield from _external_name(spec)
    names: set[str] = set()
    for index, port in enumerate(ports):
        yield from _port_errors(port, f"spec.ports[{index}]", named=len(ports) > 1, names=names)
    for key, value in (spec.get("selector") or {}).items():
        yield from (invalid("spec.selector", key, text) for text in qualified_name(key))
        yield from (invalid("spec.selector", value, text) for text in label_value(value))
    yield from _affinity(spec)
    yield from _cluster_addresses(spec)
    for index, address in enumerate(spec.get("externalIPs") or []):
        yield from ip_address(address, f"spec.externalIPs[{index}]")
    if kind not in _TYPES:
        yield not_supported("spec.type", kind, _TYPES)
    yield from _repeated_ports(kind, ports)
    yield from _balancer(spec, kind)
    yield from _external_traffic(spec)
    yield from _internal_traffic(spec, kind)


def _external_name(spec: Object) -> Iterator[FieldError]:
    for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(name):
            yield forbidden(f"spec.{name}", "may not be set for ExternalName services")
    target = (spec.get("externalName") or "").removesuffix(".")
    if target:
        yield from (invalid("spec.externalName", target, text) for text in dns_subdomain(target))
    else:
        yield required("spec.externalName")


def _port_errors(port: Object, path: str, *, named: bool, names: set[str]) -> Iterator[FieldError]:
    name = port.get("name") or ""
    if name:
        yield from (invalid(f"{path}.name", name, text) for text in dns_label(name))
        if name in names:
            yield duplicate(f"{path}.name", name)
        names.add(name)
    elif named:
        yield required(f"{path}.name")
    yield from port_number(port.get("port", 0), f"{path}.port")
    if port.get("protocol") not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", port.get("protocol"), _PROTOCOLS)
    yield from port_number_or_name(port.get("targetPort"), f"{path}.targetPort")
    protocol = port.get("appProtocol")
    if protocol is not None:
        yield from (invalid(f"{path}.appProtocol", protocol, text) for text in qualified_name(protocol))


def _affinity(spec: Object) -> Iterator[FieldError]:
    affinity = spec.get("sessionAffinity")
    if affinity not in _AFFINITIES:
        yield not_supported("spec.sessionAffinity", affinity, _AFFINITIES)
    if affinity == "ClientIP":
        seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds", 0)
        if not 0 < seconds <= _LONGEST_AFFINITY:
            detail = f"must be greater than 0 and less than {_LONGEST_AFFINITY}"
            yield invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, detail)


def first_errors(spec: Object) -> list[FieldError]:
    """Return what is wrong with the addresses of a new service, or else with its families, before anything else is looked at."""
    if spec.get("type") == "ExternalName":
        return []
    return [*_named_addresses(spec)] or [*_families(spec)] or [*_stack_errors(spec)] or [*family_errors(spec)]


def _stack_errors(spec: Object) -> Iterator[FieldError]:
    if len(spec.get("ipFamilies") or []) > 1 and spec.get("ipFamilyPolicy") in {None, "SingleStack"}:
        detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"
        yield invalid("spec.ipFamilyPolicy", "SingleStack", detail)


def _cluster_addresses(spec: Object) -> Iterator[FieldError]:
    if spec.get("type") == "ExternalName":
        return
    yield from _families(spec)
    yield from _named_addresses(spec)


def _named_addresses(spec: Object) -> Iterator[FieldError]:
    one, many = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if one and not many:
        yield required("spec.clusterIPs")
    elif one and many[0] != one:
        yield invalid("spec.clusterIPs", many, "first value must match `clusterIP`")
    elif many and not one:
        yield invalid("spec.clusterIPs", many, "must be empty when `clusterIP` is not specified")
    yield from _addresses(many)


def _families(spec: Object) -> Iterator[FieldError]:
    seen: list[str] = []
    for index, family in enumerate(spec.get("ipFamilies") or []):
        if family not in _FAMILIES:
            yield not_supported(f"spec.ipFamilies[{index}]", family, _FAMILIES)
        if family in seen:
            yield duplicate(f"spec.ipFamilies[{index}]", family)
        seen.append(family)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _POLICIES:
        yield not_supported("spec.ipFamilyPolicy", policy, _POLICIES)


def _addresses(many: list[str]) -> Iterator[FieldError]:
    if many[:1] == ["None"]:
        if len(many) > 1:
            yield invalid("spec.clusterIPs", many, "'None' must be the first and only value")
        return
    wrong = [error for index, text in enumerate(many) for error in ip_address(text, f"spec.clusterIPs[{index}]")]
    yield from wrong
    if len(many) > 2:
        yield invalid("spec.clusterIPs", many, "may only hold up to 2 values")
    if not wrong and len(many) > 1 and len({ipaddress.ip_address(text).version for text in many}) < 2:
        yield invalid("spec.clusterIPs", many, "may specify no more than one IP for each IP family")


def family_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what this cluster, which has IPv4 alone, cannot give."""
    if spec.get("type") == "ExternalName" or (headless(spec) and not spec.get("selector")):
        return
    if spec.get("ipFamilyPolicy") == "RequireDualStack":
        detail = "this cluster is not configured for dual-stack services"
        yield invalid("spec.ipFamilyPolicy", "RequireDualStack", detail)
    for index, family in enumerate(spec.get("ipFamilies") or []):
        if family != "IPv4":
            yield invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")


def _repeated_ports(kind: str, ports: list[Object]) -> Iterator[FieldError]:
    if kind == "ClusterIP":
        for index, port in enumerate(ports):
            if port.get("nodePort"):
                yield forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        if number := port.get("nodePort"):
            if (port.get("protocol", ""), number) in seen:
                yield duplicate(f"spec.ports[{index}].nodePort", number)
            seen.add((port.get("protocol", ""), number))
    seen = set()
    for index, port in enumerate(ports):
        place = (port.get("protocol", ""), port.get("port", 0))
        if place in seen:
            # The Go structure that the real server shows: every field, most of them empty.
            shown = {
                "Name": "",
                "Protocol": place[0],
                "AppProtocol": None,
                "Port": place[1],
                "TargetPort": 0,
                "NodePort": 0,
            }
            yield duplicate(f"spec.ports[{index}]", Printed(orjson.dumps(shown).decode()))
        seen.add(place)


def _balancer(spec: Object, kind: str) -> Iterator[FieldError]:
    balanced = kind == "LoadBalancer"
    if spec.get("loadBalancerSourceRanges"):
        path = "spec.LoadBalancerSourceRanges"
        if not balanced:
            yield forbidden(path, "may only be used when `type` is 'LoadBalancer'")
        for index, text in enumerate(spec["loadBalancerSourceRanges"]):
            try:
                ipaddress.ip_network(text.strip(), strict=False)
            except ValueError:
                detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
                yield invalid(f"{path}[{index}]", text.strip(), detail)
    if not balanced and spec.get("allocateLoadBalancerNodePorts") is not None:
        detail = "may only be used when `type` is 'LoadBalancer'"
        yield forbidden("spec.allocateLoadBalancerNodePorts", detail)
    name = spec.get("loadBalancerClass")
    if name is not None:
        if not balanced:
            yield forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")
            return
        yield from (invalid("spec.loadBalancerClass", name, text) for text in qualified_name(name))


def _external_traffic(spec: Object) -> Iterator[FieldError]:
    policy = spec.get("externalTrafficPolicy")
    if not externally_accessible(spec):
        if policy:
            detail = "may only be set for externally-accessible services"
            yield invalid("spec.externalTrafficPolicy", policy, detail)
    elif policy not in _TRAFFIC:
        yield not_supported("spec.externalTrafficPolicy", policy, _TRAFFIC)
    number = spec.get("healthCheckNodePort")
    if number and not needs_health_port(spec):
        yield invalid("spec.healthCheckNodePort", number, _HEALTH_ONLY)
    elif number and not 1 <= number <= 65535:
        yield invalid("spec.healthCheckNodePort", number, between(1, 65535))


def _internal_traffic(spec: Object, kind: str) -> Iterator[FieldError]:
    policy = spec.get("internalTrafficPolicy")
    if policy is None:
        if kind in {"ClusterIP", "NodePort", "LoadBalancer"}:
            yield required("spec.internalTrafficPolicy")
    elif policy not in _TRAFFIC:
        yield not_supported("spec.internalTrafficPolicy", policy, _TRAFFIC)
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        yield not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS)


def change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what must not change: addresses once they are given, and the class of the balancer."""
    if "ExternalName" not in {spec.get("type"), before.get("type")} and not (headless(spec) and headless(before)):
        now, old = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
        for index, address in enumerate(old):
            if index < len(now) and now[index] != address:
                yield invalid(f"spec.clusterIPs[{index}]", now, "may not change once set")
        if old and not now:
            yield invalid("spec.clusterIPs[0]", now, "primary clusterIP can not be unset")
    if spec.get("type") == before.get("type") == "LoadBalancer":
        name = spec.get("loadBalancerClass")
        if name != before.get("loadBalancerClass"):
            yield invalid("spec.loadBalancerClass", name, "may not change once set")
