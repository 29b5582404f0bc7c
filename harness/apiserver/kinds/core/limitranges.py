"""Limit ranges: bounds that agree with each other. What they do to pods and claims is in ``limits``."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, required
from harness.apiserver.kinds.core.resourcelist import canonical_list, container_resource_name, resource_name
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name
from harness.apiserver.quota.totals import Amounts, amounts
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_TYPES: Final = ("Container", "PersistentVolumeClaim", "Pod")
_PARTS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


class LimitRangeStrategy(Strategy):
    """Rules of limit ranges."""

    def default(self, value: Object) -> Object:
        """Let limits of containers default to the maximum, and requests to the default limit or the minimum."""
        spec = value.get("spec") or {}
        if not spec.get("limits"):
            return {**value, "spec": {"limits": None, **spec}}
        return {**value, "spec": {**spec, "limits": [_with_defaults(one) for one in spec["limits"]]}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with its bounds."""
        del cluster, resource, current, subresource
        found: list[FieldError] = []
        seen: set[str] = set()
        for index, item in enumerate(value["spec"].get("limits") or []):
            here, kind = f"spec.limits[{index}]", item.get("type", "")
            found += _type_errors(kind, f"{here}.type")
            if kind in seen:
                found.append(duplicate(f"{here}.type", kind))
            seen.add(kind)
            found += _item_errors(item, kind, here)
        return found


def _with_defaults(item: Object) -> Object:
    out = {**item, **{name: canonical_list(item[name]) for name in _PARTS if item.get(name) is not None}}
    if item.get("type") != "Container":
        return out
    out["default"] = {**(out.get("max") or {}), **(out.get("default") or {})}
    out["defaultRequest"] = {**(out.get("min") or {}), **out["default"], **(out.get("defaultRequest") or {})}
    return {name: one for name, one in out.items() if one or name not in {"default", "defaultRequest"}}


def _type_errors(kind: str, path: str) -> Iterator[FieldError]:
    if wrong := qualified_name(kind):
        yield from (invalid(path, kind, text) for text in wrong)
    elif "/" not in kind and kind not in _TYPES:
        yield invalid(path, kind, "must be a standard limit type or fully qualified")


def _item_errors(item: Object, kind: str, path: str) -> Iterator[FieldError]:
    bounds = {name: amounts(item.get(name)) for name in _PARTS}
    check = container_resource_name if kind in {"Container", "Pod"} else resource_name
    for name in _PARTS:
        if kind == "Pod" and name in {"default", "defaultRequest"}:
            if bounds[name]:
                yield forbidden(f"{path}.{name}", "may not be specified when `type` is 'Pod'")
            bounds[name] = {}
        for key in bounds[name]:
            yield from check(key, f"{path}.{name}[{key}]")
    if kind == "PersistentVolumeClaim" and "storage" not in bounds["min"] and "storage" not in bounds["max"]:
        detail = "either minimum or maximum storage value is required, but neither was provided"
        yield required(f"{path}.limits", detail)
    for key in sorted({key for one in bounds.values() for key in one}):
        yield from _disagreements(key, bounds, path)


def _disagreements(key: str, bounds: dict[str, Amounts], path: str) -> Iterator[FieldError]:
    low, high, limit, request, ratio = (
        bounds[name].get(key) for name in ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio")
    )
    if low and high and high < low:
        yield invalid(f"{path}.min[{key}]", str(low), f"min value {low} is greater than max value {high}")
    here = f"{path}.defaultRequest[{key}]"
    if request and low and request < low:
        yield invalid(here, str(request), f"min value {low} is greater than default request value {request}")
    if request and high and high < request:
        yield invalid(here, str(request), f"default request value {request} is greater than max value {high}")
    if request and limit and limit < request:
        yield invalid(
            here, str(request), f"default request value {request} is greater than default limit value {limit}"
        )
    here = f"{path}.default[{key}]"
    if limit and low and limit < low:
        yield invalid(here, str(low), f"min value {low} is greater than default value {limit}")
    if limit and high and high < limit:
        yield invalid(here, str(high), f"default value {limit} is greater than max value {high}")
    if ratio and ratio.value < 1:
        yield invalid(f"{path}.maxLimitRequestRatio[{key}]", str(ratio), f"ratio {ratio} is less than 1")
