"""ResourceSlices: the devices of a driver's pool, on a node or reachable from some."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, invalid, quote, required
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.kinds.resource.devices import device_errors, reach_errors
from harness.apiserver.kinds.resource.lists import distinct, entries, named
from harness.apiserver.kinds.resource.names import label_errors, pool_errors
from harness.apiserver.kinds.storage.nodes import driver_name_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_MOST_DEVICES: Final = 128
_MOST_RICH_DEVICES: Final = 64
"""Of those with taints, or that consume counters."""

_MOST_COUNTER_SETS: Final = 8
_MOST_COUNTERS: Final = 32
_LONGEST_LABEL: Final = 63
_LISTS: Final = ("bools", "ints", "strings", "versions")
_REACH: Final = ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")
_ONE_OF: Final = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"


class SliceStrategy(Strategy):
    """Rules of slices; fields of features that are off are dropped."""

    def default(self, value: Object) -> Object:
        """Show what is never left out."""
        return {**value, "spec": value.get("spec") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Drop what is off, and tell since when there are taints."""
        del resource
        return {**value, "spec": _plain(value["spec"], cluster.now())}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Drop what is off, and tell since when there are taints."""
        del resource, current, subresource
        return {**value, "spec": _plain(value["spec"], cluster.now())}

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of capitals in the name of a driver."""
        del current
        driver = value["spec"].get("driver") or ""
        if driver == driver.lower():
            return []
        return [f"spec.driver: driver names should be lowercase; {quote(driver)} contains uppercase characters"]

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check a slice, and that it stays with its pool."""
        del cluster, resource, subresource
        return list(_errors(value["spec"], None if current is None else current["spec"]))


def _errors(spec: Object, before: Object | None) -> Iterator[FieldError]:
    driver, pool = spec.get("driver") or "", spec.get("pool") or {}
    yield from driver_name_errors(driver, "spec.driver")
    yield from _pool_errors(pool)
    if before is not None:
        yield from immutable(pool.get("name") or "", (before.get("pool") or {}).get("name") or "", "spec.pool.name")
        yield from immutable(driver, before.get("driver") or "", "spec.driver")
        yield from immutable(spec.get("nodeName"), before.get("nodeName"), "spec.nodeName")
    yield from _reach_errors(spec)
    devices, counters = spec.get("devices"), spec.get("sharedCounters")
    if devices is not None and counters is not None:
        yield invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed")
    rich = any(one.get("taints") or one.get("consumesCounters") for one in devices or ())
    check = partial(device_errors, each_placed=bool(spec.get("perDeviceNodeSelection")))
    most = _MOST_RICH_DEVICES if rich else _MOST_DEVICES
    yield from distinct(devices, "spec.devices", check, key=named, most=most)
    yield from distinct(counters, "spec.sharedCounters", _counter_set_errors, key=named, most=_MOST_COUNTER_SETS)


def _pool_errors(pool: Object) -> Iterator[FieldError]:
    yield from pool_errors(pool.get("name") or "", "spec.pool.name")
    if (count := pool.get("resourceSliceCount") or 0) <= 0:
        yield invalid("spec.pool.resourceSliceCount", count, "must be greater than zero")
    if (generation := pool.get("generation") or 0) < 0:
        yield invalid("spec.pool.generation", generation, "must be greater than or equal to zero")


def _reach_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with which nodes the devices can be reached from."""
    name, selector = spec.get("nodeName"), spec.get("nodeSelector")
    if name == "":
        yield invalid("spec.nodeName", name, "must be either unset or set to a non-empty string")
    yield from reach_errors(spec, "spec")
    if selector is not None:
        terms = selector.get("nodeSelectorTerms") or []
        if len(terms) != 1:
            shown = Printed(json_text(selector.get("nodeSelectorTerms"), "[]core.NodeSelectorTerm"))
            yield invalid("spec.nodeSelector.nodeSelectorTerms", shown, "must have exactly one node selector term")
    for flag in ("allNodes", "perDeviceNodeSelection"):
        if spec.get(flag) is False:
            yield invalid(f"spec.{flag}", False, "must be either unset or set to true")  # noqa: FBT003  a value to show
    given = [f"`{one}`" for one in _REACH if spec.get(one) or (one == "nodeSelector" and spec.get(one) is not None)]
    if not given:
        yield required("spec", _ONE_OF)
    elif len(given) > 1:
        yield invalid("spec", f"{{{', '.join(given)}}}", f"{_ONE_OF}, but multiple fields are set")


def _counter_set_errors(counters: Object, path: str) -> Iterator[FieldError]:
    if name := named(counters):
        yield from label_errors(name, f"{path}.name")
    else:
        yield required(f"{path}.name")
    if not counters.get("counters"):
        yield required(f"{path}.counters")
    else:
        here = f"{path}.counters"
        yield from entries(
            counters["counters"], here, label_errors, lambda _, __: (), shown=_LONGEST_LABEL, most=_MOST_COUNTERS
        )


def _plain(spec: Object, now: str) -> Object:
    if not spec.get("devices"):
        return spec
    return {**spec, "devices": [_plain_device(one, now) for one in spec["devices"]]}


def _plain_device(device: Object, now: str) -> Object:
    out = {name: one for name, one in device.items() if name != "nodeAllocatableResourceMappings"}
    if attributes := out.get("attributes"):
        out["attributes"] = {
            key: {name: one for name, one in value.items() if name not in _LISTS} for key, value in attributes.items()
        }
    if taints := out.get("taints"):
        out["taints"] = [{**one, "timeAdded": one.get("timeAdded") or now} for one in taints]
    return out
