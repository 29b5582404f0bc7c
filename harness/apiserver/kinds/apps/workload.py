"""What Deployments, ReplicaSets, StatefulSets and DaemonSets have in common: a selector, a pod template, a status apart."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.kinds.templates import default_template, template_warnings
from harness.apiserver.label_selectors import as_selector, printed_selector, selector_errors, selector_text
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Endpoint, Strategy
from harness.apiserver.scale import ScaleEndpoint

SCALED: Final[Mapping[str, Endpoint]] = {
    "scale": ScaleEndpoint(selector=lambda value: selector_text(value["spec"].get("selector")))
}
"""The endpoints of a kind with replicas at their usual place; the selector is that of the pods."""


class WorkloadStrategy(Strategy):
    """A kind that makes pods of a template. Subclasses say what is theirs by ``spec_defaults`` and the ``…_errors``."""

    def default(self, value: Object) -> Object:
        """Fill in the spec and its pod template, and a status, which is always shown."""
        spec = default_template(value.get("spec") or {})
        return {**value, "spec": self.spec_defaults(spec), "status": self.status_defaults(value.get("status") or {})}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give an empty status."""
        del cluster, resource
        return {**value, "status": self.status_defaults({})}

    def bookmarked(self, empty: Object) -> Object:
        """Tell of no replicas, which only clients may leave out."""
        return {**empty, "spec": {**empty["spec"], "replicas": 0}} if self.endpoints else empty

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what a request may change: the status, or all but it."""
        del cluster, resource
        if subresource == "status":
            return list(self.status_errors(value.get("status") or {}, (current or {}).get("status") or {}))
        return list(self.spec_errors(value, current))

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about the pod template, when it is new."""
        before = None if current is None else current["spec"].get("template")
        if before is not None and value["metadata"].get("generation") == (current or {})["metadata"].get("generation"):
            return []
        return template_warnings(value["spec"]["template"], before, "spec.template")

    def spec_defaults(self, spec: Object) -> Object:
        """Return the spec with what is missing in it."""
        return spec

    def status_defaults(self, status: Object) -> Object:
        """Return the status with the fields that are always shown."""
        return status

    def spec_errors(self, value: Object, current: Object | None) -> Iterator[FieldError]:
        """Yield what is wrong with everything but the status."""
        del value, current
        yield from ()

    def status_errors(self, status: Object, before: Object) -> Iterator[FieldError]:
        """Yield what is wrong with a status that is written."""
        del status, before
        yield from ()


def required_selector_errors(spec: Object, kind: str) -> Iterator[FieldError]:
    """Yield what is wrong with a selector that must be there and must select something."""
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
        return
    yield from selector_errors(selector, "spec.selector")
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield invalid("spec.selector", printed_selector(selector), f"empty selector is invalid for {kind}")


def unusable_selector_errors(spec: Object, detail: str) -> Iterator[FieldError]:
    """Yield the error that stands for a selector which cannot be matched with."""
    if as_selector(spec.get("selector")) is None:
        yield invalid("spec.selector", printed_selector(spec["selector"]), detail)
