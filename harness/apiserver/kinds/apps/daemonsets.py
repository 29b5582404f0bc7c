"""DaemonSets. The generation of their template, a field once, lives on as an annotation."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, go_value, invalid, not_supported, required
from harness.apiserver.kinds.apps.workload import WorkloadStrategy
from harness.apiserver.kinds.checks import (
    amount,
    at_most_whole,
    decremented,
    immutable,
    int_or_percent,
    non_negative,
    with_defaults,
)
from harness.apiserver.kinds.core.podspec import template_errors
from harness.apiserver.kinds.templates import match_errors, restart_errors
from harness.apiserver.label_selectors import printed_selector, selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource

TEMPLATE_GENERATION: Final = "deprecated.daemonset.template.generation"
_SHOWN = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
_COUNTS = (
    *_SHOWN,
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)


class DaemonSetStrategy(WorkloadStrategy):
    """A pod on every node."""

    versioned_annotations = frozenset({TEMPLATE_GENERATION})

    def default(self, value: Object) -> Object:
        """Tell the generation of the template, which whoever writes it owns; a new one's comes in `begin`."""
        value = super().default(value)
        return _with_generation(value, _template_generation(value))

    def spec_defaults(self, spec: Object) -> Object:
        """One node after the other, ten old revisions."""
        strategy = {name: item for name, item in (spec.get("updateStrategy") or {}).items() if item}
        strategy = {"type": "RollingUpdate"} | strategy
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = with_defaults(strategy.get("rollingUpdate") or {}, maxUnavailable=1, maxSurge=0)
        elif rolling := strategy.get("rollingUpdate"):  # of no use, and shown whole all the same
            strategy["rollingUpdate"] = with_defaults(rolling, maxUnavailable=0, maxSurge=0)
        return {**with_defaults(spec, revisionHistoryLimit=10), "updateStrategy": strategy}

    def status_defaults(self, status: Object) -> Object:
        """Four counts are always shown."""
        return with_defaults(status, **dict.fromkeys(_SHOWN, 0))

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start with the first generation of the template, unless a higher one is given."""
        value = super().begin(cluster, resource, value)
        return _with_generation(value, max(_template_generation(value), 1))

    def bookmarked(self, empty: Object) -> Object:
        """Tell of the template's generation, of which there is none."""
        return _with_generation(empty, 0)

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Count a changed template."""
        del cluster, resource
        if subresource:
            return _with_generation(value, _template_generation(current))
        changed = not same_json(value["spec"]["template"], current["spec"].get("template"))
        return _with_generation(value, _template_generation(current) + changed)

    def spec_errors(self, value: Object, current: Object | None) -> Iterator[FieldError]:
        """Check selector, template and strategy."""
        spec, selector = value["spec"], value["spec"].get("selector")
        if current is not None:
            shown = printed_selector(selector)
            yield from immutable(selector, current["spec"].get("selector"), "spec.selector", shown=shown)
        yield from selector_errors(selector, "spec.selector")
        yield from match_errors(selector, spec["template"], "spec.template")
        if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
            yield invalid("spec.selector", printed_selector(selector), "empty selector is invalid for daemonset")
        yield from template_errors(spec["template"], "spec.template")
        yield from restart_errors(spec["template"], "spec.template", "DaemonSet")
        yield from non_negative(spec, "minReadySeconds", "spec")
        yield from _strategy_errors(spec["updateStrategy"], "spec.updateStrategy")
        yield from non_negative(spec, "revisionHistoryLimit", "spec")

    def status_errors(self, status: Object, before: Object) -> Iterator[FieldError]:
        """Check that no count is below zero."""
        yield from non_negative(status, _COUNTS, "status")
        yield from decremented(status, before)


def _template_generation(value: Object) -> int:
    text = (value["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _with_generation(value: Object, generation: int) -> Object:
    metadata, text = value["metadata"], str(generation)
    annotations = metadata.get("annotations") or {}
    if annotations.get(TEMPLATE_GENERATION) == text:
        return value
    return {**value, "metadata": {**metadata, "annotations": {**annotations, TEMPLATE_GENERATION: text}}}


def _strategy_errors(strategy: Object, path: str) -> Iterator[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        shown = Printed(f'{{"Type":{go_value(kind)},"RollingUpdate":{_printed(rolling)}}}')
        yield not_supported(path, shown, ("RollingUpdate", "OnDelete"))
        return
    here = f"{path}.rollingUpdate"
    unavailable, surge = (rolling or {}).get("maxUnavailable"), (rolling or {}).get("maxSurge")
    yield from int_or_percent(unavailable, f"{here}.maxUnavailable")
    yield from int_or_percent(surge, f"{here}.maxSurge")
    yield from at_most_whole(unavailable, f"{here}.maxUnavailable")
    yield from at_most_whole(surge, f"{here}.maxSurge")
    if amount(unavailable) and amount(surge):
        yield invalid(f"{here}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not amount(unavailable) and not amount(surge):
        yield required(f"{here}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def _printed(rolling: Object | None) -> str:
    if rolling is None:
        return "null"
    unavailable, surge = (go_value(rolling.get(name) or 0) for name in ("maxUnavailable", "maxSurge"))
    return f'{{"MaxUnavailable":{unavailable},"MaxSurge":{surge}}}'
