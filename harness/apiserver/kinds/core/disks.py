"""What is wrong with persistent volumes that are disks elsewhere: as volumes of pods are, but secrets are named with their namespace."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.kinds.core.podspec.volume_disks import (
    DISKS,
    Check,
    driver_errors,
    iscsi_errors,
    needs,
    secret_errors,
    storage_os_errors,
)
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, dns_subdomain


def _iscsi(source: Object, path: str) -> Iterator[FieldError]:
    yield from iscsi_errors(source, path, hint="")
    yield from secret_errors(source, path, "name")


def _glusterfs(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("endpoints", "path")(source, path)
    if (space := source.get("endpointsNamespace")) is not None:
        here = f"{path}.endpointsNamespace"
        if not space:
            yield invalid(here, space, "if the endpointnamespace is set, it must be a valid namespace name")
        else:
            yield from (invalid(here, space, text) for text in dns_label(space))


def _azure_file(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("secretName", "shareName")(source, path)
    if source.get("secretNamespace") == "":
        yield required(f"{path}.secretNamespace")


def _cinder(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("volumeID")(source, path)
    yield from secret_errors(source, path, "name", "namespace")


def _storage_os(source: Object, path: str) -> Iterator[FieldError]:
    yield from storage_os_errors(source, path)
    if (secret := source.get("secretRef")) is not None and not secret.get("namespace"):
        yield required(f"{path}.secretRef.namespace")


def _local(source: Object, path: str) -> Iterator[FieldError]:
    if not (place := source.get("path")):
        yield required(f"{path}.path")
    elif ".." in place.split("/"):
        yield invalid(f"{path}.path", place, "must not contain '..'")


def _csi(source: Object, path: str) -> Iterator[FieldError]:
    yield from driver_errors(source.get("driver") or "", f"{path}.driver")
    yield from needs("volumeHandle")(source, path)
    for word in ("controllerPublish", "controllerExpand", "nodePublish", "nodeExpand"):
        if (secret := source.get(f"{word}SecretRef")) is not None:
            here = f"{path}.{word}SecretRef"
            for part, check in (("name", dns_subdomain), ("namespace", dns_label)):
                if not (value := secret.get(part)):
                    yield required(f"{here}.{part}")
                else:
                    yield from (invalid(f"{here}.{part}", value, text) for text in check(value))


SHARED_DISKS: Final[Mapping[str, Check]] = {
    **DISKS,
    "azureFile": _azure_file,
    "cinder": _cinder,
    "csi": _csi,
    "glusterfs": _glusterfs,
    "iscsi": _iscsi,
    "local": _local,
    "storageos": _storage_os,
}
"""What is wrong with each, as a persistent volume."""
