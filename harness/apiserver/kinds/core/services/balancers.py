"""What a service says of its load balancer, and what the balancer says in the service's status."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors, address_warnings, network_errors, read_address
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain, qualified_name

_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
_MODES: Final = ("Proxy", "VIP")
_BALANCED_ONLY: Final = "may only be used when `type` is 'LoadBalancer'"


def balancer_errors(value: Object, current: Object | None) -> Iterator[FieldError]:
    """Yield what is wrong with what a service says of its balancer; ``current`` is the stored service."""
    spec = value["spec"]
    balanced = spec.get("type") == "LoadBalancer"
    yield from _range_errors(value, current or {}, balanced=balanced)
    if not balanced and spec.get("allocateLoadBalancerNodePorts") is not None:
        yield forbidden("spec.allocateLoadBalancerNodePorts", _BALANCED_ONLY)
    yield from _class_errors(spec)


def balancer_change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what must not change of a balancer: its class, once it is one."""
    name = spec.get("loadBalancerClass")
    if spec.get("type") == before.get("type") == "LoadBalancer" and name != before.get("loadBalancerClass"):
        yield invalid("spec.loadBalancerClass", name, "may not change once set")
    yield from _class_errors(spec)


def balancer_status_errors(value: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the places at which a balancer takes traffic."""
    places = _places(value)
    if places and value["spec"].get("type") != "LoadBalancer":
        yield forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'")
        return
    for index, one in enumerate(places):
        here, address, mode = f"status.loadBalancer.ingress[{index}]", one.get("ip") or "", one.get("ipMode")
        if address:
            yield from address_errors(address, f"{here}.ip")
        if mode is not None and not address:
            yield forbidden(f"{here}.ipMode", "may not be specified when `ip` is not set")
        elif mode is not None and mode not in _MODES:
            yield not_supported(f"{here}.ipMode", mode, _MODES)
        elif mode is None and address:
            yield required(f"{here}.ipMode", "must be specified when `ip` is set")
        if host := one.get("hostname"):
            yield from (invalid(f"{here}.hostname", host, wrong) for wrong in dns_subdomain(host))
            if read_address(host) is not None:
                yield invalid(f"{here}.hostname", host, "must be a DNS name, not an IP address")


def balancer_warnings(value: Object) -> Iterator[str]:
    """Yield which addresses in a status are written in an unusual form."""
    for index, one in enumerate(_places(value)):
        yield from address_warnings(one.get("ip") or "", f"status.loadBalancer.ingress[{index}]")


def _places(value: Object) -> list[Object]:
    found: list[Object] = ((value.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    return found


def _range_errors(value: Object, current: Object, *, balanced: bool) -> Iterator[FieldError]:
    """Yield what is wrong with the ranges that a balancer takes traffic from; spaces around them are let pass."""
    spec = value["spec"]
    noted = (value["metadata"].get("annotations") or {}).get(_RANGES)
    if ranges := spec.get("loadBalancerSourceRanges"):
        path = "spec.LoadBalancerSourceRanges"
        if not balanced:
            yield forbidden(path, _BALANCED_ONLY)
        for index, text in enumerate(ranges):
            yield from network_errors(text.strip(), f"{path}[{index}]")
    elif noted is not None:
        path = f"metadata.annotations[{_RANGES}]"
        if not balanced:
            yield forbidden(path, _BALANCED_ONLY)
        old = ((current.get("metadata") or {}).get("annotations") or {}).get(_RANGES)
        if noted != old and noted.strip():
            for text in noted.strip().split(","):
                yield from network_errors(text.strip(), path)


def _class_errors(spec: Object) -> Iterator[FieldError]:
    name = spec.get("loadBalancerClass")
    if name is None:
        return
    if spec.get("type") != "LoadBalancer":
        yield forbidden("spec.loadBalancerClass", _BALANCED_ONLY)
    else:
        yield from (invalid("spec.loadBalancerClass", name, text) for text in qualified_name(name))
