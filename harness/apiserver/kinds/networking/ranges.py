"""ServiceCIDRs, the ranges that services get their addresses from, and IPAddresses, which say who has one (KEP-1880)."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import canonical_network_errors, read_network, unmapped
from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, invalid, required
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain, path_segment
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_ONE_OF_EACH: Final = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
_IMMUTABLE: Final = "field is immutable"


class ServiceRangeStrategy(Strategy):
    """A range stays, and may be joined by one of the other family."""

    def default(self, value: Object) -> Object:
        """Show spec and status always."""
        return {**value, "spec": value.get("spec") or {}, "status": value.get("status") or {}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Take the status alone from a status write."""
        del cluster, resource
        return {**value, "metadata": current["metadata"]} if subresource == "status" else value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the ranges of a new one, and what becomes of those of an old one."""
        del cluster, resource
        if subresource:
            return []
        spec = value["spec"]
        return list(_errors(spec) if current is None else _change_errors(spec, current["spec"]))


class AddressStrategy(Strategy):
    """An address stays with whom it was given to."""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check who has it."""
        del cluster, resource, subresource
        parent = (value.get("spec") or {}).get("parentRef")
        found = list(_parent_errors(parent))
        if current is not None:
            before = (current.get("spec") or {}).get("parentRef")
            found += immutable(
                parent, before, "spec.parentRef", shown=Printed(json_text(parent, "*networking.ParentReference"))
            )
        return found


def _errors(spec: Object) -> Iterator[FieldError]:
    path, ranges = "spec.cidrs", spec.get("cidrs") or []
    if not ranges:
        yield required(path, "at least one CIDR required")
        return
    if len(ranges) > 2:
        yield invalid(path, Printed(json_text(spec, "networking.ServiceCIDRSpec")), "may only hold up to 2 values")
        return
    for index, text in enumerate(ranges):
        yield from canonical_network_errors(text, f"{path}[{index}]")
    families = [_family(text) for text in ranges]
    if len(families) == 2 and families[0] and families[0] == families[1]:
        yield invalid(path, ranges, _ONE_OF_EACH)


def _change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    now, old = spec.get("cidrs") or [], before.get("cidrs") or []
    grown = len(old) == 1 and len(now) == 2
    if len(now) != len(old) and not grown:
        yield invalid("spec.cidrs", spec.get("cidrs"), _IMMUTABLE)
        return
    for index, text in enumerate(old):
        if now[index] != text:
            yield invalid(f"spec.cidrs[{index}]", now[index], _IMMUTABLE)
    if grown:
        yield from _errors(spec)


def _family(text: str) -> int:
    network = read_network(text)
    return 0 if network is None else unmapped(network.network_address).version


def _parent_errors(parent: Object | None) -> Iterator[FieldError]:
    path = "spec.parentRef"
    if parent is None:
        yield required(path)
        return
    if group := parent.get("group"):
        yield from (invalid(f"{path}.group", group, wrong) for wrong in dns_subdomain(group))
    for name in ("resource", "name"):
        if not parent.get(name):
            yield required(f"{path}.{name}")
    for name in ("resource", "name", "namespace"):
        text = parent.get(name) or ""
        yield from (invalid(f"{path}.{name}", text, wrong) for wrong in path_segment(text))
