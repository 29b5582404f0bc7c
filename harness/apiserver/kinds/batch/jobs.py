"""Jobs: their pods are told from others by a selector and labels that the server makes of the job's uid."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, invalid, required
from harness.apiserver.kinds.batch.jobspec import default_failure_policy, default_job_spec, job_spec_errors
from harness.apiserver.kinds.batch.jobstatus import job_status_errors
from harness.apiserver.kinds.checks import hostname_warnings, immutable
from harness.apiserver.kinds.templates import default_template, match_errors, template_warnings
from harness.apiserver.label_selectors import as_selector, printed_selector, selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

UID_LABEL: Final = "batch.kubernetes.io/controller-uid"
NAME_LABEL: Final = "batch.kubernetes.io/job-name"
_LABELS: Final = {"controller-uid": UID_LABEL, "job-name": NAME_LABEL}
"""The labels of a job's pods: those of old, and those of today."""

_FIXED: Final = {
    "completionMode": "",
    "podFailurePolicy": "*batch.PodFailurePolicy",
    "backoffLimitPerIndex": "",
    "managedBy": "",
    "successPolicy": "*batch.SuccessPolicy",
}
"""Fields that stay, and the types in the server's code of those that it shows by the names there."""


class JobStrategy(Strategy):
    """Pods that end."""

    orphans = True
    orphan_warning = (
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
        "or set propagationPolicy=Orphan to suppress this warning"
    )

    def default(self, value: Object) -> Object:
        """Fill in the spec; a job without labels takes those of its pods."""
        spec = default_failure_policy(default_job_spec(default_template(value.get("spec") or {})))
        value = {**value, "spec": spec, "status": value.get("status") or {}}
        return _labelled(value)

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give the uid, and the selector and the labels that are made of it."""
        del resource
        metadata = {**value["metadata"], "uid": cluster.new_uid()}
        value = {**value, "metadata": metadata, "status": {}}
        borrowed = metadata.get("labels") and metadata["labels"] is _template_labels(value["spec"])
        if not value["spec"]["manualSelector"]:
            value["spec"] = _selected(value["spec"], metadata)
        if borrowed:  # they are the job's from the start, and so are those that have been added
            metadata["labels"] = _template_labels(value["spec"])
        return value

    def as_read(self, value: Object) -> Object:
        """Take the labels of its pods, those of a template that was born without any."""
        return _labelled(value)

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the status, or all but it; an update is checked as a job and as an update, hence twice."""
        del cluster, resource
        if subresource == "status" and current is not None:
            return list(job_status_errors(value, current))
        spec = list(_spec_errors(value["spec"]))
        found = [*_generated_errors(value), *spec, *_hostname_errors(value)]
        return found if current is None else [*found, *spec, *_update_errors(value["spec"], current)]

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about its name and its template."""
        if current is None:
            named = hostname_warnings(value["metadata"]["name"])
            return [*named, *template_warnings(value["spec"]["template"], None, "spec.template")]
        if value["metadata"].get("generation") == current["metadata"].get("generation"):
            return []
        return template_warnings(value["spec"]["template"], current["spec"]["template"], "spec.template")


def _template_labels(spec: Object) -> Object | None:
    labels: Object | None = (spec["template"].get("metadata") or {}).get("labels")
    return labels


def _labelled(value: Object) -> Object:
    labels = _template_labels(value["spec"])
    if not labels or value["metadata"].get("labels"):
        return value
    return {**value, "metadata": {**value["metadata"], "labels": labels}}


def _selected(spec: Object, metadata: Object) -> Object:
    """Return a spec whose template has the labels of a job, and whose selector asks for them."""
    template, uid = spec["template"], metadata["uid"]
    given = (template.get("metadata") or {}).get("labels") or {}
    made = {
        "controller-uid": uid,
        UID_LABEL: uid,
        "job-name": metadata.get("name", ""),
        NAME_LABEL: metadata.get("name", ""),
    }
    labels = made | given
    selector = spec.get("selector") or {}
    wanted = {UID_LABEL: uid} | (selector.get("matchLabels") or {})
    return {
        **spec,
        "selector": {**selector, "matchLabels": wanted},
        "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}},
    }


def _generated_errors(value: Object) -> Iterator[FieldError]:
    """Yield what is wrong with what should have been made of the uid."""
    spec, metadata = value["spec"], value["metadata"]
    if spec.get("manualSelector") or spec.get("selector") is None:
        return
    labels, expected = _template_labels(spec) or {}, {}
    for old, new in _LABELS.items():
        expected[old] = expected[new] = metadata["uid"] if new == UID_LABEL else metadata.get("name", "")
    for name in (*_LABELS, *_LABELS.values()):
        here, detail = f"spec.template.metadata.labels[{name}]", f"must be '{expected[name]}'"
        if name not in labels:
            yield required(here, detail)
        elif labels[name] != expected[name]:
            yield invalid(here, labels, detail)
    found = as_selector(spec["selector"])
    if found is not None and not found.matches(expected):
        yield invalid("spec.selector", printed_selector(spec["selector"]), "`selector` not auto-generated")


def _spec_errors(spec: Object) -> Iterator[FieldError]:
    yield from job_spec_errors(spec, "spec")
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    yield from selector_errors(selector, "spec.selector")
    yield from match_errors(selector, spec["template"], "spec.template")


def _hostname_errors(value: Object) -> Iterator[FieldError]:
    name, completions = value["metadata"].get("name", ""), value["spec"].get("completions")
    if value["spec"].get("completionMode") == "Indexed" and completions and completions > 0:
        last = f"{name}-{completions - 1}"
        if dns_label(last):
            yield invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {last}")


def _update_errors(spec: Object, current: Object) -> Iterator[FieldError]:
    before = current["spec"]
    yield from _completions_errors(spec, before)
    selector = spec.get("selector")
    yield from immutable(selector, before.get("selector"), "spec.selector", shown=printed_selector(selector))
    yield from _template_update_errors(spec, current)
    for name, shape in _FIXED.items():
        value = spec.get(name)
        shown = Printed(json_text(value, shape)) if shape else None
        yield from immutable(value, before.get(name), f"spec.{name}", shown=shown)


def _completions_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    completions = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        yield from immutable(completions, before.get("completions"), "spec.completions")
    elif completions not in {before.get("completions"), None, spec.get("parallelism")}:
        yield invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism")


def _template_update_errors(spec: Object, current: Object) -> Iterator[FieldError]:
    """Yield an error for a changed template; one of a job that waits may change where its pods go and what they get."""
    before, template = current["spec"], spec["template"]
    old, status = before["template"], current.get("status") or {}
    suspended = bool(before.get("suspend"))
    paused = any(
        one.get("type") == "Suspended" and one.get("status") == "True" for one in status.get("conditions") or ()
    )
    free = suspended and (not status.get("startTime") or paused) and not status.get("active")
    if not free:
        shown = Printed(json_text(template, "core.PodTemplateSpec"))
        yield from immutable(template, old, "spec.template", shown=shown)
        return
    pod, was = ({**(one.get("spec") or {})} for one in (template, old))
    for name in ("nodeSelector", "tolerations", "schedulingGates"):
        pod.pop(name, None)
        was.pop(name, None)
    for one in (pod, was):
        affinity = {name: item for name, item in (one.pop("affinity", None) or {}).items() if name != "nodeAffinity"}
        if affinity:
            one["affinity"] = affinity
        for name in ("containers", "initContainers"):
            if one.get(name):
                one[name] = [{key: item for key, item in each.items() if key != "resources"} for each in one[name]]
    if not same_json(pod, was):
        shown = Printed(json_text(template.get("spec"), "core.PodSpec"))
        yield invalid("spec.template.spec", shown, "field is immutable")
