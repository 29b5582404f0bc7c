"""What is wrong with what containers ask for, and with what is asked for a pod as a whole (KEP-2837), which also has defaults."""

from collections.abc import Callable, Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.podspec.devices import use_errors
from harness.apiserver.kinds.core.resourcelist import (
    amount,
    amount_errors,
    container_resource_name,
    extended,
    resource_name,
)
from harness.apiserver.messages import Object
from harness.apiserver.quantity import Quantity, QuantityError, parse_quantity
from harness.apiserver.quota.totals import amounts, container_total

_COMPUTED: Final = frozenset({"cpu", "memory"})
_HUGE: Final = "hugepages-"

NameCheck = Callable[[str, str], Iterator[FieldError]]


def resource_errors(
    resources: Object, path: str, check_name: NameCheck = container_resource_name
) -> Iterator[FieldError]:
    """Yield what is wrong with the requests and limits of a container, or of a pod."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for part, values in (("limits", limits), ("requests", requests)):
        for name, value in values.items():
            here = f"{path}.{part}[{name}]"
            yield from check_name(name, here)
            yield from amount_errors(name, value, here)
            if part == "requests":
                yield from _against_limit(name, limits, requests, path)
            if name.startswith(_HUGE) and not _whole_pages(name, parse_quantity(str(value))):
                yield invalid(here, str(value), f"{value} is not positive integer multiple of {name}")
    named = limits.keys() | requests.keys()
    if any(name.startswith(_HUGE) for name in named) and not named & _COMPUTED:
        yield forbidden(path, "HugePages require cpu or memory")


def _against_limit(name: str, limits: Object, requests: Object, path: str) -> Iterator[FieldError]:
    limit, request = amount(limits, name), amount(requests, name)
    fixed = extended(name) or name.startswith(_HUGE)  # not overcommitted
    if request is None:
        return
    if limit is None:
        if fixed:
            yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
    elif fixed and request.value != limit.value:
        yield invalid(f"{path}.requests", str(request), f"must be equal to {name} limit of {limit}")
    elif limit < request:
        yield invalid(f"{path}.requests", str(request), f"must be less than or equal to {name} limit of {limit}")


def _whole_pages(name: str, quantity: Quantity) -> bool:
    try:
        size = parse_quantity(name.removeprefix(_HUGE))
    except QuantityError:
        return False
    return size.value > 0 and quantity.value % size.value == 0


def whole_pod_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with what is asked for a pod as a whole: in itself, and beside what its containers ask for."""
    resources = spec.get("resources")
    if resources is None:
        return
    if (spec.get("os") or {}).get("name") == "windows":
        yield forbidden(path, "may not be set for a windows pod")
        return
    if resources.get("claims") is not None:
        yield forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level")
    yield from resource_errors(resources, path, _whole_name)
    yield from use_errors(spec, path.removesuffix(".resources"), spec.get("resourceClaims") or [])
    for part, word in (("requests", "requests"), ("limits", "limits")):
        whole = amounts(resources.get(part))
        for name, total in container_total(spec, part).items():
            if name in whole and whole[name] < total and (part == "requests" or name.startswith(_HUGE)):
                detail = f"must be greater than or equal to aggregate container {word} of {total}"
                yield invalid(f"{path}.{part}[{name}]", str(whole[name]), detail)
    whole = amounts(resources.get("limits"))
    for index, container in enumerate(spec.get("containers") or ()):
        for name, limit in amounts((container.get("resources") or {}).get("limits")).items():
            if name in whole and whole[name] < limit:
                here = f"{path}.containers[{index}][{name}].limits"
                yield invalid(here, str(limit), f"must be less than or equal to pod limits of {whole[name]}")


def _whole_name(name: str, path: str) -> Iterator[FieldError]:
    wrong = list(resource_name(name, path))
    yield from wrong
    if not wrong and not for_whole_pods(name):
        yield not_supported(path, name, ("cpu", _HUGE, "memory"))


def for_whole_pods(name: str) -> bool:
    """Tell whether a resource may be asked for a pod as a whole."""
    return name in _COMPUTED or name.startswith(_HUGE)


def with_whole_defaults(spec: Object) -> Object:
    """Return a pod's spec whose whole asks for what its containers do, or else for its limits, where it leaves that open."""
    resources = spec.get("resources")
    if not resources or not (resources.get("limits") or resources.get("requests")):
        return spec
    limits, requests = {**(resources.get("limits") or {})}, {**(resources.get("requests") or {})}
    for name, total in container_total(spec, "limits").items():
        if name.startswith(_HUGE) and name not in requests:
            limits.setdefault(name, str(total))
    if limits:
        for name, total in container_total(spec, "requests").items():
            if name in _COMPUTED:
                requests.setdefault(name, str(total))
        for name, limit in limits.items():
            if for_whole_pods(name):
                requests.setdefault(name, limit)
    found = {name: values for name, values in (("limits", limits), ("requests", requests)) if values}
    return {**spec, "resources": {**resources, **found}}
