"""Deployments."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, forbidden, go_value, invalid, not_supported, required
from harness.apiserver.kinds.apps.workload import (
    SCALED,
    WorkloadStrategy,
    required_selector_errors,
    unusable_selector_errors,
)
from harness.apiserver.kinds.checks import (
    amount,
    at_most_whole,
    bounded,
    decremented,
    hostname_warnings,
    immutable,
    int_or_percent,
    non_negative,
    with_defaults,
)
from harness.apiserver.kinds.core.podspec import template_errors
from harness.apiserver.kinds.templates import match_errors, restart_errors
from harness.apiserver.label_selectors import as_selector, printed_selector
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource

_COUNTS = "observedGeneration replicas updatedReplicas readyReplicas availableReplicas unavailableReplicas"


class DeploymentStrategy(WorkloadStrategy):
    """A rolling set of replica sets."""

    endpoints = SCALED

    def spec_defaults(self, spec: Object) -> Object:
        """One replica, a rolling update by quarters, ten old revisions, ten minutes of patience."""
        spec = with_defaults(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
        given = spec.get("strategy") or {}
        strategy = {**given, "type": given.get("type") or "RollingUpdate"}
        if strategy["type"] == "RollingUpdate":
            rolling = with_defaults(strategy.get("rollingUpdate") or {}, maxUnavailable="25%", maxSurge="25%")
            strategy["rollingUpdate"] = rolling
        return {**spec, "strategy": strategy}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Count changed annotations as a change, since they are copied to replica sets; keep labels from a status write."""
        del cluster, resource
        metadata, before = value["metadata"], current["metadata"]
        if metadata is before:
            return value
        if subresource == "status":
            return {**value, "metadata": {**metadata, "labels": before.get("labels")}}
        if not subresource and not same_json(metadata.get("annotations") or {}, before.get("annotations") or {}):
            return {**value, "metadata": {**metadata, "generation": before.get("generation", 0) + 1}}
        return value

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about its name and its template."""
        named = hostname_warnings(value["metadata"]["name"]) if current is None else []
        return [*named, *super().warnings(value, current=current)]

    def spec_errors(self, value: Object, current: Object | None) -> Iterator[FieldError]:
        """Check selector, template, strategy and limits."""
        spec = value["spec"]
        yield from non_negative(spec, "replicas", "spec")
        yield from required_selector_errors(spec, "deployment")
        yield from unusable_selector_errors(spec, "invalid label selector")
        if as_selector(spec.get("selector")) is not None:
            yield from match_errors(spec.get("selector"), spec["template"], "spec.template")
            yield from template_errors(spec["template"], "spec.template")
            yield from restart_errors(spec["template"], "spec.template", "ReplicaSet")
        yield from _strategy_errors(spec["strategy"])
        yield from non_negative(spec, "minReadySeconds revisionHistoryLimit progressDeadlineSeconds", "spec")
        if (deadline := spec.get("progressDeadlineSeconds")) is not None and deadline <= spec.get("minReadySeconds", 0):
            yield invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
        if current is not None:
            selector, before = spec.get("selector"), current["spec"].get("selector")
            yield from immutable(selector, before, "spec.selector", shown=printed_selector(selector))

    def status_errors(self, status: Object, before: Object) -> Iterator[FieldError]:
        """Check that the counts fit each other."""
        yield from non_negative(status, f"{_COUNTS} terminatingReplicas collisionCount", "status")
        counts = "updatedReplicas readyReplicas availableReplicas"
        yield from bounded(status, counts, "replicas", "cannot be greater than status.replicas")
        yield from bounded(status, "availableReplicas", "readyReplicas", "cannot be greater than readyReplicas")
        yield from decremented(status, before)


def _strategy_errors(strategy: Object) -> Iterator[FieldError]:
    here, rolling = "spec.strategy", strategy.get("rollingUpdate")
    if strategy["type"] == "Recreate":
        if rolling is not None:
            yield forbidden(f"{here}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif strategy["type"] != "RollingUpdate":
        shown = Printed(f'{{"Type":{go_value(strategy["type"])},"RollingUpdate":{_printed(rolling)}}}')
        yield not_supported(here, shown, ("Recreate", "RollingUpdate"))
    elif rolling is None:
        yield required(f"{here}.rollingUpdate", "this should be defaulted and never be nil")
    else:
        unavailable, surge, here = rolling["maxUnavailable"], rolling["maxSurge"], f"{here}.rollingUpdate"
        yield from int_or_percent(unavailable, f"{here}.maxUnavailable")
        yield from int_or_percent(surge, f"{here}.maxSurge")
        if amount(unavailable) == 0 and amount(surge) == 0:
            yield invalid(f"{here}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        yield from at_most_whole(unavailable, f"{here}.maxUnavailable")


def _printed(rolling: Object | None) -> str:
    if rolling is None:
        return "null"
    unavailable, surge = (go_value(rolling.get(name) or 0) for name in ("maxUnavailable", "maxSurge"))
    return f'{{"MaxUnavailable":{unavailable},"MaxSurge":{surge}}}'
