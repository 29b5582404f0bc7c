"""What is wrong with volumes that are disks elsewhere: of clouds, of networks, of drivers; and what they default to.

Most of these work nowhere any more but through drivers; the server still reads them. A volume of a pod finds secrets in the pod's
namespace, a persistent volume names the namespace, too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required, too_long
from harness.apiserver.kinds.core.keys import between
from harness.apiserver.kinds.core.podspec.security import descending_path
from harness.apiserver.messages import Json, Object
from harness.apiserver.names import dns_label, dns_subdomain

Check = Callable[[Object, str], Iterator[FieldError]]

_PARTITION: Final = between(1, 255)
_LUN: Final = between(0, 255)
_MOST_LUN: Final = 255
_LONGEST_DRIVER: Final = 63
_LONGEST_TENANT: Final = 64
_LONGEST_INITIATOR: Final = 64
_TOO_LONG: Final = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."
_REGISTRY: Final = "must be a host:port pair or multiple pairs separated by commas"
_NAMES: Final = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+\Z", re.ASCII),
    "eui": re.compile(r"\Aeui.[A-Za-z0-9]{16}\Z"),
    "naa": re.compile(r"\Anaa.[A-Za-z0-9]{32}\Z"),
}
_CACHING: Final = ("None", "ReadOnly", "ReadWrite")
_KINDS: Final = ("Dedicated", "Managed", "Shared")
_MANAGED: Final = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB: Final = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"

_DEFAULTS: Final[Mapping[str, Mapping[str, Json]]] = {
    "azureDisk": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
_POINTERS: Final = frozenset({"azureDisk"})
"""Those of which an empty text is one that was given."""


def with_disk_defaults(volume: Object) -> Object:
    """Return a volume whose disk has what it defaults to."""
    out = {**volume}
    for name, defaults in _DEFAULTS.items():
        if volume.get(name) is not None:
            blank = (None,) if name in _POINTERS else (None, "")
            missing = {key: item for key, item in defaults.items() if volume[name].get(key) in blank}
            out[name] = {**volume[name], **missing}
    return out


def needs(*names: str) -> Check:
    """Return a check that all of these fields are given."""

    def check(source: Object, path: str) -> Iterator[FieldError]:
        yield from (required(f"{path}.{name}") for name in names if not source.get(name))

    return check


def _disk(name: str) -> Check:
    def check(source: Object, path: str) -> Iterator[FieldError]:
        if not source.get(name):
            yield required(f"{path}.{name}")
        if not 0 <= source.get("partition", 0) <= _MOST_LUN:
            yield invalid(f"{path}.partition", source["partition"], _PARTITION)

    return check


def _git(source: Object, path: str) -> Iterator[FieldError]:
    if not source.get("repository"):
        yield required(f"{path}.repository")
    yield from descending_path(source.get("directory") or "", f"{path}.directory")


def _nfs(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("server", "path")(source, path)
    if not (source.get("path") or "").startswith("/"):
        yield invalid(f"{path}.path", source.get("path") or "", "must be an absolute path")


def iscsi_errors(source: Object, path: str, *, hint: str = " starting with iqn, eui, or naa") -> Iterator[FieldError]:
    """Yield what is wrong with an iSCSI disk; ``hint`` is what is said beside of a name of another form."""
    if not source.get("targetPortal"):
        yield required(f"{path}.targetPortal")
    if not (name := source.get("iqn")):
        yield required(f"{path}.iqn")
    else:
        yield from _qualified(name, f"{path}.iqn", hint)
    if not 0 <= source.get("lun", 0) <= _MOST_LUN:
        yield invalid(f"{path}.lun", source["lun"], _LUN)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        yield required(f"{path}.secretRef")
    if (name := source.get("initiatorName")) is not None:
        yield from _qualified(name, f"{path}.initiatorname", hint)


def _qualified(name: str, path: str, hint: str) -> Iterator[FieldError]:
    pattern = _NAMES.get(name[:3])
    if pattern is None:
        yield invalid(path, name, f"must be valid format{hint}")
    elif not pattern.search(name):
        yield invalid(path, name, "must be valid format")


def portal_errors(source: Object | None, name: str, path: str, value: str) -> Iterator[FieldError]:
    """Yield that the name of a volume and its portal are too long together for an initiator."""
    if source is None or source.get("initiatorName") is None:
        return
    if len(f"{name}:{source.get('targetPortal') or ''}".encode()) > _LONGEST_INITIATOR:
        yield invalid(path, value, _TOO_LONG)


def _channel(source: Object, path: str) -> Iterator[FieldError]:
    targets, ids, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    if not targets and not ids:
        yield required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both")
    if targets and ids:
        yield invalid(f"{path}.targetWWNs", targets, "targetWWNs and wwids can not be specified simultaneously")
    if targets and lun is None:
        yield required(f"{path}.lun", "lun is required if targetWWNs is specified")
    elif targets and lun is not None and not 0 <= lun <= _MOST_LUN:
        yield invalid(f"{path}.lun", lun, _LUN)


def _quobyte(source: Object, path: str) -> Iterator[FieldError]:
    registry = source.get("registry") or ""
    if not registry:
        yield required(f"{path}.registry", _REGISTRY)
    elif len((source.get("tenant") or "").encode()) > _LONGEST_TENANT:
        yield required(f"{path}.tenant", "must be a UUID and may not exceed a length of 64 characters")
    else:
        wrong = sum(not _has_port(pair) for pair in registry.split(","))
        yield from [invalid(f"{path}.registry", registry, _REGISTRY)] * wrong
    if not source.get("volume"):
        yield required(f"{path}.volume")


def _has_port(pair: str) -> bool:
    """Tell whether a text is a host and a port, as Go's ``net.SplitHostPort`` reads it."""
    if pair.startswith("["):
        host, bracket, rest = pair[1:].partition("]")
        return bool(bracket) and rest.startswith(":") and not set("[]") & set(host + rest) and ":" not in rest[1:]
    return pair.count(":") == 1 and not set("[]") & set(pair)


def _flocker(source: Object, path: str) -> Iterator[FieldError]:
    name, uid = source.get("datasetName") or "", source.get("datasetUUID")
    if not name and not uid:
        yield required(path, "one of datasetName and datasetUUID is required")
    if name and uid:
        yield invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously")
    if "/" in name:
        yield invalid(f"{path}.datasetName", name, "must not contain '/'")


def secret_errors(source: Object, path: str, *parts: str) -> Iterator[FieldError]:
    """Yield which parts a reference to a secret lacks, if there is one."""
    if (secret := source.get("secretRef")) is not None:
        yield from needs(*parts)(secret, f"{path}.secretRef")


def _cinder(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("volumeID")(source, path)
    yield from secret_errors(source, path, "name")


def _flex(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("driver")(source, path)
    for key in source.get("options") or ():
        domain = "." + key.partition("/")[0].lower()
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            yield invalid(f"{path}.options[{key}]", key, "kubernetes.io and k8s.io namespaces are reserved")


def _azure_disk(source: Object, path: str) -> Iterator[FieldError]:
    yield from needs("diskName", "diskURI")(source, path)
    mode, kind, address = source.get("cachingMode"), source.get("kind"), source.get("diskURI") or ""
    if mode is not None and mode not in _CACHING:
        yield not_supported(f"{path}.cachingMode", mode, _CACHING)
    if kind is not None and kind not in _KINDS:
        yield not_supported(f"{path}.kind", kind, _KINDS)
    start, shown = ("/subscriptions/", _MANAGED) if kind == "Managed" else ("https://", _BLOB)
    if kind is not None and not address.startswith(start):
        yield not_supported(f"{path}.diskURI", address, (shown,))


def storage_os_errors(source: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a volume of StorageOS."""
    if not (name := source.get("volumeName")):
        yield required(f"{path}.volumeName")
    else:
        yield from (invalid(f"{path}.volumeName", name, text) for text in dns_label(name))
    if name := source.get("volumeNamespace"):
        yield from (invalid(f"{path}.volumeNamespace", name, text) for text in dns_label(name))
    yield from secret_errors(source, path, "name")


def driver_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a CSI driver."""
    if not name:
        yield required(path)
        return
    if len(name.encode()) > _LONGEST_DRIVER:
        yield too_long(path, _LONGEST_DRIVER)
    yield from (invalid(path, name, text) for text in dns_subdomain(name.lower()))


def _csi(source: Object, path: str) -> Iterator[FieldError]:
    yield from driver_errors(source.get("driver") or "", f"{path}.driver")
    if (secret := source.get("nodePublishSecretRef")) is not None:
        if not (name := secret.get("name")):
            yield required(f"{path}.nodePublishSecretRef.name")
        else:
            yield from (invalid(f"{path}.name", name, text) for text in dns_subdomain(name))


DISKS: Final[Mapping[str, Check]] = {
    "awsElasticBlockStore": _disk("volumeID"),
    "azureDisk": _azure_disk,
    "azureFile": needs("secretName", "shareName"),
    "cephfs": needs("monitors"),
    "cinder": _cinder,
    "csi": _csi,
    "fc": _channel,
    "flexVolume": _flex,
    "flocker": _flocker,
    "gcePersistentDisk": _disk("pdName"),
    "gitRepo": _git,
    "glusterfs": needs("endpoints", "path"),
    "iscsi": iscsi_errors,
    "nfs": _nfs,
    "photonPersistentDisk": needs("pdID"),
    "portworxVolume": needs("volumeID"),
    "quobyte": _quobyte,
    "rbd": needs("monitors", "image"),
    "scaleIO": needs("gateway", "system", "volumeName"),
    "storageos": storage_os_errors,
    "vsphereVolume": needs("volumePath"),
}
"""What is wrong with each, in a volume of a pod."""
