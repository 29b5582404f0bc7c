"""Nodes: registered with their status, tainted until they are ready."""

from collections.abc import Iterator
from typing import Final

import orjson

from harness.apiserver.addresses import network_errors, network_warnings, read_network
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, Printed, duplicate, forbidden, invalid, required
from harness.apiserver.kinds.core.podspec.placement import effect_errors, label_key
from harness.apiserver.kinds.core.resourcelist import amount_errors, canonical_list
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_NOT_READY: Final = {"effect": "NoSchedule", "key": "node.kubernetes.io/not-ready"}
_INFORMATION: Final = (
    "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion", "machineID",
    "operatingSystem", "osImage", "systemUUID",
)  # fmt: skip


class NodeStrategy(Strategy):
    """Rules of nodes."""

    born_with_status = True

    def default(self, value: Object) -> Object:
        """Fill in what is never left out, and let all of the capacity be allocatable unless it is said otherwise."""
        status = {**(value.get("status") or {})}
        for name in ("capacity", "allocatable"):
            if status.get(name):
                status[name] = canonical_list(status[name])
        if status.get("capacity") and status.get("allocatable") is None:
            status["allocatable"] = status["capacity"]
        if status.get("conditions"):
            times: Object = {"lastHeartbeatTime": None, "lastTransitionTime": None}
            status["conditions"] = [{**times, **one} for one in status["conditions"]]
        status["daemonEndpoints"] = {"kubeletEndpoint": {"Port": 0}, **(status.get("daemonEndpoints") or {})}
        status["nodeInfo"] = {**dict.fromkeys(_INFORMATION, ""), **(status.get("nodeInfo") or {})}
        spec = {**(value.get("spec") or {})}
        if spec.get("podCIDR") and not spec.get("podCIDRs"):
            spec["podCIDRs"] = [spec["podCIDR"]]
        elif spec.get("podCIDRs") and not spec.get("podCIDR"):
            spec["podCIDR"] = spec["podCIDRs"][0]
        return {**value, "spec": spec, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Taint it as not ready, whoever registers it (TaintNodesByCondition)."""
        del cluster, resource
        spec = value["spec"]
        taints = spec.get("taints") or []
        if any(one.get("key") == _NOT_READY["key"] and one.get("effect") == "NoSchedule" for one in taints):
            return value
        return {**value, "spec": {**spec, "taints": [*taints, _NOT_READY]}}

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is out of use, and which ranges are written in an unusual form."""
        del current
        spec, found = value.get("spec") or {}, []
        if spec.get("configSource") is not None:
            found.append("spec.configSource: the feature is removed")
        if spec.get("externalID"):
            found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
        for index, text in enumerate(spec.get("podCIDRs") or ()):
            found += network_warnings(text, f"spec.podCIDRs[{index}]")
        return found

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with taints, ranges of addresses and amounts, or changed once it was set."""
        del cluster, resource, subresource
        spec, status = value.get("spec") or {}, value.get("status") or {}
        found = list(_amounts(status))
        if current is None:
            return [*_taint_errors(spec), *found, *_range_errors(spec)]
        found += _address_errors(status)
        before = current.get("spec") or {}
        if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
            found.append(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'))
        if before.get("providerID") and spec.get("providerID") != before["providerID"]:
            found.append(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'))
        return found + list(_taint_errors(spec))


def _amounts(status: Object) -> Iterator[FieldError]:
    for part in ("capacity", "allocatable"):
        for name, value in sorted((status.get(part) or {}).items()):
            yield from amount_errors(name, value, f"status.{part}.{name}")


def _taint_errors(spec: Object) -> Iterator[FieldError]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(spec.get("taints") or []):
        here = f"metadata.taints[{index}]"  # so the real server names the place
        key, effect = taint.get("key", ""), taint.get("effect", "")
        yield from label_key(key, f"{here}.key")
        if wrong := label_value(taint.get("value", "")):
            yield invalid(f"{here}.value", taint.get("value", ""), ";".join(wrong))
        if effect:
            yield from effect_errors(effect, f"{here}.effect")
        else:
            yield required(f"{here}.effect")
        if (key, effect) in seen:
            # The Go structure that the real server shows.
            shown = {"Key": key, "Value": taint.get("value", ""), "Effect": effect, "TimeAdded": taint.get("timeAdded")}
            text = Printed(orjson.dumps(shown).decode())
            yield FieldError("FieldValueDuplicate", here, text, "taints must be unique by key and effect pair")
        seen.add((key, effect))


def _range_errors(spec: Object) -> Iterator[FieldError]:
    ranges = spec.get("podCIDRs") or []
    for index, text in enumerate(ranges):
        yield from network_errors(text, f"spec.podCIDRs[{index}]")
    if len(ranges) < 2:
        return
    found = [read_network(text) for text in ranges]
    if None in found:
        problem = f"invalid CIDR address: {ranges[found.index(None)]}"
        yield FieldError(
            "InternalError",
            "spec.podCIDRs",
            "",
            f"invalid PodCIDRs. failed to check with dual stack with error:{problem}",
        )
    if len(ranges) > 2 or None in found or len({one.version for one in found if one}) < 2:
        yield invalid("spec.podCIDRs", ranges, "may specify no more than one CIDR for each IP family")


def _address_errors(status: Object) -> Iterator[FieldError]:
    seen: list[Object] = []
    for index, address in enumerate(status.get("addresses") or []):
        if address in seen:
            shown = {"type": address.get("type", ""), "address": address.get("address", "")}
            yield duplicate(f"status.addresses[{index}]", shown)
        seen.append(address)
