"""The devices of a slice: their attributes, capacities, taints, and where they are."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, forbidden, invalid, required, too_long
from harness.apiserver.kinds.core.podspec.affinity import node_selector_errors
from harness.apiserver.kinds.resource.bindings import binding_errors
from harness.apiserver.kinds.resource.capacities import policy_errors
from harness.apiserver.kinds.resource.lists import distinct, each, entries, named
from harness.apiserver.kinds.resource.names import LONGEST_KEY, attribute_errors, label_errors
from harness.apiserver.kinds.resource.tolerations import taint_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain

_MOST_ENTRIES: Final = 32
_MOST_TAINTS: Final = 16
_MOST_CONSUMED: Final = 2
_MOST_COUNTERS: Final = 32
_LONGEST_VALUE: Final = 64
_LONGEST_LABEL: Final = 63
_NUMBER: Final = r"(0|[1-9]\d*)"
_PRE_RELEASE: Final = r"(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION: Final = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PRE_RELEASE}(\.{_PRE_RELEASE})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_VALUES: Final = ("bool", "int", "string", "version")
_REACH: Final = ("nodeName", "nodeSelector", "allNodes")
_ONE_OF: Final = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the "
    "ResourceSlice spec"
)
_NONE_OF: Final = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec"


def device_errors(device: Object, path: str, *, each_placed: bool) -> Iterator[FieldError]:
    """Yield what is wrong with a device; ``each_placed`` tells whether each one says from where it can be reached."""
    yield from label_errors(named(device), f"{path}.name")
    attributes, capacity = device.get("attributes") or {}, device.get("capacity") or {}
    count = len(attributes) + len(capacity)
    if count > _MOST_ENTRIES:
        detail = f"the total number of attributes and capacities must not exceed {_MOST_ENTRIES}"
        yield invalid(path, count, detail)
    yield from entries(attributes, f"{path}.attributes", attribute_errors, _attribute_errors, shown=LONGEST_KEY)
    check = policy_errors if device.get("allowMultipleAllocations") else _sole_errors
    yield from entries(capacity, f"{path}.capacity", attribute_errors, check, shown=LONGEST_KEY)
    yield from each(device.get("taints"), f"{path}.taints", taint_errors, most=_MOST_TAINTS)
    yield from distinct(
        device.get("consumesCounters"),
        f"{path}.consumesCounters",
        _consumption_errors,
        key=lambda one: one.get("counterSet") or "",
        most=_MOST_CONSUMED,
    )
    yield from _place_errors(device, path, each_placed=each_placed)
    yield from binding_errors(device, path)


def reach_errors(holder: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the node, or the selector of nodes, that devices can be reached from."""
    if name := holder.get("nodeName"):
        yield from (invalid(f"{path}.nodeName", name, wrong) for wrong in dns_subdomain(name))
    if (selector := holder.get("nodeSelector")) is not None:
        yield from node_selector_errors(selector, f"{path}.nodeSelector")


def _place_errors(device: Object, path: str, *, each_placed: bool) -> Iterator[FieldError]:
    present = [name for name in _REACH if device.get(name) is not None]
    if not each_placed:
        if present:
            yield invalid(path, None, _NONE_OF)
        return
    if device.get("nodeName") == "":
        yield invalid(f"{path}.nodeName", "", "must not be empty")
    yield from reach_errors(device, path)
    if device.get("allNodes") is False:
        yield invalid(f"{path}.allNodes", False, "must be either unset or set to true")  # noqa: FBT003  a value to show
    given = [f"`{name}`" for name in present if device[name] or name == "nodeSelector"]
    if not given:
        yield required(path, _ONE_OF)
    elif len(given) > 1:
        yield invalid(path, f"{{{', '.join(given)}}}", _ONE_OF)


def _attribute_errors(attribute: Object, path: str) -> Iterator[FieldError]:
    given = [name for name in _VALUES if attribute.get(name) is not None]
    for name in ("string", "version"):
        text = attribute.get(name)
        if name == "version" and text is not None and not _VERSION.fullmatch(text):
            yield invalid(f"{path}.version", text, "must be a string compatible with semver.org spec 2.0.0")
        if text is not None and len(text.encode()) > _LONGEST_VALUE:
            yield too_long(f"{path}.{name}", _LONGEST_VALUE)
    if not given:
        yield invalid(path, "", "exactly one value must be specified")
    elif len(given) > 1:
        shown = Printed(json_text(attribute, "resource.DeviceAttribute"))
        yield invalid(path, shown, "exactly one value must be specified")


def _sole_errors(capacity: Object, path: str) -> Iterator[FieldError]:
    if capacity.get("requestPolicy") is not None:
        yield forbidden(f"{path}.requestPolicy", "allowMultipleAllocations must be true")


def _consumption_errors(consumption: Object, path: str) -> Iterator[FieldError]:
    if name := consumption.get("counterSet"):
        yield from label_errors(name, f"{path}.counterSet")
    else:
        yield required(f"{path}.counterSet")
    counters, here = consumption.get("counters"), f"{path}.counters"
    if not counters:
        yield required(here)
    else:
        yield from entries(counters, here, label_errors, lambda _, __: (), shown=_LONGEST_LABEL, most=_MOST_COUNTERS)
