"""Nodes: registered with their status, tainted until they are ready."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.addresses import network_errors, network_warnings, read_network
from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, duplicate, forbidden, invalid, quote, required
from harness.apiserver.kinds.core.podspec.affinity import label_key
from harness.apiserver.kinds.core.podspec.placement import effect_errors
from harness.apiserver.kinds.core.resourcelist import amount_errors, canonical_list
from harness.apiserver.messages import Object
from harness.apiserver.names import label_value
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Endpoint, Strategy
from harness.apiserver.verbs.connecting import to_nowhere

_NOT_READY: Final = {"effect": "NoSchedule", "key": "node.kubernetes.io/not-ready"}
_FEATURE: Final = re.compile(r"[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*", re.ASCII)
_LONGEST_FEATURE: Final = 253
_FEATURE_TEXT: Final = (
    "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or "
    "MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
)
_INFORMATION: Final = (
    "architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion", "machineID",
    "operatingSystem", "osImage", "systemUUID",
)  # fmt: skip


class NodeStrategy(Strategy):
    """Rules of nodes."""

    endpoints: Mapping[str, Endpoint] = {"proxy": to_nowhere}

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
        one, many = spec.get("podCIDR"), spec.get("podCIDRs")
        if one and (not many or many[0] != one):  # who knows only the first one counts
            spec["podCIDRs"] = [one]
        elif many and not one:
            spec["podCIDR"] = many[0]
        return {**value, "spec": spec, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Taint it as not ready, whoever registers it (TaintNodesByCondition)."""
        del cluster, resource
        value = _plain(value)
        spec = value["spec"]
        taints = spec.get("taints") or []
        if any(one.get("key") == _NOT_READY["key"] and one.get("effect") == "NoSchedule" for one in taints):
            return value
        return {**value, "spec": {**spec, "taints": [*taints, _NOT_READY]}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Drop what is out of use."""
        del cluster, resource, current, subresource
        return _plain(value)

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
        """Check a node as a new one, as a change, or as both, hence twice; of a status, the change alone."""
        del cluster, resource
        found = [] if subresource else list(_new_errors(value))
        return found if current is None else [*found, *_change_errors(value, current)]


def _plain(value: Object) -> Object:
    """Return a node without what is out of use: the configuration of its kubelet."""
    spec, status = ({**(value.get(part) or {})} for part in ("spec", "status"))
    spec.pop("configSource", None)
    status.pop("config", None)
    return {**value, "spec": spec, "status": status}


def _new_errors(value: Object) -> Iterator[FieldError]:
    spec, status = value.get("spec") or {}, value.get("status") or {}
    yield from _taint_errors(spec)
    yield from _amounts(status)
    capacity = ((status.get("nodeInfo") or {}).get("swap") or {}).get("capacity")
    if capacity is not None and capacity <= 0:
        yield invalid(
            "metadata.nodeSwapStatus.capacity", capacity, "must be greater than zero"
        )  # so the real server names it
    yield from _feature_errors(status.get("declaredFeatures") or [])
    yield from _range_errors(spec)


def _change_errors(value: Object, current: Object) -> Iterator[FieldError]:
    spec, status, before = value.get("spec") or {}, value.get("status") or {}, current.get("spec") or {}
    yield from _amounts(status)
    yield from _feature_errors(status.get("declaredFeatures") or [])
    yield from _address_errors(status)
    ranges, old = spec.get("podCIDRs") or [], before.get("podCIDRs") or []
    wrong = forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')
    if old and len(ranges) != len(old):
        yield wrong
    elif old:
        yield from (wrong for one, other in zip(ranges, old, strict=True) if one != other)
    if before.get("providerID") and spec.get("providerID") != before["providerID"]:
        yield forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid')
    yield from _taint_errors(spec)
    if spec.get("externalID") != before.get("externalID"):
        yield forbidden("spec.externalID", "may not be updated")


def _feature_errors(features: list[str]) -> Iterator[FieldError]:
    for index, feature in enumerate(features):
        here = f"status.declaredFeatures[{index}]"
        if index and feature == features[index - 1]:
            yield duplicate(here, feature)
        elif index and feature < features[index - 1]:
            yield invalid(here, feature, "list must be sorted alphabetically")
        if len(feature.encode()) > _LONGEST_FEATURE:
            detail = f"invalid feature name {quote(feature)}: must be no more than {_LONGEST_FEATURE} characters"
            yield invalid(here, feature, detail)
        elif not _FEATURE.fullmatch(feature):
            yield invalid(here, feature, f"invalid feature name {quote(feature)}: {_FEATURE_TEXT}")


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
            text = Printed(json_text(taint, "core.Taint"))
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
        index = found.index(None)
        problem = f"invalid CIDR[{index}]: <nil> (invalid CIDR address: {ranges[index]})"
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
            shown = Printed(json_text(address, "core.NodeAddress"))
            yield duplicate(f"status.addresses[{index}]", shown)
        seen.append(address)
