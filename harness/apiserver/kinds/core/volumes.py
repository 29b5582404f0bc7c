"""Persistent volumes: one source, protected while in use, hardly changed afterwards."""

import posixpath
from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import alike, difference
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.checks import protected
from harness.apiserver.kinds.core.claimspec import VOLUME_MODES, mode_errors
from harness.apiserver.kinds.core.disks import SHARED_DISKS
from harness.apiserver.kinds.core.podspec.affinity import node_selector_errors
from harness.apiserver.kinds.core.podspec.volume_disks import portal_errors, with_disk_defaults
from harness.apiserver.kinds.core.podspec.volumes import ODD_PATHS, host_path_errors, second_sources
from harness.apiserver.kinds.core.podspec.warnings import node_term_warnings, source_warnings
from harness.apiserver.kinds.core.resourcelist import canonical_list
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain
from harness.apiserver.quantity import parse_quantity
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_IN_USE: Final = "kubernetes.io/pv-protection"
_RECLAIM: Final = ("Delete", "Recycle", "Retain")
_SOURCE: Final = "core.PersistentVolumeSource"
_ATTRIBUTES: Final = "volumeAttributesClassName"
_EXPANDED_BY: Final = "controllerExpandSecretRef"
_SOURCES: Final = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi",
    "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO",
    "local", "storageos", "csi",
)  # fmt: skip
"""In the order in which the real server looks for them: the first one found is checked, the others are refused."""

_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_WITH_OPTIONS: Final = (
    "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder", "cephfs", "azureFile",
    "vsphereVolume", "azureDisk", "photonPersistentDisk",
)  # fmt: skip
"""Sources that an annotation may give options to."""

_ANNOTATIONS: Final = {
    "volume.beta.kubernetes.io/storage-class": 'deprecated since v1.8; use "storageClassName" attribute instead',
    _OPTIONS: 'deprecated since v1.31; use "mountOptions" attribute instead',
}
_NO_RECYCLING: Final = (
    "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
)
_NEVER_TOO_MANY: Final = "flexVolume"


class VolumeStrategy(Strategy):
    """Rules of persistent volumes."""

    def default(self, value: Object) -> Object:
        """Fill in what v1 defaults."""
        spec = {"volumeMode": "Filesystem", **(value.get("spec") or {})}
        spec["persistentVolumeReclaimPolicy"] = spec.get("persistentVolumeReclaimPolicy") or "Retain"
        if spec.get("capacity"):
            spec["capacity"] = canonical_list(spec["capacity"])
        if spec.get("hostPath") is not None:
            spec["hostPath"] = {"type": "", **spec["hostPath"]}
        spec, status = with_disk_defaults(spec), value.get("status") or {}
        return {**value, "spec": spec, "status": {**status, "phase": status.get("phase") or "Pending"}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start as pending, protected while in use (StorageObjectInUseProtection)."""
        del resource
        return {
            **value,
            "metadata": protected(value["metadata"], _IN_USE),
            "status": {"lastPhaseTransitionTime": cluster.now(), "phase": "Pending"},
        }

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Note when the phase changes, unless the writer says when."""
        del resource
        if not subresource:
            return value
        status, before = value.get("status") or {}, current.get("status") or {}
        moment = status.get(_MOVED)
        if status.get("phase") == before.get("phase"):
            moved = before.get(_MOVED) if moment is None else moment
        else:
            moved = cluster.now() if moment in (None, before.get(_MOVED)) else moment
        return value if moved == moment else {**value, "status": {**status, _MOVED: moved}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with it, or changed although it must not."""
        del cluster, resource
        if subresource:
            return []
        spec = value["spec"]
        found = list(_spec_errors(spec, value["metadata"].get("name", "")))
        notes = value["metadata"].get("annotations") or {}
        if _OPTIONS in notes and not any(spec.get(one) is not None for one in _WITH_OPTIONS):
            detail = "may not specify mount options for this volume type"
            found.append(forbidden(f"metadata.annotations.{_OPTIONS}", detail))
        if current is not None:
            before = current["spec"]
            found *= 2  # it is checked as a volume and as an update
            found += _source_change(spec, before)
            if spec.get("volumeMode") != before.get("volumeMode"):
                found.append(invalid("volumeMode", spec.get("volumeMode"), "field is immutable"))
            if before.get(_ATTRIBUTES) is not None and spec.get(_ATTRIBUTES) is None:
                found.append(forbidden(f"spec.{_ATTRIBUTES}", "update from non-nil value to nil is forbidden"))
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Warn of annotations, policies, labels of nodes and sources that are out of use."""
        del current
        spec, notes = value["spec"], value["metadata"].get("annotations") or {}
        found = [f"metadata.annotations[{key}]: {text}" for key, text in _ANNOTATIONS.items() if key in notes]
        if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
            found.append(f"spec.persistentVolumeReclaimPolicy: {_NO_RECYCLING}")
        required_terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
        for index, term in enumerate(required_terms):
            found += node_term_warnings(term, f"spec.nodeAffinity.required.nodeSelectorTerms[{index}]")
        return [*found, *source_warnings(spec, "spec")]


_MOVED: Final = "lastPhaseTransitionTime"


def _source_change(spec: Object, before: Object) -> Iterator[FieldError]:
    driver, old = spec.get("csi") or {}, before.get("csi")
    if old is not None and old.get(_EXPANDED_BY) is None and driver.get(_EXPANDED_BY) is not None:
        spec = {**spec, "csi": {**driver, _EXPANDED_BY: None}}  # may be told once, later
    if not alike(spec, before, _SOURCE):
        detail = f"spec.persistentvolumesource is immutable after creation\n{difference(before, spec, _SOURCE)}"
        yield forbidden("spec.persistentvolumesource", detail)


def _affinity_errors(spec: Object) -> Iterator[FieldError]:
    affinity, path = spec.get("nodeAffinity"), "spec.nodeAffinity"
    if affinity is None:
        return
    if affinity.get("required") is None:
        yield required(f"{path}.required", "must specify required node constraints")
    else:
        yield from node_selector_errors(affinity["required"], f"{path}.required")


def _source_errors(spec: Object, name: str) -> Iterator[FieldError]:
    given = [one for one in _SOURCES if spec.get(one) is not None]
    if not given:
        yield required("spec", "must specify a volume type")
        return
    checked = [one for one in given if one in {given[0], _NEVER_TOO_MANY}]
    for one in checked:
        check = SHARED_DISKS.get(one, host_path_errors)
        yield from check(spec[one], f"spec.{ODD_PATHS.get(one, one)}")
    if given[0] == "local" and spec.get("nodeAffinity") is None:
        yield required("spec.nodeAffinity", "Local volume requires node affinity")
    if given[0] == "iscsi":
        portal = spec["iscsi"].get("targetPortal") or ""
        yield from portal_errors(spec["iscsi"], name, "spec.iscsi.targetportal", portal)
    yield from second_sources([one for one in given if one not in checked], "spec")


def _spec_errors(spec: Object, name: str) -> Iterator[FieldError]:
    if not spec.get("accessModes"):
        yield required("spec.accessModes")
    yield from mode_errors(spec.get("accessModes") or [], "spec.accessModes")
    yield from _capacity_errors(spec.get("capacity"))
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy not in _RECLAIM:
        yield not_supported("spec.persistentVolumeReclaimPolicy", policy, _RECLAIM)
    yield from _affinity_errors(spec)
    yield from _source_errors(spec, name)
    root = posixpath.normpath((spec.get("hostPath") or {}).get("path") or ".") in {"/", "//"}
    if root and policy == "Recycle":
        detail = "may not be 'recycle' for a hostPath mount of '/'"
        yield forbidden("spec.persistentVolumeReclaimPolicy", detail)
    if by_class := spec.get("storageClassName"):
        yield from (invalid("spec.storageClassName", by_class, text) for text in dns_subdomain(by_class))
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported("spec.volumeMode", mode, VOLUME_MODES)
    yield from _attributes_errors(spec)


def _attributes_errors(spec: Object) -> Iterator[FieldError]:
    name, path = spec.get(_ATTRIBUTES), f"spec.{_ATTRIBUTES}"
    if name is None:
        return
    if not name:
        yield required(path, "an empty string is disallowed")
    yield from (invalid(path, name, text) for text in dns_subdomain(name) if name)
    if spec.get("csi") is None:
        yield required("spec.csi", "has to be specified when using volumeAttributesClassName")


def _capacity_errors(capacity: Object | None) -> Iterator[FieldError]:
    if not capacity:
        yield required("spec.capacity")
    if set(capacity or ()) != {"storage"}:
        yield not_supported("spec.capacity", capacity, ("storage",))
    for name, value in (capacity or {}).items():
        quantity = parse_quantity(str(value))
        if quantity.value < 0:
            yield invalid(f"spec.capacity[{name}]", int(quantity.value), "must be a valid resource quantity")
        if quantity.value <= 0:
            yield invalid(f"spec.capacity[{name}]", str(quantity), "must be greater than zero")
