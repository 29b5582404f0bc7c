"""Where the content of volumes comes from: of pods, and of persistent volumes."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

IQN = "iqn.2026-01.dev.ex:disk"
SECRETS: tuple[dict[str, Any], ...] = (
    {},
    {"name": "s"},
    {"name": "s", "namespace": "n"},
    {"name": "A b", "namespace": "c d"},
)

DISKS: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    ("awsElasticBlockStore", ({}, {"volumeID": "v", "partition": 256}, {"volumeID": "v"})),
    ("azureDisk", (
        {},
        {"diskName": "d", "diskURI": "https://x"},
        {"diskName": "d", "diskURI": "x", "kind": "Managed", "cachingMode": "Odd"},
        {"diskName": "d", "diskURI": "x", "kind": "Dedicated", "fsType": ""},
        {"diskName": "d", "diskURI": "x", "kind": "Odd"},
    )),
    ("azureFile", ({}, {"secretName": "s", "shareName": "h", "secretNamespace": ""}, {"secretName": "s", "shareName": "h"})),
    ("cephfs", ({}, {"monitors": ["a"]})),
    ("cinder", ({}, *({"volumeID": "v", "secretRef": one} for one in SECRETS))),
    ("csi", (
        {},
        {"driver": "D.ex", "volumeHandle": "h"},
        {"driver": "a b"},
        {"driver": "d" * 64},
        *({"driver": "d", "volumeHandle": "h", "nodePublishSecretRef": one} for one in SECRETS),
        *({"driver": "d", "volumeHandle": "h", f"{word}SecretRef": SECRETS[3]} for word in ("controllerPublish", "nodeExpand")),
    )),
    ("fc", ({}, {"targetWWNs": ["a"], "wwids": ["b"]}, {"targetWWNs": ["a"], "lun": 256}, {"wwids": ["b"]})),
    ("flexVolume", ({}, {"driver": "d", "options": {"kubernetes.io/a": "b", "x.K8S.io": "c", "ex.dev/k8s.io": "d"}})),
    ("flocker", ({}, {"datasetName": "a", "datasetUUID": "b"}, {"datasetName": "a/b"})),
    ("gcePersistentDisk", ({}, {"pdName": "d", "partition": -1}, {"pdName": "d"})),
    ("gitRepo", ({}, {"repository": "r", "directory": "/a/.."}, {"repository": "r"})),
    ("glusterfs", ({}, {"endpoints": "e", "path": "p", "endpointsNamespace": ""}, {"endpoints": "e", "path": "p", "endpointsNamespace": "a b"})),
    ("iscsi", (
        {},
        *({"targetPortal": "t", "iqn": name, "initiatorName": name, "lun": 256} for name in (IQN, "iqn.x", "eui.x", "naa." + "0" * 32, "odd", "")),
        {"targetPortal": "t", "iqn": IQN, "chapAuthSession": True},
        {"targetPortal": "t", "iqn": IQN, "chapAuthDiscovery": True, "secretRef": {}},
        {"targetPortal": "t" * 64, "iqn": IQN, "initiatorName": IQN},
    )),
    ("nfs", ({}, {"server": "s", "path": "p"}, {"server": "s", "path": "/p"})),
    ("photonPersistentDisk", ({}, {"pdID": "d"})),
    ("portworxVolume", ({}, {"volumeID": "d"})),
    ("quobyte", (
        {},
        {"registry": "a:1,b", "volume": "v"},
        {"registry": "[::1]:1,::1:2,[a]b:1", "volume": "v"},
        {"registry": "a:1", "tenant": "t" * 65},
    )),
    ("rbd", ({}, {"monitors": ["a"], "image": "i", "pool": ""})),
    ("scaleIO", ({}, {"gateway": "g", "system": "s", "volumeName": "v", "secretRef": {}})),
    ("storageos", ({}, {"volumeName": "A b", "volumeNamespace": "c d"}, *({"volumeName": "v", "secretRef": one} for one in SECRETS))),
    ("vsphereVolume", ({}, {"volumePath": "p"})),
)  # fmt: skip


def pod(*volumes: Any, **spec: Any) -> dict[str, Any]:
    listed = [{"name": f"v{index}"} | one for index, one in enumerate(volumes)]
    return core("Pod", "one", spec={"containers": [{"name": "main", "image": "x:1"}], "volumes": listed} | spec)


def tried(api: Side, *bodies: Any) -> None:
    for body in bodies:
        api.post(api.core("pods"), body, dryRun="All")


@behaviour
def disks_of_pods(api: Side) -> None:
    for name, sources in DISKS:
        tried(api, *(pod({name: source}) for source in sources))


@behaviour
def disks_of_persistent_volumes(api: Side) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    for name, sources in DISKS:
        for source in sources:
            body = core("PersistentVolume", api.namespace, spec=spec | {name: source})
            api.post("/api/v1/persistentvolumes", body, dryRun="All")


@behaviour
def persistent_volumes(api: Side) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    term = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b c"]}]}
    for more in (
        {},
        {"emptyDir": {}},
        {"local": {"path": "/a/../b"}},
        {"local": {}, "nodeAffinity": {}},
        {"local": {"path": "/a"}, "nodeAffinity": {"required": {"nodeSelectorTerms": []}}},
        {"local": {"path": "/a"}, "nodeAffinity": {"required": {"nodeSelectorTerms": [term]}}},
        {"hostPath": {"path": "/a/.."}, "persistentVolumeReclaimPolicy": "Recycle"},
        {"hostPath": {"path": "//"}, "persistentVolumeReclaimPolicy": "Recycle"},
        {"hostPath": {"path": "/a"}, "nfs": {}, "flexVolume": {}, "csi": {}, "cephfs": {}, "local": {}},
        {"csi": {"driver": "d", "volumeHandle": "h"}, "gcePersistentDisk": {}},
        {"csi": {"driver": "d", "volumeHandle": "h"}, "volumeAttributesClassName": ""},
        {"hostPath": {"path": "/a"}, "volumeAttributesClassName": "a b"},
    ):
        body = core("PersistentVolume", api.namespace, spec=spec | more)
        api.post("/api/v1/persistentvolumes", body, dryRun="All")


@behaviour
def several_sources(api: Side) -> None:
    tried(
        api,
        pod(
            {
                "emptyDir": {},
                "hostPath": {},
                "gitRepo": {},
                "cephfs": {},
                "downwardAPI": {},
                "gcePersistentDisk": {},
                "image": {},
            }
        ),
        pod({"gcePersistentDisk": {}, "nfs": {}, "ephemeral": {}}),
    )


@behaviour
def projected_volumes(api: Side) -> None:
    fields = {"path": "f", "fieldRef": {"fieldPath": "metadata.name"}}
    for sources in (
        [{"secret": {}, "configMap": {}}],
        [
            {"secret": {"name": "s", "items": [{"key": "k", "path": "f"}]}},
            {"configMap": {"name": "c", "items": [{"key": "k", "path": "f"}]}},
        ],
        [{"downwardAPI": {"items": [fields, fields, {"path": "../x"}, {}]}}],
        [{"secret": {"name": "s", "items": [{"path": "/a", "mode": 7777}, {"key": "k", "path": "..a"}]}}],
        [{"serviceAccountToken": {"path": "t"}}],
        [{"serviceAccountToken": {"path": "../t", "expirationSeconds": 599}}],
        [{"serviceAccountToken": {"path": "", "expirationSeconds": 2**32 + 1}}],
        [{"serviceAccountToken": {"path": "..t", "audience": "a"}}],
        [{}],
        [],
    ):
        volume = {"projected": {"sources": sources, "defaultMode": 0o1000 if not sources else 0o644}}
        tried(api, pod(volume), pod(volume, serviceAccountName="robot"))


@behaviour
def ephemeral_volumes(api: Side) -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1500m"}}}
    tried(
        api,
        pod({"ephemeral": {}}),
        pod({"ephemeral": {"volumeClaimTemplate": {}}}),
        pod(
            {"ephemeral": {"volumeClaimTemplate": {"spec": claim}}}, {"persistentVolumeClaim": {"claimName": "one-v0"}}
        ),
        pod(
            {
                "ephemeral": {
                    "volumeClaimTemplate": {
                        "metadata": {"name": "n", "labels": {"a b": "c"}, "finalizers": ["x"]},
                        "spec": claim,
                    }
                }
            }
        ),
        pod({"ephemeral": {"volumeClaimTemplate": {"spec": claim | {"accessModes": ["Odd"], "volumeMode": "Odd"}}}}),
    )
    long = pod({"name": "v" * 63, "ephemeral": {"volumeClaimTemplate": {"spec": claim}}})
    tried(api, long | {"metadata": {"name": "p" * 200}})


@behaviour
def images(api: Side) -> None:
    for source in ({}, {"reference": "x"}, {"reference": "x:1"}, {"reference": "x", "pullPolicy": "Odd"}):
        tried(api, pod({"image": source}))


@behaviour
def templates_have_no_pod_yet(api: Side) -> None:
    labels = {"app": "a"}
    token = {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}
    spec = pod(token, {"image": {}}, {"iscsi": {}}, {"csi": {}})["spec"]
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {"selector": {"matchLabels": labels}, "template": template}
    api.post(
        api.deployments, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "one"}, "spec": body}
    )


@behaviour
def mounts(api: Side) -> None:
    for mount in (
        {"subPath": "a", "subPathExpr": "b"},
        {"mountPropagation": "Odd"},
        {"mountPropagation": "Bidirectional"},
        {"mountPropagation": "HostToContainer", "readOnly": True, "recursiveReadOnly": "Enabled"},
    ):
        container = {"name": "main", "image": "x:1", "volumeMounts": [{"name": "v0", "mountPath": "/a"} | mount]}
        tried(api, pod({"emptyDir": {}}, containers=[container]))


@behaviour
def files_that_hide_each_other(api: Side) -> None:
    paths = ["a", "a/b", "ab", "a/", "c/d", "c"]
    items = [{"key": "k", "path": one} for one in paths]
    fields = [{"path": one, "fieldRef": {"fieldPath": "metadata.name"}} for one in ("a", "x/y", "x")]
    tried(
        api,
        pod({"configMap": {"name": "c", "items": items}}, {"secret": {"secretName": "s", "items": items[:2]}}),
        pod({"downwardAPI": {"items": fields}}),
        pod(
            {
                "projected": {
                    "sources": [
                        {"configMap": {"name": "c", "items": items[:1]}},
                        {"secret": {"name": "s", "items": items[1:3]}},
                        {"downwardAPI": {"items": fields[1:]}},
                        {"serviceAccountToken": {"path": "x/y/z"}},
                        {"configMap": {"name": "whole"}},
                    ]
                }
            },
            serviceAccountName="robot",
        ),
    )


@behaviour
def unwise_volumes(api: Side) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/a"}}
    beta, kept = "volume.beta.kubernetes.io", {"key": "beta.kubernetes.io/os", "operator": "In", "values": ["linux"]}
    body = core("PersistentVolume", api.namespace, spec=spec | {"persistentVolumeReclaimPolicy": "Recycle"})
    body["metadata"]["annotations"] = {f"{beta}/storage-class": "a", f"{beta}/mount-options": "b"}
    body["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [kept]}]}}
    api.post("/api/v1/persistentvolumes", body)
    body["spec"] = {name: item for name, item in body["spec"].items() if name != "hostPath"} | {
        "nfs": {"server": "s", "path": "/p"}
    }
    api.post("/api/v1/persistentvolumes", body)
    api.merge(f"/api/v1/persistentvolumes/{api.namespace}", {"metadata": {"labels": {"a": "b"}}})
    api.merge(f"/api/v1/persistentvolumes/{api.namespace}/status", {"status": {"phase": "Available"}})
    api.gone(f"/api/v1/persistentvolumes/{api.namespace}")
    odd = {"matchExpressions": [kept, {"key": "a", "operator": "In", "values": ["b c", "-"]}]}
    nodes = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": odd}]}
    tried(api, pod(affinity={"nodeAffinity": nodes}))
