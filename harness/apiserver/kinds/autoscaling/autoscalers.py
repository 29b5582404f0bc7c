"""HorizontalPodAutoscalers, of v1 and v2. The stored version is v2."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.autoscaling.conversion import DEFAULT_CPU_PERCENT, METRICS, AutoscalerV1, cpu_metric
from harness.apiserver.kinds.autoscaling.metrics import metrics_errors, reference_errors
from harness.apiserver.kinds.checks import non_negative, with_defaults
from harness.apiserver.kinds.core.resourcelist import NOT_NEGATIVE
from harness.apiserver.messages import Object
from harness.apiserver.quantity import parse_quantity
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_V1: Final = "autoscaling/v1"
_CONVERSION: Final = AutoscalerV1()
_CONVERSIONS: Final = {"v1": _CONVERSION}
_LONGEST_PERIOD_S: Final = 1800
_LONGEST_WINDOW_S: Final = 3600
_SIDES = ("scaleUp", "scaleDown")
_SELECT = ("Disabled", "Max", "Min")
_POLICIES = ("Percent", "Pods")
_PERCENT: Final = {"type": "Percent", "value": 100, "periodSeconds": 15}
_SCALE_UP: Final = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, _PERCENT],
}
_SCALE_DOWN: Final = {"selectPolicy": "Max", "policies": [_PERCENT]}


class AutoscalerStrategy(Strategy):
    """Wants a number of replicas by what metrics say."""

    conversions = _CONVERSIONS

    def default(self, value: Object) -> Object:
        """At least one replica, by four fifths of the CPU; the rules of a behaviour are completed."""
        spec = with_defaults(value.get("spec") or {}, minReplicas=1, maxReplicas=0)
        spec = {**spec, "scaleTargetRef": {"kind": "", "name": ""} | (spec.get("scaleTargetRef") or {})}
        if value["apiVersion"] == _V1:
            if METRICS not in (value["metadata"].get("annotations") or {}):
                spec = with_defaults(spec, targetCPUUtilizationPercentage=DEFAULT_CPU_PERCENT)
            status = with_defaults(value.get("status") or {}, currentReplicas=0, desiredReplicas=0)
            return {**value, "spec": spec, "status": status}
        if not spec.get("metrics"):
            spec = {**spec, "metrics": [cpu_metric(DEFAULT_CPU_PERCENT)]}
        if (behavior := spec.get("behavior")) is not None:
            up, down = ({n: i for n, i in (behavior.get(s) or {}).items() if i is not None} for s in _SIDES)
            spec = {**spec, "behavior": {"scaleUp": _SCALE_UP | up, "scaleDown": _SCALE_DOWN | down}}
        status = {"currentMetrics": None, "desiredReplicas": 0} | (value.get("status") or {})
        return {**value, "spec": spec, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start with nothing looked at."""
        del cluster, resource
        empty = {"currentReplicas": 0} if value["apiVersion"] == _V1 else {"currentMetrics": None}
        return {**value, "status": {**empty, "desiredReplicas": 0}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the counts of a status, or the spec, as v2 has it."""
        del cluster, resource
        if subresource == "status":
            return list(non_negative(value.get("status") or {}, "currentReplicas desiredReplicas", "status"))
        if value["apiVersion"] == _V1:
            value = _CONVERSION.to_stored(value)
            current = None if current is None else _CONVERSION.to_stored(current)
        return list(_spec_errors(value["spec"], None if current is None else current["spec"]))


def _spec_errors(spec: Object, before: Object | None) -> Iterator[FieldError]:
    least, most = spec["minReplicas"], spec["maxReplicas"]
    lowest = 0 if before is not None and before.get("minReplicas") == 0 else 1
    if least < lowest:
        yield invalid("spec.minReplicas", least, f"must be greater than or equal to {lowest}")
    if most == 0:
        yield required("spec.maxReplicas", "must be set and greater than 0")
    elif most < 0:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to 1")
    if most < least:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    target, old = spec["scaleTargetRef"], (before or {}).get("scaleTargetRef") or {}
    same = before is not None and all(target.get(name) == old.get(name) for name in ("apiVersion", "kind"))
    grouped = target.get("kind") != "ReplicationController"
    yield from reference_errors(target, "spec.scaleTargetRef", grouped=grouped, checked=not same)
    yield from metrics_errors(spec)
    for side in _SIDES:
        if (rules := (spec.get("behavior") or {}).get(side)) is not None:
            yield from _rule_errors(rules, f"spec.behavior.{side}")


def _rule_errors(rules: Object, path: str) -> Iterator[FieldError]:
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        yield invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    elif window is not None and window > _LONGEST_WINDOW_S:
        detail = f"must be less than or equal to {_LONGEST_WINDOW_S}"
        yield invalid(f"{path}.stabilizationWindowSeconds", window, detail)
    if rules["selectPolicy"] not in _SELECT:
        yield not_supported(f"{path}.selectPolicy", rules["selectPolicy"], _SELECT)
    if not rules.get("policies"):
        yield required(f"{path}.policies", "must specify at least one Policy")
    for index, policy in enumerate(rules.get("policies") or ()):
        yield from _policy_errors(policy, f"{path}.policies[{index}]")
    tolerance = rules.get("tolerance")
    if tolerance is not None and parse_quantity(str(tolerance)).value < 0:
        yield invalid(f"{path}.tolerance", tolerance, NOT_NEGATIVE)


def _policy_errors(policy: Object, path: str) -> Iterator[FieldError]:
    period = policy.get("periodSeconds") or 0
    if (kind := policy.get("type") or "") not in _POLICIES:
        yield not_supported(f"{path}.type", kind, _POLICIES)
    if (value := policy.get("value") or 0) <= 0:
        yield invalid(f"{path}.value", value, "must be greater than zero")
    if period <= 0:
        yield invalid(f"{path}.periodSeconds", period, "must be greater than zero")
    if period > _LONGEST_PERIOD_S:
        yield invalid(f"{path}.periodSeconds", period, f"must be less than or equal to {_LONGEST_PERIOD_S}")
