"""Replication controllers and pod templates: a template, and how many pods of it."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.checks import bounded
from harness.apiserver.kinds.core.keys import non_negative
from harness.apiserver.kinds.core.podspec import default_template, template_errors
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class ReplicationControllerStrategy(Strategy):
    """Rules of replication controllers."""

    orphans = True

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults: the selector, and labels, come from the template."""
        spec = {"replicas": 1, **(value.get("spec") or {})}
        metadata = value.get("metadata") or {}
        if spec.get("template"):
            spec["template"] = default_template(spec["template"])
            labels = spec["template"]["metadata"].get("labels")
            if labels and not spec.get("selector"):
                spec["selector"] = labels
            if labels and not metadata.get("labels"):
                metadata = {**metadata, "labels": labels}
        status = {"replicas": 0, **(value.get("status") or {})}
        return {**value, "metadata": metadata, "spec": spec, "status": status}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start with no pods."""
        del cluster, resource
        return {**value, "status": {"replicas": 0}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with its numbers, selector and template."""
        del cluster, resource, current
        if subresource:
            return list(_status_errors(value.get("status") or {}))
        return list(_spec_errors(value["spec"]))


def _status_errors(status: Object) -> Iterator[FieldError]:
    counts = "fullyLabeledReplicas readyReplicas availableReplicas"
    yield from non_negative(status, ("replicas", *counts.split(), "observedGeneration"), "status")
    yield from bounded(status, counts, "replicas", "cannot be greater than status.replicas")
    yield from bounded(status, "availableReplicas", "readyReplicas", "cannot be greater than readyReplicas")


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    yield from non_negative(spec, ("minReadySeconds",), "spec")
    selector = spec.get("selector") or {}
    if not selector:
        yield required("spec.selector")
    yield from non_negative(spec, ("replicas",), "spec")
    template = spec.get("template")
    if template is None:
        yield required("spec.template")
        return
    labels = (template.get("metadata") or {}).get("labels") or {}
    if selector and any(labels.get(key) != value for key, value in selector.items()):
        yield invalid("spec.template.metadata.labels", labels or None, "`selector` does not match template `labels`")
    yield from template_errors(template, "spec.template")
    inner = template.get("spec") or {}
    if inner.get("restartPolicy") != "Always":
        yield not_supported("spec.template.spec.restartPolicy", inner.get("restartPolicy"), ("Always",))
    if inner.get("activeDeadlineSeconds") is not None:
        detail = "activeDeadlineSeconds in ReplicationController is not Supported"
        yield forbidden("spec.template.spec.activeDeadlineSeconds", detail)


class PodTemplateStrategy(Strategy):
    """Rules of pod templates."""

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults."""
        return {**value, "template": default_template(value.get("template") or {})}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with the template."""
        del cluster, resource, current, subresource
        return template_errors(value["template"], "template")
