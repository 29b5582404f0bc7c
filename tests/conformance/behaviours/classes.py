"""Kinds without namespaces that others name: storage, priority and runtime classes, drivers, attachments."""

from ..script import behaviour
from ..side import Side

STORAGE = "/apis/storage.k8s.io/v1"
PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
RUNTIMES = "/apis/node.k8s.io/v1/runtimeclasses"


@behaviour
def storage_classes(api: Side) -> None:
    here = f"{STORAGE}/storageclasses"
    api.post(here, {"metadata": {"name": "workloads"}})
    api.post(here, {"metadata": {"name": "workloads"}, "provisioner": "ex.dev/Bad Name"})
    api.post(
        here,
        {"metadata": {"name": "workloads"}, "provisioner": "a", "reclaimPolicy": "Odd", "volumeBindingMode": "Odd"},
    )
    api.post(here, {"metadata": {"name": "workloads"}, "provisioner": "ex.dev/disk", "parameters": {"": "x"}})
    api.post(here, {"metadata": {"name": "workloads"}, "provisioner": "ex.dev/disk", "parameters": {"a": "b"}})
    for change in (
        {"provisioner": "ex.dev/other"},
        {"parameters": {"a": "c"}},
        {"reclaimPolicy": "Retain"},
        {"volumeBindingMode": "WaitForFirstConsumer"},
        {"allowVolumeExpansion": True, "metadata": {"labels": {"a": "b"}}},
    ):
        api.merge(f"{here}/workloads", change)
    api.delete(f"{here}/workloads")


@behaviour
def storage_drivers(api: Side) -> None:
    here = f"{STORAGE}/csidrivers"
    api.post(
        here,
        {"metadata": {"name": "workloads.ex.dev"}, "spec": {"fsGroupPolicy": "Odd", "volumeLifecycleModes": ["Odd"]}},
    )
    api.post(here, {"metadata": {"name": "workloads.ex.dev"}, "spec": {}})
    api.merge(f"{here}/workloads.ex.dev", {"spec": {"attachRequired": False}})
    api.merge(f"{here}/workloads.ex.dev", {"spec": {"podInfoOnMount": True}})
    api.delete(f"{here}/workloads.ex.dev")


@behaviour
def volume_attachments(api: Side) -> None:
    here = f"{STORAGE}/volumeattachments"
    good = {"attacher": "ex.dev", "nodeName": "node", "source": {"persistentVolumeName": "one"}}
    for spec in ({}, {**good, "source": {"persistentVolumeName": ""}}, {**good, "nodeName": "Bad_"}):
        api.post(here, {"metadata": {"name": "workloads"}, "spec": spec})
    api.post(here, {"metadata": {"name": "workloads"}, "spec": good})
    api.merge(f"{here}/workloads", {"spec": {"nodeName": "other"}})
    api.merge(f"{here}/workloads/status", {"status": {"attached": True}, "metadata": {"labels": {"a": "b"}}})
    api.delete(f"{here}/workloads")


@behaviour
def priority_classes(api: Side) -> None:
    def one(name="workloads", **fields):
        return {"metadata": {"name": name}} | fields

    api.post(PRIORITIES, one(value=2_000_000_000))
    api.post(PRIORITIES, one("system-mine", value=1))
    api.post(PRIORITIES, one(value=5, preemptionPolicy="Odd"))
    api.post(PRIORITIES, one(value=5, description="mine"))
    for change in ({"value": 6}, {"preemptionPolicy": "Never"}, {"description": "yours", "globalDefault": False}):
        api.merge(f"{PRIORITIES}/workloads", change)
    api.delete(f"{PRIORITIES}/workloads")


@behaviour
def runtime_classes(api: Side) -> None:
    api.post(RUNTIMES, {"metadata": {"name": "workloads"}})
    api.post(RUNTIMES, {"metadata": {"name": "workloads"}, "handler": "Bad_"})
    api.post(
        RUNTIMES, {"metadata": {"name": "workloads"}, "handler": "a", "scheduling": {"nodeSelector": {"bad key": "x!"}}}
    )
    api.post(
        RUNTIMES, {"metadata": {"name": "workloads"}, "handler": "runc", "scheduling": {"nodeSelector": {"a": "b"}}}
    )
    api.merge(f"{RUNTIMES}/workloads", {"handler": "other"})
    api.merge(f"{RUNTIMES}/workloads", {"metadata": {"labels": {"a": "b"}}})
    api.delete(f"{RUNTIMES}/workloads")


@behaviour
def what_a_runtime_asks_of_nodes(api: Side) -> None:
    lasting = {"key": "a", "operator": "Exists", "effect": "NoExecute"}
    for fields in (
        {"overhead": {"podFixed": {"cpu": "0.25", "memory": "-1"}}},
        {"overhead": {"podFixed": {"gpu": "1", "ex.dev/gpu": "1.5", "a b": "1"}}},
        {"scheduling": {"tolerations": [lasting, lasting | {"tolerationSeconds": 5}]}},
        {"scheduling": {"tolerations": [{"operator": "Odd", "key": "a"}, {"key": "", "effect": "Odd"}]}},
        {"scheduling": {"nodeSelector": {"beta.kubernetes.io/arch": "arm"}}},
        {"overhead": {"podFixed": {"cpu": "0.25", "memory": "1024Mi"}}, "scheduling": {"tolerations": [lasting]}},
    ):
        api.post(RUNTIMES, {"metadata": {"name": api.namespace}, "handler": "runc"} | fields, dryRun="All")
    api.post(RUNTIMES, {"metadata": {"name": api.namespace}, "handler": "runc"})
    api.merge(f"{RUNTIMES}/{api.namespace}", {"overhead": {"podFixed": {"memory": "-1"}}})
    api.delete(f"{RUNTIMES}/{api.namespace}")
