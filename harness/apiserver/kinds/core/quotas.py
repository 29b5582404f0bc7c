"""Resource quotas: what a namespace may use in all. How use is counted is in ``harness.apiserver.quota``."""

from collections.abc import Iterator
from typing import Final

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, Printed, invalid, required
from harness.apiserver.kinds.core.resourcelist import (
    amount_errors,
    canonical_list,
    quota_resource_name,
    standard_in_quotas,
)
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_SCOPES: Final = frozenset({
    "BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating",
    "VolumeAttributesClass",
})  # fmt: skip
_OF_PODS: Final = frozenset({
    "pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory",
})  # fmt: skip
_SELECTED: Final = frozenset({"PriorityClass", "VolumeAttributesClass"})
"""Scopes that are selected by values."""

_ONLY_EXISTS: Final = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_CONFLICTS: Final = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})


class QuotaStrategy(Strategy):
    """Rules of quotas."""

    def default(self, value: Object) -> Object:
        """Write amounts in their canonical form."""
        spec, status = value.get("spec") or {}, value.get("status") or {}
        if spec.get("hard"):
            spec = {**spec, "hard": canonical_list(spec["hard"])}
        status = {name: canonical_list(one) if name in {"hard", "used"} else one for name, one in status.items()}
        return {**value, "spec": spec, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start without status: the controller of quotas counts what is there."""
        del cluster, resource
        return {**value, "status": {}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with its names, amounts and scopes."""
        del cluster, resource
        if subresource:
            status = value.get("status") or {}
            return [one for part in ("hard", "used") for one in _list_errors(status.get(part), f"status.{part}")]
        spec = value["spec"]
        found = [*_list_errors(spec.get("hard"), "spec.hard"), *_scope_errors(spec)]
        scopes = spec.get("scopes") or []
        if current is not None and set(scopes) != set((current.get("spec") or {}).get("scopes") or []):
            found.append(invalid("spec.scopes", scopes, "field is immutable"))
        return found


def _applies(scope: str, name: str) -> bool:
    if scope == "BestEffort":
        return name == "pods"
    if scope == "VolumeAttributesClass":
        return name in {"persistentvolumeclaims", "requests.storage"}
    return scope not in _SCOPES or name in _OF_PODS


def _list_errors(values: Object | None, path: str) -> Iterator[FieldError]:
    for name, value in sorted((values or {}).items()):
        yield from quota_resource_name(name, f"{path}[{name}]")
        yield from amount_errors(name, value, f"{path}[{name}]")


def _scope_errors(spec: Object) -> Iterator[FieldError]:
    scopes = spec.get("scopes") or []
    for scope in scopes:
        if scope not in _SCOPES:
            yield invalid("spec.scopes", scopes, "unsupported scope")
        for name in spec.get("hard") or {}:
            if standard_in_quotas(name) and not _applies(scope, name):
                yield invalid("spec.scopes", scopes, "unsupported scope applied to resource")
    yield from _conflict_errors(set(scopes), scopes, "spec.scopes")
    if spec.get("scopeSelector") is not None:
        yield from _selector_errors(spec, spec["scopeSelector"])


def _conflict_errors(found: set[str], shown: list[str], path: str) -> Iterator[FieldError]:
    for pair in _CONFLICTS:
        if pair <= found:
            yield invalid(path, shown or None, "conflicting scopes")


def _selector_errors(spec: Object, selector: Object) -> Iterator[FieldError]:
    path, terms = "spec.scopeSelector.matchExpressions", selector.get("matchExpressions") or []
    listed = [
        {"ScopeName": one.get("scopeName") or "", "Operator": one.get("operator") or "", "Values": one.get("values")}
        for one in terms
    ]
    shown = orjson.dumps({"MatchExpressions": listed}).decode()
    for term in terms:
        scope, operator, values = term.get("scopeName") or "", term.get("operator") or "", term.get("values") or []
        if scope not in _SCOPES:
            yield invalid(f"{path}.scopeName", scope, "unsupported scope")
        for name in spec.get("hard") or {}:
            if standard_in_quotas(name) and not _applies(scope, name):
                yield invalid(path, Printed(shown), "unsupported scope applied to resource")
        if scope in _SCOPES and scope not in _SELECTED and operator != "Exists":
            yield invalid(f"{path}.operator", operator, _ONLY_EXISTS)
        if operator in {"In", "NotIn"}:
            if not values:
                detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                yield required(f"{path}.values", detail)
        elif operator not in {"Exists", "DoesNotExist"}:
            yield invalid(f"{path}.operator", operator, "not a valid selector operator")
        elif values:
            detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            yield invalid(f"{path}.values", values, detail)
    yield from _conflict_errors({term.get("scopeName") or "" for term in terms}, spec.get("scopes") or [], path)
