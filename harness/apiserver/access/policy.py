"""The roles and bindings that every cluster starts with, from ``policy.json``.

They are put into the store when somebody first asks about roles or rights, not before: most runs never do, and their start
would pay for it. Their uids follow from their names, so that nothing else shifts by it.
"""

import uuid
from importlib.resources import files
from typing import Final

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.metadata import ordered
from harness.apiserver.verbs.objects import entry_of

GROUP: Final = "rbac.authorization.k8s.io"
API_VERSION: Final = f"{GROUP}/v1"
BOOTSTRAPPING: Final = "kubernetes.io/bootstrapping"
AUTOUPDATE: Final = "rbac.authorization.kubernetes.io/autoupdate"
_NAMES: Final = uuid.UUID("5f6ac7f5-8a0c-4f1e-9f0e-7a6c3f0f5a11")
"""The namespace (RFC 9562) of their uids."""


def load_policy(cluster: Cluster) -> None:
    """Put the bootstrap roles and bindings into the store, where no object has their name."""
    data: dict[str, list[Object]] = orjson.loads(files(__package__).joinpath("policy.json").read_bytes())
    now = cluster.now()
    for plural, rows in data.items():
        resource = cluster.registry.find(GROUP, "v1", plural)
        if resource is None:
            raise AssertionError(f"the table of built-in resources holds no {plural}")
        for row in rows:
            uid = uuid.uuid5(_NAMES, "/".join((plural, row.get("namespace", ""), row["name"])))
            value = _object(row, resource.kind, uid=str(uid), now=now)
            cluster.store.commit(resource.collection, entry_of(resource, value, cluster.store.revision + 1), None)


def _object(row: Object, kind: str, *, uid: str, now: str) -> Object:
    labels = {BOOTSTRAPPING: "rbac-defaults", **row.get("labels", {})}
    metadata: Object = {
        "annotations": {AUTOUPDATE: "true"},
        "creationTimestamp": now,
        "labels": labels,
        "managedFields": [_written(row, labels, now)],
        "name": row["name"],
        "uid": uid,
    }
    if "namespace" in row:
        metadata["namespace"] = row["namespace"]
    content = {key: item for key, item in row.items() if key not in {"name", "namespace", "labels"}}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": ordered(metadata), **content}


def _written(row: Object, labels: Object, now: str) -> Object:
    """Return what the API server itself owns of an object that it has made."""
    owned: Object = {
        "f:metadata": {
            "f:annotations": {".": {}, f"f:{AUTOUPDATE}": {}},
            "f:labels": {".": {}, **{f"f:{name}": {} for name in sorted(labels)}},
        }
    }
    if "aggregationRule" in row:
        owned["f:aggregationRule"] = {".": {}, "f:clusterRoleSelectors": {}}
    owned |= {f"f:{name}": {} for name in ("roleRef", "rules", "subjects") if row.get(name)}
    return {
        "apiVersion": API_VERSION,
        "fieldsType": "FieldsV1",
        "fieldsV1": dict(sorted(owned.items())),
        "manager": "kube-apiserver",
        "operation": "Update",
        "time": now,
    }
