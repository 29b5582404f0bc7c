"""The strategy of pods: born pending, bound once, deleted with grace."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, forbidden, required
from harness.apiserver.kinds.core.limits import apply_limits, check_limits
from harness.apiserver.kinds.core.pods import debugging, reporting, resizing
from harness.apiserver.kinds.core.pods.admission import apply_priority, apply_runtime, apply_tolerations, check_overhead
from harness.apiserver.kinds.core.pods.binding import bind_pod
from harness.apiserver.kinds.core.pods.changes import change_errors, image_errors
from harness.apiserver.kinds.core.pods.defaults import default_pod
from harness.apiserver.kinds.core.pods.eviction import evict_pod
from harness.apiserver.kinds.core.pods.nodeless import without_node
from harness.apiserver.kinds.core.pods.quality import quality_of_service
from harness.apiserver.kinds.core.podspec import (
    agreement_errors,
    annotation_errors,
    apparmor_warnings,
    changed_annotations,
    pod_spec_errors,
    pod_warnings,
    with_apparmor,
    with_label_keys,
)
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Endpoint, Strategy

_DONE: Final = ("Failed", "Succeeded")
_PARTIAL: Final = {"ephemeralcontainers": debugging, "resize": resizing}
"""Subresources that write a part of the spec."""


class PodStrategy(Strategy):
    """The life of a pod as far as the API server knows it."""

    endpoints: Mapping[str, Endpoint] = {
        "attach": without_node,
        "binding": bind_pod,
        "eviction": evict_pod,
        "exec": without_node,
        "log": without_node,
        "portforward": without_node,
        "proxy": without_node,
    }

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults."""
        value = default_pod(value)
        status = value.get("status")
        return {**value, "status": reporting.with_one_address(status)} if status else value

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Admit it (limits, priority, tolerations), and give it its first status."""
        value = apply_limits(cluster, value)
        spec = apply_priority(cluster, resource, value["metadata"], value["spec"])
        if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
            spec = {**spec, "terminationGracePeriodSeconds": 1}
        metadata = value["metadata"]
        spec = apply_runtime(cluster, resource, metadata, apply_tolerations(spec))
        spec = with_label_keys(spec, metadata.get("labels") or {})
        spec = with_apparmor(metadata.get("annotations") or {}, spec)
        status: Object = {"phase": "Pending", "qosClass": quality_of_service(spec)}
        if spec.get("schedulingGates"):
            condition = {
                "lastProbeTime": None,
                "lastTransitionTime": cluster.now(),
                "message": "Scheduling is blocked due to non-empty scheduling gates",
                "reason": "SchedulingGated",
                "status": "False",
                "type": "PodScheduled",
            }
            status = {"conditions": [condition], **status}
        return {**value, "spec": spec, "status": status}

    def part(self, value: Object, *, current: Object, subresource: str) -> Object:
        """Take the status, the ephemeral containers, or the resources of the containers."""
        if subresource == "ephemeralcontainers":
            return {**current, "spec": debugging.debugged(value.get("spec") or {}, current["spec"])}
        if subresource == "resize":
            return {**current, "spec": resizing.resized(value.get("spec") or {}, current["spec"])}
        return super().part(value, current=current, subresource=subresource)

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Keep what the server alone says: the class of quality, owners under ``/status``, the generation."""
        del resource
        metadata, before = value["metadata"], current["metadata"]
        if subresource == "resize":
            value = {**value, "spec": apply_limits(cluster, value)["spec"]}
        if subresource in {"ephemeralcontainers", "resize"}:
            metadata = before
        elif subresource == "status":
            for name in ("ownerReferences", "deletionTimestamp"):  # which old kubelets would spoil
                metadata = _with(metadata, name, before.get(name))
            status = reporting.with_generations(value.get("status") or {}, current.get("status") or {})
            value = {**value, "status": status}
            if not status.get("qosClass") and (quality := (current.get("status") or {}).get("qosClass")):
                value = {**value, "status": {**status, "qosClass": quality}}
        elif not subresource:
            value = {**value, "spec": _readmitted(value["spec"], current["spec"])}
        if subresource in {"ephemeralcontainers", "resize"} and not same_json(value["spec"], current["spec"]):
            metadata = {**metadata, "generation": before.get("generation", 0) + 1}
        return {**value, "metadata": metadata}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with it; a new one is measured against the limits of its namespace afterwards."""
        spec = value["spec"]
        if subresource == "status" and current is not None:
            return [*_note_errors(value, current), *reporting.status_errors(value, current)]
        notes, here = value["metadata"].get("annotations") or {}, "metadata.annotations"
        name = value["metadata"].get("name", "")
        found = [*annotation_errors(notes, spec, here), *pod_spec_errors(spec, "spec", template=False, pod=name)]
        found += _own_errors(spec)
        found += [one for name in ("containers", "initContainers") for one in image_errors(spec, name) if one.value]
        if current is not None and subresource in _PARTIAL:
            return _part_errors(cluster, resource, value, current, found=found, subresource=subresource)
        if current is not None:
            found += _note_errors(value, current)  # the real server looks twice
            return found + list(change_errors(spec, current["spec"]))
        if spec.get("ephemeralContainers"):
            found.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
        if spec.get("nodeName") and spec.get("schedulingGates"):
            found.append(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
        found += agreement_errors(notes, spec, "spec")
        if not found:
            check_limits(cluster, resource, value["metadata"], spec)
            check_overhead(cluster, resource, value["metadata"], spec)
        return found

    def early_warnings(self, value: Object) -> Iterator[str]:
        """Warn of profiles that annotations name, before they are taken over into fields."""
        return apparmor_warnings(value["metadata"].get("annotations") or {}, value["spec"])

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of a name that is no host name, and of what is unwise in a new pod."""
        if current is not None:
            return []
        found = pod_warnings(value["metadata"], value["spec"])
        if not (wrong := dns_label(value["metadata"].get("name", ""))):
            return found
        start = "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; "
        return [f"{start}a DNS label is recommended: [{' '.join(wrong)}]", *found]

    def status_warnings(self, value: Object) -> list[str]:
        """Warn of addresses that are written in unwise ways."""
        return list(reporting.status_warnings(value.get("status") or {}))

    def grace_seconds(self, value: Object, asked: int | None) -> int | None:
        """Return the grace: none for what never ran or is done."""
        spec = value.get("spec") or {}
        if not spec.get("nodeName") or (value.get("status") or {}).get("phase") in _DONE:
            return 0
        seconds: int = spec.get("terminationGracePeriodSeconds", 0) if asked is None else asked
        return 1 if seconds < 0 else seconds


def _readmitted(spec: Object, before: Object) -> Object:
    """Return a revised spec with what admission gave at birth, where the client left it out."""
    names = [name for name in ("priority", "preemptionPolicy") if name in before and spec.get(name) is None]
    return apply_tolerations({**spec, **{name: before[name] for name in names}} if names else spec)


def _note_errors(value: Object, current: Object) -> list[FieldError]:
    """Return what is wrong with the annotations of a pod that is written again."""
    notes, before = (one["metadata"].get("annotations") or {} for one in (value, current))
    path = "metadata.annotations"
    return [*changed_annotations(notes, before, path), *annotation_errors(notes, value["spec"], path)]


def _own_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong in a pod's own spec, though not in a template's."""
    for index, volume in enumerate(spec.get("volumes") or ()):
        path = f"spec.volumes[{index}]"
        for position, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            if source.get("serviceAccountToken") is not None and not spec.get("serviceAccountName"):
                detail = "must not be specified when serviceAccountName is not set"
                yield forbidden(f"{path}.projected.sources[{position}].serviceAccountToken", detail)
        alone = {name for name, item in volume.items() if item is not None} == {"image", "name"}
        if alone and not volume["image"].get("reference"):
            yield required(f"{path}.image.reference")


def _with(holder: Object, name: str, item: object) -> Object:
    out = {**holder, name: item}
    if not item:
        del out[name]
    return out


def _part_errors(
    cluster: Cluster, resource: Resource, value: Object, current: Object, *, found: list[FieldError], subresource: str
) -> list[FieldError]:
    """Return what is wrong with a write to a part of a pod, beside what is ``found`` to be wrong with the pod."""
    part = _PARTIAL[subresource]
    if (refused := part.refusal(current)) is not None:
        return [refused]
    if part is debugging:
        found += _note_errors(value, current)
        return found + list(debugging.debug_errors(value["spec"], current["spec"]))
    found = resizing.resize_errors(value, current, found)
    if not found:
        check_limits(cluster, resource, value["metadata"], value["spec"])
    return found
