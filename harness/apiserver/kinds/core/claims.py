"""Persistent volume claims: pending until somebody binds them; hardly anything of them changes afterwards."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import alike, difference
from harness.apiserver.errors import Forbidden
from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.kinds.checks import protected
from harness.apiserver.kinds.core.claimspec import SOURCES, claim_spec_errors, claim_spec_warnings
from harness.apiserver.kinds.core.claimstatus import claim_status_errors
from harness.apiserver.kinds.core.limits import check_limits
from harness.apiserver.kinds.core.resourcelist import amount, canonical_list
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key

_CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
_IN_USE: Final = "kubernetes.io/pvc-protection"
_DEFAULT_CLASS: Final = "storageclass.kubernetes.io/is-default-class"
_IMMUTABLE: Final = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)
_SPEC: Final = "core.PersistentVolumeClaimSpec"


class ClaimStrategy(Strategy):
    """Rules of claims."""

    def as_read(self, value: Object) -> Object:
        """Return it as another one: the first write to a claim is always counted, also one that changes nothing."""
        return {**value}

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults."""
        spec = {"volumeMode": "Filesystem", **(value.get("spec") or {})}
        spec["resources"] = {
            name: canonical_list(one) if name in {"limits", "requests"} else one
            for name, one in (spec.get("resources") or {}).items()
        }
        status = value.get("status") or {}
        return {**value, "spec": spec, "status": {**status, "phase": status.get("phase") or "Pending"}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start as pending, protected while in use, in the default class where none is named."""
        del resource
        metadata, spec = value["metadata"], value["spec"]
        metadata = protected(metadata, _IN_USE)  # StorageObjectInUseProtection
        if spec.get("storageClassName") is None and (name := _default_class(cluster)):  # DefaultStorageClass
            spec = {**spec, "storageClassName": name}
        return {**value, "metadata": metadata, "spec": _one_source(_known_source(spec)), "status": {"phase": "Pending"}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Name the source of its data in both fields."""
        del cluster, resource
        if subresource:
            return value
        spec, before = value["spec"], current["spec"]
        if before.get("dataSource") is None and before.get("dataSourceRef") is None:
            spec = _known_source(spec)
        return {**value, "spec": _one_source(spec)}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong; a new claim is measured against the limits of its namespace afterwards."""
        if subresource:
            return list(claim_status_errors(value.get("status") or {}))
        found = list(claim_spec_errors(value["spec"], "spec"))
        if current is not None:
            found += _change_errors(value, current)
            if not found:
                _check_growth(cluster, resource, value, current)
            return found
        if not found:
            check_limits(cluster, resource, value["metadata"], value["spec"])
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of a class that is named by an annotation, and of fractions of a byte."""
        del current
        found = []
        if _CLASS_ANNOTATION in (value["metadata"].get("annotations") or {}):
            hint = 'deprecated since v1.8; use "storageClassName" attribute instead'
            found.append(f"metadata.annotations[{_CLASS_ANNOTATION}]: {hint}")
        return [*found, *claim_spec_warnings(value["spec"], "spec")]


def _change_errors(value: Object, current: Object) -> Iterator[FieldError]:
    spec, before = value["spec"], current["spec"]
    bound = (value.get("status") or {}).get("phase") == "Bound"
    notes, old_notes = ((one["metadata"].get("annotations") or {}) for one in (value, current))
    by_note, name = old_notes.get(_CLASS_ANNOTATION), spec.get("storageClassName")
    named_now = before.get("storageClassName") is None and name is not None
    moved = named_now and name == by_note and notes.get(_CLASS_ANNOTATION, by_note) == by_note
    if not moved and notes.get(_CLASS_ANNOTATION) != by_note:
        path = f"metadata.annotations.{_CLASS_ANNOTATION}"
        yield invalid(path, notes.get(_CLASS_ANNOTATION, ""), "field is immutable")
    now = _set_back(spec, before, bound=bound)
    if named_now and by_note in {None, name}:
        now["storageClassName"] = None
    was = before if before.get("volumeName") else {**before, "volumeName": spec.get("volumeName")}
    if not alike(now, was, _SPEC):
        yield forbidden("spec", f"{_IMMUTABLE}\n{difference(was, now, _SPEC)}")
    size, old_size = (amount(one["resources"].get("requests"), "storage") or ZERO for one in (spec, before))
    if size < old_size:
        held = amount((current.get("status") or {}).get("capacity"), "storage") or ZERO
        if size <= held:
            yield forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    if spec.get("volumeMode") != before.get("volumeMode"):
        yield invalid("volumeMode", spec.get("volumeMode"), "field is immutable")
    yield from _attributes_class(spec, before, current.get("status") or {})


def _attributes_class(spec: Object, before: Object, status: Object) -> Iterator[FieldError]:
    """Yield that a class of attributes is taken back which has taken effect."""
    name = spec.get("volumeAttributesClassName")
    if name == before.get("volumeAttributesClassName") or status.get("currentVolumeAttributesClassName") is None:
        return
    if not name:
        word = "nil" if name is None else "empty string"
        detail = f"update to {word} is forbidden when status.currentVolumeAttributesClassName is not nil"
        yield forbidden("spec.volumeAttributesClassName", detail)


def _check_growth(cluster: Cluster, resource: Resource, value: Object, current: Object) -> None:
    """Let a claim grow if its class says that it can (PersistentVolumeClaimResize).

    :raises Forbidden: it cannot, or is not bound yet.
    """
    size, before = (amount(one["spec"]["resources"].get("requests"), "storage") or ZERO for one in (value, current))
    if size <= before:
        return
    name = value["metadata"]["name"]
    if (current.get("status") or {}).get("phase") != "Bound":
        raise Forbidden(resource, name, "Only bound persistent volume claims can be expanded")
    classes = cluster.registry.find("storage.k8s.io", "v1", "storageclasses")
    entry = classes.collection.get(Key("", value["spec"].get("storageClassName") or "")) if classes else None
    if classes is None or entry is None or not classes.load(entry).get("allowVolumeExpansion"):
        why = (
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support "
            "resize"
        )
        raise Forbidden(resource, name, why)


def _set_back(spec: Object, before: Object, *, bound: bool) -> Object:
    """Return a spec with everything that may change as it was."""
    out = {**spec}
    if bound:
        out["volumeAttributesClassName"] = before.get("volumeAttributesClassName")
        if (requests := (spec.get("resources") or {}).get("requests")) is not None:
            size = ((before.get("resources") or {}).get("requests") or {}).get("storage")
            out["resources"] = {**spec["resources"], "requests": {**requests, "storage": size}}
    return out


def _known_source(spec: Object) -> Object:
    """Drop what claims could not be filled from before there was ``dataSourceRef``, and references across namespaces, which are off."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    dropped = set()
    if (
        source is not None
        and reference is None
        and (source.get("apiGroup") or "", source.get("kind") or "") not in SOURCES
    ):
        dropped.add("dataSource")
    if reference is not None and reference.get("namespace"):
        dropped.add("dataSourceRef")
    return {name: item for name, item in spec.items() if name not in dropped} if dropped else spec


def _one_source(spec: Object) -> Object:
    """Fill ``dataSource`` and ``dataSourceRef`` from each other (KEP-1495)."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        return {**spec, "dataSourceRef": source}
    if reference is not None and source is None and not reference.get("namespace"):
        return {**spec, "dataSource": reference}
    return spec


def _default_class(cluster: Cluster) -> str:
    """Return the name of the newest default storage class, "" without one."""
    classes = cluster.registry.find("storage.k8s.io", "v1", "storageclasses")
    if classes is None:
        return ""
    found = [
        one["metadata"]
        for one in map(classes.load, classes.collection.scan(""))
        if (one["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true"
    ]
    newest = max((one["creationTimestamp"] for one in found), default="")
    return min((one["name"] for one in found if one["creationTimestamp"] == newest), default="")
