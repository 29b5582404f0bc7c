"""ReplicaSets."""

from collections.abc import Iterator

from harness.apiserver.fields import FieldError
from harness.apiserver.kinds.apps.workload import (
    SCALED,
    WorkloadStrategy,
    required_selector_errors,
    unusable_selector_errors,
)
from harness.apiserver.kinds.checks import bounded, hostname_warnings, immutable, non_negative, with_defaults
from harness.apiserver.kinds.core.podspec import template_errors
from harness.apiserver.kinds.templates import match_errors, restart_errors
from harness.apiserver.label_selectors import as_selector, printed_selector
from harness.apiserver.messages import Object

_COUNTS = "replicas fullyLabeledReplicas readyReplicas availableReplicas observedGeneration terminatingReplicas"


class ReplicaSetStrategy(WorkloadStrategy):
    """A number of pods alike."""

    endpoints = SCALED

    def spec_defaults(self, spec: Object) -> Object:
        """One replica."""
        return with_defaults(spec, replicas=1)

    def status_defaults(self, status: Object) -> Object:
        """The number of pods is always shown."""
        return with_defaults(status, replicas=0)

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about its name and its template."""
        named = hostname_warnings(value["metadata"]["name"]) if current is None else []
        return [*named, *super().warnings(value, current=current)]

    def spec_errors(self, value: Object, current: Object | None) -> Iterator[FieldError]:
        """Check selector and template; the word ``deployment`` for an empty selector is the real server's."""
        spec = value["spec"]
        yield from non_negative(spec, "replicas minReadySeconds", "spec")
        yield from required_selector_errors(spec, "deployment")
        yield from unusable_selector_errors(spec, "invalid label selector")
        if as_selector(spec.get("selector")) is not None:
            yield from match_errors(spec.get("selector"), spec["template"], "spec.template")
            yield from template_errors(spec["template"], "spec.template")
            yield from restart_errors(spec["template"], "spec.template", "ReplicaSet")
        if current is not None:
            selector, before = spec.get("selector"), current["spec"].get("selector")
            yield from immutable(selector, before, "spec.selector", shown=printed_selector(selector))

    def status_errors(self, status: Object, before: Object) -> Iterator[FieldError]:
        """Check that the counts fit each other."""
        del before
        yield from non_negative(status, _COUNTS, "status")
        counts = "fullyLabeledReplicas readyReplicas availableReplicas"
        yield from bounded(status, counts, "replicas", "cannot be greater than status.replicas")
        yield from bounded(status, "availableReplicas", "readyReplicas", "cannot be greater than readyReplicas")
