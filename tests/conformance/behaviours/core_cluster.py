"""Namespaces, nodes, volumes, claims."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

NAMESPACES = "/api/v1/namespaces"
NODES = "/api/v1/nodes"
VOLUMES = "/api/v1/persistentvolumes"


def claim(name: str = "one", **spec: Any) -> dict[str, Any]:
    good = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}
    return core("PersistentVolumeClaim", name, spec=good | spec)


def volume(name: str, **spec: Any) -> dict[str, Any]:
    good = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/x"}}
    return core("PersistentVolume", name, spec=good | spec)


@behaviour
def a_namespace(api: Side) -> None:
    name = f"{api.namespace}-b"
    api.post(NAMESPACES, core("Namespace", name, spec={"finalizers": ["x"]}, status={"phase": "Odd"}))
    api.post(NAMESPACES, core("Namespace", name, spec={"finalizers": ["ex.dev/x"]}, status={"phase": "Odd"}))
    api.merge(f"{NAMESPACES}/{name}", {"metadata": {"labels": {"a": "b"}}, "spec": {"finalizers": ["ex.dev/x"]}})
    api.merge(f"{NAMESPACES}/{name}", {"metadata": {"labels": {"kubernetes.io/metadata.name": "other"}}})
    api.merge(f"{NAMESPACES}/{name}/status", {"status": {"phase": "Terminating"}})
    api.get(f"{NAMESPACES}/{name}")


@behaviour
def a_namespace_that_is_deleted(api: Side) -> None:
    name = f"{api.namespace}-b"
    api.post(NAMESPACES, core("Namespace", name))
    api.delete(f"{NAMESPACES}/{name}")
    api.post(f"{NAMESPACES}/{name}/configmaps", core("ConfigMap", "late"))
    api.merge(f"{NAMESPACES}/{name}", {"metadata": {"labels": {"a": "b"}}})
    api.delete(f"{NAMESPACES}/{name}")


@behaviour
def namespaces_that_stay(api: Side) -> None:
    for name in ("default", "kube-system", "kube-public"):
        api.delete(f"{NAMESPACES}/{name}")
    api.delete(f"{NAMESPACES}/none")


@behaviour
def finalizers_of_a_namespace(api: Side) -> None:
    name = f"{api.namespace}-b"
    found = api.post(NAMESPACES, core("Namespace", name)).json
    api.put(f"{NAMESPACES}/{name}/finalize", found | {"spec": {"finalizers": ["ex.dev/x", "kubernetes"]}})
    api.put(f"{NAMESPACES}/{name}/finalize", core("Namespace", name, spec={"finalizers": ["bad name"]}))


@behaviour
def a_node(api: Side) -> None:
    name = api.namespace
    api.post(NODES, core("Node", name))
    api.get(f"{NODES}/{name}")
    status = {"capacity": {"cpu": "4000m", "memory": "8Gi"}, "conditions": [{"type": "Ready", "status": "True"}]}
    api.merge(f"{NODES}/{name}/status", {"status": status, "metadata": {"annotations": {"a": "b"}}})
    api.merge(f"{NODES}/{name}", {"spec": {"unschedulable": True}})
    api.merge(f"{NODES}/{name}", {"spec": {"taints": None}})
    api.merge(
        f"{NODES}/{name}", {"spec": {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24"], "providerID": "a://b"}}
    )
    api.merge(f"{NODES}/{name}", {"spec": {"podCIDR": "10.2.0.0/24", "podCIDRs": ["10.2.0.0/24"]}})
    api.merge(f"{NODES}/{name}", {"spec": {"providerID": "a://c"}})
    api.get(NODES, fieldSelector=f"spec.unschedulable=true,metadata.name={name}")
    api.delete(f"{NODES}/{name}")


@behaviour
def a_node_with_a_status(api: Side) -> None:
    status = {
        "capacity": {"cpu": "4"},
        "allocatable": {"cpu": "3500m"},
        "addresses": [{"type": "Hostname", "address": "n"}],
    }
    api.post(NODES, core("Node", api.namespace, status=status))


@behaviour
def taints(api: Side) -> None:
    for taint in (
        {"key": "a b", "effect": "NoSchedule"},
        {"key": "a", "effect": "NoLunch"},
        {"key": "a"},
        {"key": "a", "value": "b c", "effect": "NoSchedule"},
    ):
        api.post(NODES, core("Node", api.namespace, spec={"taints": [taint]}))
    twice = [{"key": "a", "effect": "NoSchedule"}] * 2
    api.post(NODES, core("Node", api.namespace, spec={"taints": twice}))
    api.post(NODES, core("Node", api.namespace, spec={"podCIDRs": ["nonsense"]}))


@behaviour
def a_claim(api: Side) -> None:
    path = api.core("persistentvolumeclaims")
    api.post(path, claim())
    api.merge(f"{path}/one", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    api.merge(f"{path}/one", {"spec": {"volumeName": "pv"}})
    api.merge(f"{path}/one", {"spec": {"accessModes": ["ReadOnlyMany"]}})
    api.merge(f"{path}/one/status", {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}})
    api.merge(f"{path}/one", {"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    api.merge(f"{path}/one", {"spec": {"resources": {"requests": {"storage": "1Gi"}}}})
    api.delete(f"{path}/one")
    api.merge(f"{path}/one", {"metadata": {"finalizers": None}})


@behaviour
def claims_that_are_wrong(api: Side) -> None:
    path = api.core("persistentvolumeclaims")
    api.post(path, claim(accessModes=[]))
    api.post(path, claim(accessModes=["Odd"]))
    api.post(path, claim(accessModes=["ReadWriteOncePod", "ReadWriteOnce"]))
    api.post(path, claim(resources={}))
    api.post(path, claim(resources={"requests": {"storage": "0"}}))
    api.post(path, claim(volumeMode="Odd"))
    api.post(path, claim(storageClassName="Up"))


@behaviour
def a_volume(api: Side) -> None:
    name = api.namespace
    api.post(VOLUMES, volume(name))
    api.merge(f"{VOLUMES}/{name}/status", {"status": {"phase": "Available"}})
    api.merge(f"{VOLUMES}/{name}", {"spec": {"hostPath": {"path": "/y"}}})
    api.merge(f"{VOLUMES}/{name}", {"spec": {"persistentVolumeReclaimPolicy": "Delete", "storageClassName": "fast"}})
    api.delete(f"{VOLUMES}/{name}")
    api.merge(f"{VOLUMES}/{name}", {"metadata": {"finalizers": None}})


@behaviour
def volumes_that_are_wrong(api: Side) -> None:
    name = api.namespace
    api.post(VOLUMES, volume(name, accessModes=[]))
    api.post(VOLUMES, volume(name, hostPath=None))
    api.post(VOLUMES, volume(name, nfs={"server": "a", "path": "/b"}))
    api.post(VOLUMES, volume(name, persistentVolumeReclaimPolicy="Odd"))
    api.post(VOLUMES, volume(name, capacity={"storage": "-1"}))
    api.post(VOLUMES, volume(name, volumeMode="Odd"))


@behaviour
def nodes_that_are_wrong(api: Side) -> None:
    def one(status: Any = None, **spec: Any) -> dict[str, Any]:
        return core("Node", api.namespace, spec=spec, status=status or {})

    for node in (
        one(podCIDRs=["10.0.0.1/24", "2001:db8::/64"]),
        one(podCIDRs=["10.1.0.0/24", "10.2.0.0/24"]),
        one(podCIDRs=["10.1.0.0/24", "2001:DB8::/64", "10.2.0.0/24"]),
        one(podCIDRs=["10.1.0.0/24", "x"]),
        one(podCIDR="10.1.0.0/24", podCIDRs=["10.2.0.0/24"]),
        one({"capacity": {"cpu": "-1", "pods": "1.5", "ex.dev/gpu": "0.5"}}),
        one({"nodeInfo": {"swap": {"capacity": 0}}}),
        one({"addresses": [{"type": "Hostname", "address": "n"}] * 2}),
        one({"declaredFeatures": ["b", "A/", "Z", "C", "C"]}),
        one({"config": {"assigned": {}}}, configSource={"configMap": {"name": "x"}}, externalID="x"),
    ):
        api.post(NODES, node, dryRun="All")


@behaviour
def a_node_that_changes(api: Side) -> None:
    name = api.namespace
    api.post(NODES, core("Node", name, spec={"externalID": "a", "podCIDR": "10.1.0.0/24"}))
    for change in (
        {
            "taints": [
                {"key": "a", "effect": "Odd"},
                {"key": "b", "effect": "NoSchedule"},
                {"key": "b", "effect": "NoSchedule"},
            ]
        },
        {"externalID": "b"},
        {"podCIDR": "10.2.0.0/24", "podCIDRs": ["10.2.0.0/24"]},
        {"podCIDRs": ["10.1.0.0/24", "2001:db8::/64"]},
        {"configSource": {"configMap": {"name": "x", "namespace": "y", "kubeletConfigKey": "z"}}},
        {"taints": [{"key": "a", "value": "b", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"}]},
    ):
        api.merge(f"{NODES}/{name}", {"spec": change})
    for status in (
        {"capacity": {"cpu": "-1"}},
        {"addresses": [{"type": "Hostname", "address": "n"}] * 2},
        {"nodeInfo": {"swap": {"capacity": 0}}},
        {"config": {"assigned": {}}},
        {"declaredFeatures": ["C", "A"]},
    ):
        api.merge(f"{NODES}/{name}/status", {"status": status})
    api.delete(f"{NODES}/{name}")
