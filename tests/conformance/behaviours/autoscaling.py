"""Horizontal pod autoscalers, of v2 and of v1."""

from ..script import behaviour
from ..side import Side
from ..workloads import path

TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def autoscalers(api: Side, version: str = "v2", *rest: str) -> str:
    return path(api, f"autoscaling/{version}", "horizontalpodautoscalers", *rest)


def autoscaler(name: str = "web", **spec):
    return {"metadata": {"name": name}, "spec": {"scaleTargetRef": TARGET, "maxReplicas": 3} | spec}


def metric(kind: str, **source):
    return {"type": kind, kind[0].lower() + kind[1:]: source}


POD_METRIC = metric("Pods", metric={"name": "hits"}, target={"type": "AverageValue", "averageValue": "10"})
OBJECT_METRIC = metric(
    "Object",
    metric={"name": "hits", "selector": {"matchLabels": {"a": "b"}}},
    describedObject={"apiVersion": "v1", "kind": "Service", "name": "web"},
    target={"type": "Value", "value": "2k"},
)
EXTERNAL_METRIC = metric("External", metric={"name": "queue"}, target={"type": "AverageValue", "averageValue": "30"})
MEMORY_METRIC = metric("Resource", name="memory", target={"type": "AverageValue", "averageValue": "1Gi"})
CPU_METRIC = metric("Resource", name="cpu", target={"type": "Utilization", "averageUtilization": 50})
CONTAINER_METRIC = metric(
    "ContainerResource", name="cpu", container="c", target={"type": "Utilization", "averageUtilization": 60}
)


@behaviour
def autoscalers_are_defaulted(api: Side) -> None:
    api.post(autoscalers(api), autoscaler())
    api.post(autoscalers(api, "v1"), autoscaler("two"))


@behaviour
def autoscalers_read_in_the_other_version(api: Side) -> None:
    api.post(autoscalers(api), autoscaler(metrics=[CPU_METRIC]))
    api.get(autoscalers(api, "v1", "web"))
    api.post(autoscalers(api, "v1"), autoscaler("two", targetCPUUtilizationPercentage=70))
    api.get(autoscalers(api, "v2", "two"))


@behaviour
def metrics_that_v1_has_no_fields_for(api: Side) -> None:
    metrics = [POD_METRIC, OBJECT_METRIC, EXTERNAL_METRIC, MEMORY_METRIC, CPU_METRIC, CONTAINER_METRIC]
    api.post(autoscalers(api), autoscaler(metrics=metrics))
    api.get(autoscalers(api, "v1", "web"))
    api.merge(autoscalers(api, "v1", "web"), {"spec": {"targetCPUUtilizationPercentage": 40, "maxReplicas": 9}})
    api.get(autoscalers(api, "v2", "web"))


@behaviour
def a_behaviour_in_v1(api: Side) -> None:
    behavior = {
        "scaleDown": {"stabilizationWindowSeconds": 60, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 30}]}
    }
    api.post(autoscalers(api), autoscaler(behavior=behavior))
    api.get(autoscalers(api, "v1", "web"))
    api.merge(autoscalers(api, "v1", "web"), {"spec": {"maxReplicas": 9}})
    api.get(autoscalers(api, "v2", "web"))


@behaviour
def behaviours_are_completed(api: Side) -> None:
    for behavior in ({}, {"scaleUp": {"selectPolicy": "Disabled"}}, {"scaleDown": {"stabilizationWindowSeconds": 0}}):
        api.post(autoscalers(api), autoscaler(behavior=behavior), dryRun="All")


@behaviour
def behaviours_that_are_refused(api: Side) -> None:
    for rules in (
        {"stabilizationWindowSeconds": -1},
        {"stabilizationWindowSeconds": 3601, "selectPolicy": "Odd"},
        {"policies": [{"type": "Odd", "value": 0, "periodSeconds": 0}]},
        {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 1801}]},
    ):
        api.post(autoscalers(api), autoscaler(behavior={"scaleUp": rules}))


@behaviour
def a_behaviour_without_policies(api: Side) -> None:
    api.post(autoscalers(api), autoscaler(behavior={"scaleUp": {"policies": []}}))


@behaviour
def autoscalers_that_are_refused(api: Side) -> None:
    for version in ("v2", "v1"):
        for spec in (
            {"maxReplicas": 0},
            {"maxReplicas": -1},
            {"minReplicas": 0},
            {"minReplicas": 5},
            {"scaleTargetRef": {}},
            {"scaleTargetRef": {"kind": "Deployment", "name": "web"}},
            {"scaleTargetRef": {"kind": "a/b", "name": "c%d", "apiVersion": "a/b/c"}},
        ):
            api.post(autoscalers(api, version), autoscaler(**spec))
        api.post(autoscalers(api, version), {"metadata": {"name": "web"}})


@behaviour
def a_replication_controller_needs_no_group(api: Side) -> None:
    api.post(autoscalers(api), autoscaler(scaleTargetRef={"kind": "ReplicationController", "name": "web"}))


@behaviour
def metrics_that_are_refused(api: Side) -> None:
    for one in (
        {},
        {"type": "Odd"},
        {"type": "Pods"},
        {"type": "Pods", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 1}}},
        metric("Resource", target={"type": "Odd"}),
        metric("Resource", name="cpu", target={"type": "Utilization", "averageUtilization": 0}),
        metric("Resource", name="cpu", target={"type": "Utilization", "averageUtilization": 1, "averageValue": "1"}),
        metric("Pods", metric={}, target={"type": "AverageValue", "averageValue": "-1"}),
        metric("Pods", metric={"name": "a"}, target={"type": "AverageValue"}),
        metric("External", metric={"name": "a"}, target={"type": "Value", "value": "1", "averageValue": "1"}),
        metric("Object", metric={"name": "a/b"}, describedObject={}, target={}),
        metric("ContainerResource", name="cpu", container="Bad", target={"type": "Utilization"}),
    ):
        api.post(autoscalers(api), autoscaler(metrics=[one]))


@behaviour
def the_status_of_an_autoscaler(api: Side) -> None:
    api.post(autoscalers(api), autoscaler())
    status = {
        "currentReplicas": 2,
        "desiredReplicas": 3,
        "currentMetrics": [
            metric("Resource", name="cpu", current={"averageUtilization": 40, "averageValue": "100m"}),
            metric("Pods", metric={"name": "hits"}, current={"averageValue": "5"}),
        ],
        "conditions": [
            {
                "type": "ScalingActive",
                "status": "True",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
                "reason": "ValidMetricFound",
                "message": "found",
            }
        ],
    }
    api.merge(autoscalers(api, "v2", "web", "status"), {"status": status})
    api.get(autoscalers(api, "v1", "web"))
    api.merge(autoscalers(api, "v1", "web", "status"), {"status": {"desiredReplicas": 4}})
    api.get(autoscalers(api, "v2", "web"))
    api.merge(autoscalers(api, "v2", "web", "status"), {"status": {"desiredReplicas": -4}})


@behaviour
def lists_and_watches_of_autoscalers(api: Side) -> None:
    first = api.post(autoscalers(api), autoscaler(metrics=[POD_METRIC]))
    api.get(autoscalers(api, "v1"))
    api.events(autoscalers(api, "v1"), resourceVersion=first.version)
    api.delete(autoscalers(api, "v1", "web"))


@behaviour
def tolerances_of_behaviours(api: Side) -> None:
    for tolerance in ("0.1", "-0.1", "x", 1, 0.25):
        behavior = {"scaleUp": {"tolerance": tolerance}, "scaleDown": {"tolerance": "50m"}}
        api.post(autoscalers(api), autoscaler(behavior=behavior), dryRun="All")
    api.post(autoscalers(api), autoscaler(behavior={"scaleUp": {"tolerance": "0.1"}}))
    api.get(autoscalers(api, "v1", "web"))


@behaviour
def resources_of_containers_that_are_measured(api: Side) -> None:
    for name in ("cpu", "gpu", "ex.dev/gpu", "a b", "hugepages-2Mi", "requests.cpu", "kubernetes.io/x"):
        target = {"type": "AverageValue", "averageValue": "1"}
        one = metric("ContainerResource", name=name, container="c", target=target)
        api.post(autoscalers(api), autoscaler(metrics=[one]), dryRun="All")


@behaviour
def an_autoscaler_that_changes(api: Side) -> None:
    api.post(autoscalers(api), autoscaler(metrics=[OBJECT_METRIC]))
    for spec in (
        {"minReplicas": 0},
        {"maxReplicas": 0},
        {"scaleTargetRef": {"apiVersion": "v1"}},
        {"scaleTargetRef": {"name": "a/b"}},
        {
            "metrics": [
                OBJECT_METRIC
                | {
                    "object": OBJECT_METRIC["object"]
                    | {"describedObject": {"kind": "a", "name": "b", "apiVersion": "a/b/c"}}
                }
            ]
        },
    ):
        api.merge(autoscalers(api, "v2", "web"), {"spec": spec})
        api.merge(
            autoscalers(api, "v1", "web"), {"spec": {name: one for name, one in spec.items() if name != "metrics"}}
        )
