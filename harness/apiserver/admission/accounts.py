"""Admission by ServiceAccount: a pod runs as an account that exists, and its containers are given its token."""

from typing import Any, Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

_MOUNT: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME: Final = "kube-api-access-"
_SUFFIXES: Final = "bcdfghjklmnpqrstvwxz2456789"
_MIRROR: Final = "kubernetes.io/config.mirror"
_SOURCES: Final = [
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
    {
        "downwardAPI": {
            "items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]
        }
    },
]


def with_account(cluster: Cluster, resource: Resource, namespace: str, value: Object) -> Object:
    """Return a new pod with its service account, where settings ask for it; anything else as it is.

    :raises Forbidden: the account does not exist.
    """
    if not cluster.settings.admit_service_accounts or (resource.group, resource.plural) != ("", "pods"):
        return value
    if _MIRROR in (value["metadata"].get("annotations") or {}):
        return value
    spec: Object = {**(value.get("spec") or {})}
    name = spec.get("serviceAccountName") or "default"
    account = _account(cluster, namespace, name)
    if account is None and not _exists(cluster, namespace):
        return value  # that is what will be said
    if account is None:
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise Forbidden(resource, value["metadata"].get("name", ""), why)
    spec |= {"serviceAccountName": name, "serviceAccount": name}
    if _mounts(spec, account):
        spec = _mounted(cluster, spec)
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = account["imagePullSecrets"]
    return {**value, "spec": spec}


def _account(cluster: Cluster, namespace: str, name: str) -> Object | None:
    accounts = cluster.registry.find("", "v1", "serviceaccounts")
    entry = accounts.collection.get(Key(namespace, name)) if accounts is not None else None
    return None if entry is None or accounts is None else accounts.load(entry)


def _exists(cluster: Cluster, namespace: str) -> bool:
    namespaces = cluster.registry.find("", "v1", "namespaces")
    return namespaces is not None and namespaces.collection.get(Key("", namespace)) is not None


def _mounts(spec: Object, account: Object) -> bool:
    """Tell whether the token is mounted: the pod decides, then the account, and by default it is."""
    wishes = (spec.get("automountServiceAccountToken"), account.get("automountServiceAccountToken"))
    return next((wish for wish in wishes if wish is not None), True)


def _mounted(cluster: Cluster, spec: Object) -> Object:
    volumes = spec.get("volumes") or []
    known = next((one["name"] for one in volumes if str(one.get("name", "")).startswith(_VOLUME)), None)
    name = known or _VOLUME + "".join(cluster.suffixes.choice(_SUFFIXES) for _ in range(5))
    out, needed = {**spec}, False
    for field in ("initContainers", "containers"):
        if not spec.get(field):
            continue
        out[field] = [_with_mount(container, name) for container in spec[field]]
        needed = needed or out[field] != spec[field]
    if needed and known is None:
        out["volumes"] = [*volumes, {"name": name, "projected": {"defaultMode": 420, "sources": _SOURCES}}]
    return out


def _with_mount(container: Any, volume: str) -> Any:
    mounts = container.get("volumeMounts") or []
    if any(mount.get("mountPath") == _MOUNT for mount in mounts):
        return container
    return {**container, "volumeMounts": [*mounts, {"mountPath": _MOUNT, "name": volume, "readOnly": True}]}
