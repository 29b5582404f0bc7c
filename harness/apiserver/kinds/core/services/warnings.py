"""What the server says about services that are allowed and unwise."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_warnings, network_warnings
from harness.apiserver.messages import Object

_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"


def service_warnings(value: Object) -> Iterator[str]:
    """Yield what has no effect, is deprecated, or is written in an unusual form."""
    spec = value["spec"]
    alone = spec.get("type") == "ClusterIP" and spec.get("clusterIP") == "None"
    if _HINTS in (value["metadata"].get("annotations") or {}):
        yield f"annotation {_HINTS} is deprecated, please use {_MODE} instead"
    if spec.get("clusterIP") not in {None, "", "None"}:
        yield from _unusual(spec, "clusterIPs")
    if alone:
        yield from _without_effect(spec)
    yield from _outside(spec, alone=alone)
    if spec.get("trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def _without_effect(spec: Object) -> Iterator[str]:
    """Yield what a service without an address of its own says in vain."""
    if spec.get("loadBalancerIP"):
        yield "spec.loadBalancerIP is ignored for headless services"
    if spec.get("externalIPs"):
        yield "spec.externalIPs is ignored for headless services"
    if spec.get("sessionAffinity") != "None":
        yield "spec.SessionAffinity is ignored for headless services"


def _outside(spec: Object, *, alone: bool) -> Iterator[str]:
    kind, outside = spec.get("type"), spec.get("externalIPs")
    yield from _unusual(spec, "externalIPs")
    if outside and not alone and kind != "ExternalName":
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    yield from address_warnings(spec.get("loadBalancerIP") or "", "spec.loadBalancerIP")
    for index, text in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        yield from network_warnings(text, f"spec.loadBalancerSourceRanges[{index}]")
    if kind == "ExternalName" and outside:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if kind != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'


def _unusual(spec: Object, name: str) -> Iterator[str]:
    for index, text in enumerate(spec.get(name) or ()):
        yield from address_warnings(text, f"spec.{name}[{index}]")
