"""What is wrong with the volumes of a pod."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.claimspec import claim_spec_errors
from harness.apiserver.kinds.core.podspec.volume_disks import DISKS, Check, portal_errors
from harness.apiserver.kinds.core.podspec.volume_files import FILES
from harness.apiserver.messages import Object
from harness.apiserver.metadata import metadata_errors
from harness.apiserver.names import dns_label, dns_subdomain
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
ODD_PATHS: Final = {"gcePersistentDisk": "persistentDisk"}
"""Where errors of a source are said to be, if not where it is."""

_PULL: Final = ("Always", "IfNotPresent", "Never")
_ODDLY_NAMED: Final = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}  # so spelled in the real server's messages


def volume_errors(volumes: list[Object], path: str, *, good: dict[str, Object], pod: str = "") -> Iterator[FieldError]:
    """Yield what is wrong with volumes, and add those that nothing is wrong with to ``good``, by name.

    ``pod`` is the name of the pod that they belong to, "" where there is none yet: claims are made by it.
    """
    made = {f"{pod}-{one.get('name', '')}" for one in volumes if pod and one.get("ephemeral") is not None}
    for index, volume in enumerate(volumes):
        here, name = f"{path}[{index}]", volume.get("name", "")
        found = list(source_errors(volume, here))
        found += portal_errors(volume.get("iscsi"), name, f"{here}.name", name)
        if pod and name and volume.get("ephemeral") is not None:
            wrong = dns_subdomain(f"{pod}-{name}")
            found += [invalid(f"{here}.name", name, f'PVC name "{pod}-{name}": {text}') for text in wrong]
        if not name:
            found.append(required(f"{here}.name"))
        else:
            found += [invalid(f"{here}.name", name, text) for text in dns_label(name)]
        if name in good:
            found.append(duplicate(f"{here}.name", name))
        if not found:
            good[name] = volume
        yield from found
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in made:
            detail = "must not reference a PVC that gets created for an ephemeral volume"
            yield invalid(f"{here}.persistentVolumeClaim.claimName", claim, detail)


def source_errors(volume: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with where the content of a volume is: in exactly one of the known places."""
    given = [name for name in KNOWN_SOURCES if volume.get(name) is not None]
    if not given:
        yield required(path, "must specify a volume type")
        return
    first = given[0]
    yield from _CHECKS[first](volume[first], f"{path}.{ODD_PATHS.get(first, first)}")
    yield from second_sources(given[1:], path)


def second_sources(names: Sequence[str], path: str) -> Iterator[FieldError]:
    """Yield that a volume has more than one source."""
    for name in names:
        yield forbidden(f"{path}.{_ODDLY_NAMED.get(name, name)}", "may not specify more than 1 volume type")


def _empty_dir(source: Object, path: str) -> Iterator[FieldError]:
    limit = source.get("sizeLimit")
    if limit is not None and parse_quantity(str(limit)).value < 0:
        yield forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")


def host_path_errors(source: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a path of the node."""
    if not source.get("path"):
        yield required(f"{path}.path")
        return
    if ".." in source["path"].split("/"):
        yield invalid(f"{path}.path", source["path"], "must not contain '..'")
    kind = source.get("type")
    if kind is not None and kind not in _HOST_TYPES:
        yield not_supported(f"{path}.type", kind, _HOST_TYPES)


def _claim(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("claimName"):
        yield required(f"{path}.claimName")


def _image(source: Object, path: str) -> Iterator[FieldError]:
    policy = source.get("pullPolicy")
    if policy not in _PULL:
        yield not_supported(f"{path}.pullPolicy", policy, _PULL)


def _ephemeral(source: Object, path: str) -> Iterator[FieldError]:
    template, here = source.get("volumeClaimTemplate"), f"{path}.volumeClaimTemplate"
    if template is None:
        yield required(here)
        return
    metadata = template.get("metadata") or {}
    kept = {name: metadata.get(name) for name in ("labels", "annotations")}
    for one in metadata_errors(kept):
        yield replace(one, field=f"{here}.{one.field}")
    for name in metadata:
        if name not in kept and metadata[name]:
            yield forbidden(f"{here}.metadata.{name}", "cannot be set")
    yield from claim_spec_errors(template.get("spec") or {}, f"{here}.spec")


_CHECKS: Final[Mapping[str, Check]] = {
    **DISKS,
    **FILES,
    "emptyDir": _empty_dir,
    "ephemeral": _ephemeral,
    "hostPath": host_path_errors,
    "image": _image,
    "persistentVolumeClaim": _claim,
}
