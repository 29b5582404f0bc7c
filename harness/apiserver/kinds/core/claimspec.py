"""What is wrong with the spec of a claim, alone or in a template, and what is unwise."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, quote, required
from harness.apiserver.kinds.core.resourcelist import amount
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain

ACCESS_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES: Final = ("Block", "Filesystem")
SOURCES: Final = {("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")}
"""What a claim can be filled from by ``dataSource``, by group and kind."""


def claim_spec_warnings(spec: Object, path: str) -> Iterator[str]:
    """Yield warnings of storage that is no whole number of bytes."""
    for part in ("requests", "limits"):
        storage = amount((spec.get("resources") or {}).get(part), "storage")
        if storage is not None and not storage.whole:
            here = f"{path}.resources.{part}[storage]"
            yield f"{here}: fractional byte value {quote(str(storage))} is invalid, must be an integer"


def claim_spec_errors(spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the spec of a claim, or of a template for claims."""
    modes = spec.get("accessModes") or []
    if not modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    yield from selector_errors(spec.get("selector"), f"{path}.selector")
    yield from mode_errors(modes, f"{path}.accessModes")
    storage = amount((spec.get("resources") or {}).get("requests"), "storage")
    if storage is None:
        yield required(f"{path}.resources[storage]")
    elif storage.value <= 0:
        yield invalid(f"{path}.resources[storage]", str(storage), "must be greater than zero")
    if name := spec.get("storageClassName"):
        yield from (invalid(f"{path}.storageClassName", name, text) for text in dns_subdomain(name))
    yield from _sources_errors(spec, path)
    if name := spec.get("volumeAttributesClassName"):
        yield from (invalid(f"{path}.volumeAttributesClassName", name, text) for text in dns_subdomain(name))
    mode = spec.get("volumeMode")
    if mode is not None and mode not in VOLUME_MODES:
        yield not_supported(f"{path}.volumeMode", mode, VOLUME_MODES)


def _sources_errors(spec: Object, path: str) -> Iterator[FieldError]:
    for name in ("dataSource", "dataSourceRef"):
        if (source := spec.get(name)) is not None:
            yield from _source_errors(source, f"{path}.{name}")
    if not (namespace := (spec.get("dataSourceRef") or {}).get("namespace")):
        if not _same_source(spec):
            yield invalid(path, {}, "must match dataSourceRef")
        return
    for text in dns_label(namespace):
        yield invalid(f"{path}.dataSourceRef.namespace", namespace, text)
    if spec.get("dataSource") is not None:
        yield invalid(path, {}, "may not be specified when dataSourceRef.namespace is specified")


def _same_source(spec: Object) -> bool:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is None or reference is None:
        return True
    same = all((source.get(name) or "") == (reference.get(name) or "") for name in ("kind", "name"))
    return same and source.get("apiGroup") == reference.get("apiGroup")


def _source_errors(source: Object, path: str) -> Iterator[FieldError]:
    for name in ("name", "kind"):
        if not source.get(name):
            yield required(f"{path}.{name}")
    group, kind = source.get("apiGroup") or "", source.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        yield invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
    elif group:
        yield from (invalid(f"{path}.apiGroup", group, text) for text in dns_subdomain(group))


def mode_errors(modes: list[str], path: str) -> Iterator[FieldError]:
    """Yield what is wrong with access modes."""
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield not_supported(path, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(one in ACCESS_MODES for one in modes if one != "ReadWriteOncePod"):
        yield forbidden(path, "may not use ReadWriteOncePod with other access modes")
