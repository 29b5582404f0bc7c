"""Kinds of storage.k8s.io beyond what a plain class or driver is: topologies, nodes, capacities, attributes."""

from typing import Any

from ..script import behaviour
from ..side import Side

STORAGE = "/apis/storage.k8s.io/v1"
NODES, DRIVERS = f"{STORAGE}/csinodes", f"{STORAGE}/csidrivers"
ATTACHMENTS, ATTRIBUTES = f"{STORAGE}/volumeattachments", f"{STORAGE}/volumeattributesclasses"


def named(api: Side, **fields: Any) -> dict[str, Any]:
    """Return an object in no namespace, of a name that no other behaviour uses."""
    return {"metadata": {"name": api.namespace}} | fields


def capacities(api: Side, *rest: str) -> str:
    return "/".join([f"{STORAGE}/namespaces/{api.namespace}/csistoragecapacities", *rest])


@behaviour
def topologies_of_storage_classes(api: Side) -> None:
    classes, zone = f"{STORAGE}/storageclasses", {"key": "zone", "values": ["a", "b"]}
    for terms in (
        [{}],
        [{"matchLabelExpressions": [{"key": "bad key", "values": []}]}],
        [{"matchLabelExpressions": [{"key": "", "values": ["a", "b", "a"]}]}],
        [{"matchLabelExpressions": [zone, zone]}],
        [{"matchLabelExpressions": [zone]}, {"matchLabelExpressions": [zone | {"values": ["b", "a"]}]}],
        [{"matchLabelExpressions": [{"key": "beta.kubernetes.io/os", "values": ["x"]}, zone]}],
    ):
        api.post(classes, named(api, provisioner="ex.dev/disk", allowedTopologies=terms), dryRun="All")
    api.post(classes, named(api, provisioner="ex.dev/disk", allowedTopologies=[{"matchLabelExpressions": [zone]}]))
    api.merge(
        f"{classes}/{api.namespace}", {"allowedTopologies": [{"matchLabelExpressions": [zone | {"values": None}]}]}
    )
    api.merge(f"{classes}/{api.namespace}", {"allowedTopologies": None})
    api.merge(f"{classes}/{api.namespace}", {"reclaimPolicy": "Odd"})
    api.delete(f"{classes}/{api.namespace}")


@behaviour
def classes_of_volume_attributes(api: Side) -> None:
    for fields in (
        {},
        {"driverName": "Bad_/x y"},
        {"driverName": "ex.dev", "parameters": {"": "x"}},
        {"driverName": "ex.dev", "parameters": {str(number): "x" for number in range(513)}},
        {"driverName": "ex.dev", "parameters": {"iops": "100"}},
    ):
        api.post(ATTRIBUTES, named(api, **fields))
    here = f"{ATTRIBUTES}/{api.namespace}"
    for change in ({"driverName": "other"}, {"parameters": {"iops": "5"}}, {"parameters": None}, {"driverName": None}):
        api.merge(here, change)
    api.merge(here, {"metadata": {"labels": {"a": "b"}}})
    api.delete(here)


@behaviour
def drivers_of_a_node(api: Side) -> None:
    good = {"name": "ex.dev", "nodeID": "one"}
    for drivers in (
        [{}],
        [{"name": "Ex.Dev", "nodeID": "x" * 257}],
        [{"name": "-bad", "nodeID": "x"}, {"name": "a" * 64, "nodeID": "x"}],
        [good, good],
        [good | {"topologyKeys": ["zone", "zone", "", "bad key"]}],
        [good | {"allocatable": {"count": -1}}],
    ):
        api.post(NODES, named(api, spec={"drivers": drivers}), dryRun="All")
    api.post(NODES, named(api), dryRun="All")
    api.post(NODES, named(api, spec={"drivers": [good | {"topologyKeys": ["zone"], "allocatable": {"count": 3}}]}))
    found = api.get(f"{NODES}/{api.namespace}").json
    for change in (
        {"allocatable": {"count": 5}},
        {"nodeID": "two"},
        {"topologyKeys": ["zone", "rack"]},
        {"topologyKeys": None},
    ):
        api.put(f"{NODES}/{api.namespace}", found | {"spec": {"drivers": [found["spec"]["drivers"][0] | change]}})
        found["metadata"].pop("resourceVersion", None)
    api.strategic(f"{NODES}/{api.namespace}", {"spec": {"drivers": [{"name": "ex.dev", "$patch": "delete"}]}})
    api.delete(f"{NODES}/{api.namespace}")


@behaviour
def what_a_driver_can_still_make(api: Side) -> None:
    def one(**fields: Any) -> dict[str, Any]:
        return {"metadata": {"name": "one"}} | fields

    for fields in (
        {},
        {"storageClassName": "Bad_", "nodeTopology": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}},
        {"storageClassName": "fast", "capacity": "-1Gi"},
        {"storageClassName": "fast", "capacity": "x"},
        {"storageClassName": "fast", "nodeTopology": {"matchLabels": {"beta.kubernetes.io/arch": "arm"}}},
        {
            "storageClassName": "fast",
            "nodeTopology": {"matchExpressions": [{"key": "beta.kubernetes.io/os", "operator": "Exists"}]},
        },
    ):
        api.post(capacities(api), one(**fields), dryRun="All")
    api.post(capacities(api), one(storageClassName="fast", capacity="1024Mi", nodeTopology={"matchLabels": {"a": "b"}}))
    for change in (
        {"capacity": "0.5Gi", "maximumVolumeSize": "1000k"},
        {"capacity": "-1"},
        {"storageClassName": "slow"},
        {"nodeTopology": {"matchLabels": {"a": "c"}}},
        {"nodeTopology": None},
    ):
        api.merge(capacities(api, "one"), change)


@behaviour
def drivers_that_ask_for_tokens(api: Side) -> None:
    for spec in (
        {"tokenRequests": [{"audience": "a"}, {"audience": "a"}, {"audience": ""}]},
        {"tokenRequests": [{"audience": "a", "expirationSeconds": 1}, {"audience": "b", "expirationSeconds": 2**33}]},
        {"nodeAllocatableUpdatePeriodSeconds": 9},
        {"serviceAccountTokenInSecrets": True},
        {"serviceAccountTokenInSecrets": True, "tokenRequests": [{"audience": "a"}]},
        {"seLinuxMount": True, "preventPodSchedulingIfMissing": True},
    ):
        api.post(DRIVERS, named(api, spec=spec), dryRun="All")
    api.post(DRIVERS, named(api, spec={"tokenRequests": [{"audience": "a"}]}))
    for change in ({"podInfoOnMount": True}, {"tokenRequests": [{"audience": "b"}]}, {"fsGroupPolicy": "Odd"}):
        api.merge(f"{DRIVERS}/{api.namespace}", {"spec": change})
    api.delete(f"{DRIVERS}/{api.namespace}")


@behaviour
def attachments_that_fail(api: Side) -> None:
    spec = {"attacher": "ex.dev", "nodeName": "node", "source": {"persistentVolumeName": "one"}}
    api.post(ATTACHMENTS, named(api, spec=spec | {"attacher": "-x"}))
    api.post(ATTACHMENTS, named(api, spec=spec | {"attacher": "a" * 64}))
    api.post(ATTACHMENTS, named(api, spec=spec))
    here = f"{ATTACHMENTS}/{api.namespace}/status"
    for status in (
        {"attachError": {"message": "x" * 1025, "time": "2026-01-01T00:00:00Z"}},
        {"detachError": {"message": "x", "errorCode": -1}},
        {"attachmentMetadata": {"a": "x" * 256 * 1024}},
        {"attachmentMetadata": {"a": "b"}, "attachError": {"message": "late", "errorCode": 8}},
    ):
        api.merge(here, {"status": status})
    api.delete(f"{ATTACHMENTS}/{api.namespace}")
