"""Changes that a kind does not allow: how a refusal shows what was and what was to be."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

_TERMS = "requiredDuringSchedulingIgnoredDuringExecution"


def _pod(api: Side, **spec: Any) -> str:
    container = {"name": "main", "image": "x:1", "env": [{"name": "A", "value": "<1 & 2>"}]}
    given = {"containers": [container], "nodeSelector": {"disk": "ssd"}} | spec
    api.setup(api.core("pods"), core("Pod", "one", spec=given))
    return f"{api.core('pods')}/one"


@behaviour
def fields_of_a_pod(api: Side) -> None:
    path = _pod(api, volumes=[{"name": "v", "emptyDir": {}}], tolerations=[{"key": "a", "effect": "NoSchedule"}])
    api.merge(path, {"spec": {"nodeSelector": {"disk": "hdd"}}})
    api.merge(path, {"spec": {"hostNetwork": True, "nodeName": "here"}})
    api.merge(path, {"spec": {"priority": 7, "restartPolicy": "Never", "hostAliases": [{"ip": "10.0.0.1"}]}})
    api.strategic(
        path, {"spec": {"containers": [{"name": "main", "image": "x:2", "resources": {"limits": {"cpu": "1500m"}}}]}}
    )
    api.strategic(path, {"spec": {"containers": [{"name": "main", "env": [{"name": "A", "value": None}]}]}})
    api.strategic(path, {"spec": {"containers": [{"name": "other", "image": "x:1"}]}})
    api.merge(
        path,
        {
            "spec": {
                "volumes": [{"name": "v", "hostPath": {"path": "/data"}}, {"name": "w", "secret": {"secretName": "s"}}]
            }
        },
    )
    api.merge(path, {"spec": {"tolerations": [{"key": "b", "effect": "NoSchedule", "operator": "Exists"}]}})
    api.merge(path, {"spec": {"terminationGracePeriodSeconds": 1, "affinity": {"podAntiAffinity": {}}}})
    api.merge(path, {"spec": {"securityContext": {"runAsUser": 7, "sysctls": [{"name": "a.b", "value": "1"}]}}})


@behaviour
def a_pod_with_much_in_it(api: Side) -> None:
    probe = {"httpGet": {"path": "/", "port": "web"}, "initialDelaySeconds": 3}
    container = {
        "name": "main",
        "image": "x:1",
        "ports": [{"name": "web", "containerPort": 80}],
        "livenessProbe": probe,
        "lifecycle": {"preStop": {"exec": {"command": ["a", "b"]}}},
        "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}, "runAsNonRoot": True},
        "envFrom": [{"configMapRef": {"name": "c"}}],
        "env": [{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
        "resources": {"requests": {"cpu": "0.5", "memory": "1Gi"}},
        "volumeMounts": [{"name": "p", "mountPath": "/p"}],
    }
    sources = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
        {"downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        {"configMap": {"name": "c", "items": [{"key": "a", "path": "b"}]}},
    ]
    spread = {
        "maxSkew": 1,
        "topologyKey": "zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"a": "b"}},
    }
    path = _pod(
        api,
        containers=[container],
        initContainers=[{"name": "first", "image": "x:1", "restartPolicy": "Always", "startupProbe": {"tcpSocket": {"port": 7}}}],
        volumes=[
            {"name": "p", "projected": {"sources": sources}},
            {"name": "q", "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}},
            {"name": "r", "csi": {"driver": "d.ex.dev", "volumeAttributes": {"a": "b"}}},
        ],
        topologySpreadConstraints=[spread],
        dnsConfig={"options": [{"name": "ndots", "value": "2"}]},
        serviceAccountName="robot",
        shareProcessNamespace=True,
        readinessGates=[{"conditionType": "ex.dev/a"}],
        os={"name": "linux"},
    )  # fmt: skip
    # Every line is shown that is near a change; so each change shows another part of it.
    for change in (
        {"hostname": "a"},
        {"subdomain": "b"},
        {"restartPolicy": "Never"},
        {"schedulerName": "other"},
        {"dnsConfig": {"options": []}},
        {"readinessGates": None},
        {"topologySpreadConstraints": [spread | {"maxSkew": 2}]},
        {"volumes": [{"name": "x", "emptyDir": {"sizeLimit": "1Gi"}}]},
        {"serviceAccountName": "another"},
        {"containers": [container | {"livenessProbe": probe | {"periodSeconds": 4}}]},
        {"containers": [{"name": "main", "image": "x:1"}]},
        {"initContainers": [{"name": "first", "image": "x:1"}]},
    ):
        api.merge(path, {"spec": change})


@behaviour
def containers_of_a_pod(api: Side) -> None:
    path = _pod(api)
    api.strategic(path, {"spec": {"containers": [{"name": "more", "image": "x:1"}]}})
    api.strategic(path, {"spec": {"initContainers": [{"name": "more", "image": "x:1"}]}})
    api.merge(path, {"spec": {"containers": [{"name": "main", "image": " x:2"}]}})
    api.merge(path, {"spec": {"containers": [{"name": "main"}]}})
    api.strategic(path, {"spec": {"containers": [{"name": "main", "image": "x:2"}]}})


@behaviour
def nodes_of_a_gated_pod(api: Side) -> None:
    required = {
        _TERMS: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}]}
    }
    path = _pod(api, schedulingGates=[{"name": "ex.dev/a"}, {"name": "ex.dev/b"}], affinity={"nodeAffinity": required})
    api.merge(path, {"spec": {"nodeSelector": {"zone": "z"}}})
    api.merge(path, {"spec": {"nodeSelector": {"zone": "y"}}})
    api.merge(path, {"spec": {"nodeSelector": None}})
    term = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}, {"key": "c", "operator": "Exists"}]}
    other = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["c"]}]}
    for terms in ([term], [term, term], [other], []):
        api.merge(path, {"spec": {"affinity": {"nodeAffinity": {_TERMS: {"nodeSelectorTerms": terms}}}}})
    api.merge(path, {"spec": {"affinity": None}})
    api.merge(path, {"spec": {"affinity": {"podAffinity": {}}}})
    api.merge(path, {"spec": {"schedulingGates": [{"name": "ex.dev/c"}, {"name": "ex.dev/b"}]}})
    api.merge(path, {"spec": {"schedulingGates": [{"name": "ex.dev/b"}], "hostname": "x"}})
    api.merge(path, {"spec": {"schedulingGates": [{"name": "ex.dev/b"}]}})
    api.merge(path, {"spec": {"schedulingGates": []}})
    api.merge(path, {"spec": {"nodeSelector": {"more": "x"}}})


@behaviour
def a_gated_pod_without_affinity(api: Side) -> None:
    path = _pod(api, schedulingGates=[{"name": "ex.dev/a"}], nodeSelector=None)
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b"]}]}
    api.merge(
        path, {"spec": {"affinity": {"podAffinity": {}, "nodeAffinity": {_TERMS: {"nodeSelectorTerms": [term]}}}}}
    )
    api.merge(path, {"spec": {"affinity": {"nodeAffinity": {_TERMS: {"nodeSelectorTerms": [{"matchFields": []}]}}}}})
    api.merge(path, {"spec": {"affinity": {"nodeAffinity": {_TERMS: {"nodeSelectorTerms": [term]}}}}})
    api.merge(path, {"spec": {"nodeSelector": {"a": "b"}}})


@behaviour
def deadlines_and_grace(api: Side) -> None:
    path = _pod(api)
    for seconds in (-1, 2**31, 100, 200, 50, None):
        api.merge(path, {"spec": {"activeDeadlineSeconds": seconds}})
    api.merge(path, {"spec": {"activeDeadlineSeconds": None, "hostname": "x"}})


@behaviour
def a_claim(api: Side) -> None:
    claims = api.core("persistentvolumeclaims")
    wanted = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "selector": {"matchLabels": {"a": "b"}},
    }
    api.setup(claims, core("PersistentVolumeClaim", "one", spec=wanted))
    path = f"{claims}/one"
    api.merge(path, {"spec": {"accessModes": ["ReadOnlyMany"]}})
    api.merge(path, {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    api.merge(
        path,
        {
            "spec": {
                "volumeMode": "Block",
                "selector": None,
                "dataSource": {"kind": "PersistentVolumeClaim", "name": "x"},
            }
        },
    )
    api.merge(path, {"spec": {"volumeName": "v"}})
    api.merge(path, {"spec": {"volumeName": "w", "storageClassName": "gold"}})
    api.merge(path, {"spec": {"storageClassName": "gold"}})
    api.merge(path, {"spec": {"storageClassName": "silver"}})
    api.merge(
        f"{path}/status",
        {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"}, "currentVolumeAttributesClassName": "fast"}},
    )
    api.merge(path, {"spec": {"resources": {"requests": {"storage": "512Mi"}}}})
    api.merge(path, {"spec": {"volumeAttributesClassName": "fast"}})
    api.merge(path, {"spec": {"volumeAttributesClassName": None}})
    api.merge(path, {"spec": {"resources": {"limits": {"storage": "3Gi"}}}})


@behaviour
def a_claim_with_its_class_in_an_annotation(api: Side) -> None:
    claims, note = api.core("persistentvolumeclaims"), "volume.beta.kubernetes.io/storage-class"
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    body = core("PersistentVolumeClaim", "one", spec=wanted)
    api.setup(claims, body | {"metadata": {"name": "one", "annotations": {note: "gold"}}})
    path = f"{claims}/one"
    api.merge(path, {"metadata": {"annotations": {note: "silver"}}})
    api.merge(path, {"spec": {"storageClassName": "silver"}})
    api.merge(path, {"spec": {"storageClassName": "gold"}, "metadata": {"annotations": {note: None}}})


@behaviour
def a_volume(api: Side) -> None:
    volumes = "/api/v1/persistentvolumes"
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}}
    name = api.namespace
    api.setup(volumes, core("PersistentVolume", name, spec=spec | {"hostPath": {"path": "/a"}}))
    path = f"{volumes}/{name}"
    api.merge(path, {"spec": {"hostPath": {"path": "/b"}}})
    api.merge(path, {"spec": {"hostPath": None, "nfs": {"server": "s", "path": "/x"}}})
    api.merge(path, {"spec": {"volumeMode": "Block"}})
    api.gone(path)
    driver = {"driver": "d.ex.dev", "volumeHandle": "h"}
    api.setup(volumes, core("PersistentVolume", f"{name}-2", spec=spec | {"csi": driver}))
    path = f"{volumes}/{name}-2"
    secret = {"name": "a", "namespace": "b"}
    api.merge(path, {"spec": {"csi": {"controllerExpandSecretRef": secret, "fsType": "ext4"}}})
    api.merge(path, {"spec": {"csi": {"controllerExpandSecretRef": secret}}})
    api.merge(path, {"spec": {"csi": {"controllerExpandSecretRef": {"name": "c"}}}})
    api.merge(path, {"spec": {"volumeAttributesClassName": "fast"}})
    api.merge(path, {"spec": {"volumeAttributesClassName": None}})
    api.gone(path)
