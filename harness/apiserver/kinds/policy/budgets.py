"""PodDisruptionBudgets: how many pods of a kind may be missing on purpose."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, invalid, not_supported
from harness.apiserver.kinds.checks import at_most_whole, int_or_percent, non_negative, with_defaults
from harness.apiserver.kinds.conditions import condition_errors
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_EVICTIONS = ("AlwaysAllow", "IfHealthyBudget")


class BudgetStrategy(Strategy):
    """A budget; the disruption controller fills in the counts that evictions spend."""

    def default(self, value: Object) -> Object:
        """Show the four counts always."""
        status = with_defaults(value.get("status") or {}, **dict.fromkeys(_COUNTS, 0))
        return {**value, "spec": value.get("spec") or {}, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start with nothing counted."""
        del cluster, resource
        return {**value, "status": dict.fromkeys(_COUNTS, 0)}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the status, or the spec."""
        del cluster, resource, current
        if subresource == "status":
            status = value.get("status") or {}
            conditions = condition_errors(status.get("conditions") or [], "status.conditions")
            return [*conditions, *non_negative(status, _COUNTS, "status")]
        return list(_spec_errors(value["spec"]))


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None and most is not None:
        yield invalid(
            "spec",
            Printed(json_text(spec, "policy.PodDisruptionBudgetSpec")),
            "minAvailable and maxUnavailable cannot be both set",
        )
    for name, value in (("minAvailable", least), ("maxUnavailable", most)):
        yield from int_or_percent(value, f"spec.{name}")
        yield from at_most_whole(value, f"spec.{name}")
    yield from selector_errors(spec.get("selector"), "spec.selector")
    if (policy := spec.get("unhealthyPodEvictionPolicy")) is not None and policy not in _EVICTIONS:
        yield not_supported("spec.unhealthyPodEvictionPolicy", policy, _EVICTIONS)
