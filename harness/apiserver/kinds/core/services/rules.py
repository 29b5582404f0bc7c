"""What is wrong with a service. Fields are looked at in the order of the real server's validation."""

from collections.abc import Iterator
from typing import Final

import orjson

from harness.apiserver.addresses import address_errors
from harness.apiserver.fields import FieldError, Printed, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.endpoints import reachable
from harness.apiserver.kinds.core.keys import between, port_number, port_number_or_name
from harness.apiserver.kinds.core.services.allocation import headless, needs_health_port
from harness.apiserver.kinds.core.services.balancers import balancer_change_errors, balancer_errors
from harness.apiserver.kinds.core.services.defaults import externally_accessible
from harness.apiserver.kinds.core.services.families import address_change_errors, cluster_address_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain, label_value, qualified_name

_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES: Final = ("ClientIP", "None")
_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
TRAFFIC: Final = ("Cluster", "Local")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
_LONGEST_AFFINITY: Final = 86_400
_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"
_HEALTH_ONLY: Final = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"


def service_errors(value: Object, current: Object | None) -> Iterator[FieldError]:
    """Yield what is wrong with a service as it would be stored; ``current`` is the stored one."""
    spec, notes = value["spec"], value["metadata"].get("annotations") or {}
    if _HINTS in notes and notes.get(_MODE, notes[_HINTS]) != notes[_HINTS]:
        detail = f"must match annotations[{_HINTS}] when both are specified"
        yield invalid(f"metadata.annotations[{_MODE}]", notes[_MODE], detail)
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
    for key, wanted in (spec.get("selector") or {}).items():
        yield from (invalid("spec.selector", key, text) for text in qualified_name(key))
        yield from (invalid("spec.selector", wanted, text) for text in label_value(wanted))
    yield from _affinity(spec)
    yield from cluster_address_errors(spec)
    yield from _outside(spec.get("externalIPs") or [])
    if kind not in _TYPES:
        yield not_supported("spec.type", kind, _TYPES)
    yield from _repeated_ports(kind, ports)
    yield from balancer_errors(value, current)
    yield from _external_traffic(spec)
    yield from _internal_traffic(spec, kind)


def _outside(addresses: list[str]) -> Iterator[FieldError]:
    for index, address in enumerate(addresses):
        here = f"spec.externalIPs[{index}]"
        wrong = list(address_errors(address, here))
        yield from wrong or reachable(address, here)


def _external_name(spec: Object) -> Iterator[FieldError]:
    for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(name, []) != []:
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


def _external_traffic(spec: Object) -> Iterator[FieldError]:
    policy = spec.get("externalTrafficPolicy")
    if not externally_accessible(spec):
        if policy:
            detail = "may only be set for externally-accessible services"
            yield invalid("spec.externalTrafficPolicy", policy, detail)
    elif policy not in TRAFFIC:
        yield not_supported("spec.externalTrafficPolicy", policy, TRAFFIC)
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
    elif policy not in TRAFFIC:
        yield not_supported("spec.internalTrafficPolicy", policy, TRAFFIC)
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        yield not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS)


def change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what must not change: addresses once they are given, the class of the balancer, and the port that it asks at."""
    yield from address_change_errors(spec, before)
    yield from balancer_change_errors(spec, before)
    port = spec.get("healthCheckNodePort")
    if needs_health_port(spec) and needs_health_port(before) and port != before.get("healthCheckNodePort"):
        yield forbidden("spec.healthCheckNodePort", "field is immutable")
