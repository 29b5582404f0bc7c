"""What is wrong with the volumes of a pod."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.claims import claim_spec_errors
from harness.apiserver.kinds.core.keys import file_mode
from harness.apiserver.kinds.core.podspec.variables import field_errors, resource_field_errors
from harness.apiserver.messages import Object
from harness.apiserver.metadata import metadata_errors
from harness.apiserver.names import dns_label
from harness.apiserver.quantity import parse_quantity

_HOST_TYPES: Final = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
# In the order in which the real server looks for them: only the first one found is checked, the others are refused.
KNOWN_SOURCES: Final = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs",
    "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap",
    "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
)  # fmt: skip
_ODDLY_NAMED: Final = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}  # so spelled in the real server's messages


def volume_errors(volumes: list[Object], path: str, *, good: dict[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with volumes, and add those that nothing is wrong with to ``good``, by name."""
    for index, volume in enumerate(volumes):
        here, name = f"{path}[{index}]", volume.get("name", "")
        found = list(source_errors(volume, here))
        if not name:
            found.append(required(f"{here}.name"))
        else:
            found += [invalid(f"{here}.name", name, text) for text in dns_label(name)]
        if name in good:
            found.append(duplicate(f"{here}.name", name))
        if not found:
            good[name] = volume
        yield from found


def source_errors(volume: Object, path: str, *, known: Sequence[str] = KNOWN_SOURCES) -> Iterator[FieldError]:
    """Yield what is wrong with where the content of a volume is: in exactly one of the ``known`` places."""
    given = [name for name in known if volume.get(name) is not None]
    if not given:
        yield required(path, "must specify a volume type")
        return
    first = given[0]
    if first in _CHECKS:
        yield from _CHECKS[first](volume[first], f"{path}.{first}")
    for name in given[1:]:
        yield forbidden(f"{path}.{_ODDLY_NAMED.get(name, name)}", "may not specify more than 1 volume type")


def _empty_dir(source: Object, path: str) -> Iterator[FieldError]:
    limit = source.get("sizeLimit")
    if limit is not None and parse_quantity(str(limit)).value < 0:
        yield forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")


def _host_path(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("path"):
        yield required(f"{path}.path")
        return
    if ".." in source["path"].split("/"):
        yield invalid(f"{path}.path", source["path"], "must not contain '..'")
    kind = source.get("type")
    if kind is not None and kind not in _HOST_TYPES:
        yield not_supported(f"{path}.type", kind, _HOST_TYPES)


def _secret(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("secretName"):
        yield required(f"{path}.secretName")
    yield from _files(source, path)


def _config_map(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("name"):
        yield required(f"{path}.name")
    yield from _files(source, path)


def _files(source: Object, path: str) -> Iterator[FieldError]:
    yield from file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for index, item in enumerate(source.get("items") or []):
        here = f"{path}.items[{index}]"
        if not item.get("key"):
            yield required(f"{here}.key")
        yield from _target(item, here)


def _target(item: Object, path: str) -> Iterator[FieldError]:
    target = item.get("path", "")
    if not target:
        yield required(f"{path}.path")
    if target.startswith("/"):
        yield invalid(f"{path}.path", target, "must be a relative path")
    if ".." in target.split("/"):
        yield invalid(f"{path}.path", target, "must not contain '..'")
    if target.startswith("..") and not target.startswith("../"):
        yield invalid(f"{path}.path", target, "must not start with '..'")
    yield from file_mode(item.get("mode"), f"{path}.mode")


def _nfs(source: Object, path: str) -> Iterator[FieldError]:
    for name in ("server", "path"):
        if not source.get(name):
            yield required(f"{path}.{name}")
    if source.get("path") and not source["path"].startswith("/"):
        yield invalid(f"{path}.path", source["path"], "must be an absolute path")


def _claim(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("claimName"):
        yield required(f"{path}.claimName")


def _downward(source: Object, path: str) -> Iterator[FieldError]:
    yield from file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for item in source.get("items") or []:
        yield from _target(item, path)
        if item.get("fieldRef") is not None:
            yield from field_errors(item["fieldRef"], f"{path}.fieldRef", volume=True)
            if item.get("resourceFieldRef") is not None:
                yield invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
        elif item.get("resourceFieldRef") is not None:
            yield from resource_field_errors(item["resourceFieldRef"], f"{path}.resourceFieldRef", volume=True)
        else:
            yield required(path, "one of fieldRef and resourceFieldRef is required")


def _csi(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("driver"):
        yield required(f"{path}.driver")


def _ephemeral(source: Object, path: str) -> Iterator[FieldError]:
    template, here = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        yield required(here)
        return
    metadata = template.get("metadata") or {}
    for one in metadata_errors({name: metadata.get(name) for name in _TEMPLATED}):
        yield replace(one, field=f"{here}.{one.field}")
    yield from (
        forbidden(f"{here}.metadata.{name}", "cannot be set")
        for name, item in metadata.items()
        if item and name not in _TEMPLATED
    )
    yield from claim_spec_errors(template.get("spec") or {}, f"{here}.spec")


_TEMPLATED: Final = ("labels", "annotations")
_CHECKS: Final[dict[str, Callable[[Object, str], Iterator[FieldError]]]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _secret,
    "configMap": _config_map,
    "nfs": _nfs,
    "persistentVolumeClaim": _claim,
    "downwardAPI": _downward,
    "csi": _csi,
    "ephemeral": _ephemeral,
}
