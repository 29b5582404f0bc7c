"""Rows of the kinds that run pods, scale them and guard them."""

from typing import Any

from ..script import behaviour
from ..side import Side
from ..tables import LONG_AGO, asked, made, shown
from ..workloads import cron_job, job, path, template, workload

TWO = {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y"}]}
EXPRESSIONS = {
    "matchLabels": {"app": "web"},
    "matchExpressions": [
        {"key": "tier", "operator": "In", "values": ["b", "a"]},
        {"key": "app", "operator": "Exists"},
        {"key": "old", "operator": "DoesNotExist"},
        {"key": "zone", "operator": "NotIn", "values": ["x"]},
    ],
}
CHOSEN = {"selector": EXPRESSIONS, "template": template({"app": "web", "tier": "a"}, **TWO)}


@behaviour
def deployments(api: Side) -> None:
    state = {"replicas": 3, "readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1}
    shown(api, path(api, "apps/v1", "deployments"), workload(replicas=3), {}, state)
    shown(api, path(api, "apps/v1", "deployments"), workload("other", **CHOSEN))


@behaviour
def replica_sets(api: Side) -> None:
    state = {"replicas": 3, "readyReplicas": 1}
    shown(api, path(api, "apps/v1", "replicasets"), workload(replicas=3, **CHOSEN), {"replicas": 0}, state)


@behaviour
def stateful_sets(api: Side) -> None:
    body = workload(replicas=2, serviceName="s")
    shown(api, path(api, "apps/v1", "statefulsets"), body, {"replicas": 0}, {"replicas": 2, "readyReplicas": 1})


@behaviour
def daemon_sets(api: Side) -> None:
    state = {
        "desiredNumberScheduled": 5,
        "currentNumberScheduled": 4,
        "numberReady": 3,
        "updatedNumberScheduled": 2,
        "numberAvailable": 1,
        "numberMisscheduled": 0,
    }
    body = workload(template=template(nodeSelector={"disk": "ssd", "arch": "arm64"}))
    shown(api, path(api, "apps/v1", "daemonsets"), body, state)
    shown(api, path(api, "apps/v1", "daemonsets"), workload("other", **CHOSEN))


@behaviour
def revisions(api: Side) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "u", "controller": True}
    plain = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "v"}
    revisions = path(api, "apps/v1", "controllerrevisions")
    shown(api, revisions, {"metadata": {"name": "one", "ownerReferences": [plain, owner]}, "revision": 7, "data": {}})
    shown(api, revisions, {"metadata": {"name": "two", "ownerReferences": [plain]}, "revision": 0, "data": {}})
    core = plain | {"controller": True}
    shown(api, revisions, {"metadata": {"name": "three", "ownerReferences": [core]}, "revision": 1, "data": {}})


def _job_condition(kind: str, status: str = "True") -> dict[str, str]:
    return {"type": kind, "status": status, "lastTransitionTime": LONG_AGO, "lastProbeTime": LONG_AGO}


@behaviour
def jobs(api: Side) -> None:
    jobs = path(api, "batch/v1", "jobs")
    shown(api, jobs, job(), {}, {"startTime": LONG_AGO, "active": 1, "ready": 0})
    shown(api, jobs, job("several", completions=3, parallelism=2), {}, {"startTime": LONG_AGO, "succeeded": 2})
    shown(api, jobs, job("suspended", suspend=True), {"conditions": [_job_condition("Suspended")]})
    shown(api, jobs, job("targeted"), {"startTime": LONG_AGO, "conditions": [_job_condition("FailureTarget")]})


@behaviour
def a_job_of_parallel_work(api: Side) -> None:
    body = job(parallelism=3, completions=None)
    shown(api, path(api, "batch/v1", "jobs"), body)
    shown(api, path(api, "batch/v1", "jobs"), job("single", parallelism=1, completions=None))


@behaviour
def jobs_that_have_ended(api: Side) -> None:
    jobs = path(api, "batch/v1", "jobs")
    targets = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}
    for kind, target in targets.items():
        ended = {"completionTime": "1700-03-04T05:08:19Z", "succeeded": 1} if kind == "Complete" else {"failed": 1}
        conditions = [_job_condition(target), _job_condition(kind)]
        shown(
            api,
            jobs,
            job(kind.lower()),
            {"startTime": LONG_AGO, "conditions": conditions[:1]} | ({"succeeded": 1} if kind == "Complete" else {}),
            {"startTime": LONG_AGO, "conditions": conditions} | ended,
        )


@behaviour
def a_job_that_is_deleted(api: Side) -> None:
    one = made(api, path(api, "batch/v1", "jobs"), job(metadata={"finalizers": ["ex.dev/wait"]}))
    api.aside("DELETE", one)
    asked(api, one, includeObject="None")


@behaviour
def cron_jobs(api: Side) -> None:
    jobs = path(api, "batch/v1", "cronjobs")
    active = [{"kind": "Job", "name": "a"}, {"kind": "Job", "name": "b"}]
    shown(api, jobs, cron_job(), {}, {"lastScheduleTime": LONG_AGO, "active": active})
    shown(api, jobs, cron_job("zoned", timeZone="Europe/Berlin", suspend=True))


@behaviour
def a_scale(api: Side) -> None:
    one = made(api, path(api, "apps/v1", "deployments"), workload(replicas=3), {"replicas": 2})
    asked(api, f"{one}/scale", includeObject="None")
    asked(api, f"{one}/scale", includeObject="Object")


def _autoscaler(name: str = "one", **spec: Any) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {"metadata": {"name": name}, "spec": {"scaleTargetRef": target, "maxReplicas": 4} | spec}


def _resource(name: str, **target: Any) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": name, "target": target}}


@behaviour
def autoscalers(api: Side) -> None:
    scalers = path(api, "autoscaling/v2", "horizontalpodautoscalers")
    used = {
        "type": "Resource",
        "resource": {"name": "cpu", "current": {"averageUtilization": 41, "averageValue": "41m"}},
    }
    shown(
        api,
        scalers,
        _autoscaler(minReplicas=2),
        {},
        {"currentReplicas": 3, "desiredReplicas": 3, "currentMetrics": [used]},
    )
    asked(api, path(api, "autoscaling/v1", "horizontalpodautoscalers", "one"))
    wanted = [_resource("memory", type="AverageValue", averageValue="1024Mi")]
    state = {"type": "Resource", "resource": {"name": "memory", "current": {"averageValue": "512Mi"}}}
    shown(
        api,
        scalers,
        _autoscaler("memory", metrics=wanted),
        {},
        {"currentReplicas": 1, "desiredReplicas": 1, "currentMetrics": [state]},
    )


@behaviour
def autoscalers_by_other_metrics(api: Side) -> None:
    metric = {"metric": {"name": "m"}}
    described = {"kind": "Service", "name": "s", "apiVersion": "v1"}
    sources: dict[str, tuple[Any, Any]] = {
        "external": (
            {"type": "External", "external": metric | {"target": {"type": "AverageValue", "averageValue": "10"}}},
            {"type": "External", "external": metric | {"current": {"averageValue": "3500m"}}},
        ),
        "total": (
            {"type": "External", "external": metric | {"target": {"type": "Value", "value": "10"}}},
            {"type": "External", "external": metric | {"current": {"value": "7"}}},
        ),
        "pods": (
            {"type": "Pods", "pods": metric | {"target": {"type": "AverageValue", "averageValue": "10"}}},
            {"type": "Pods", "pods": metric | {"current": {"averageValue": "5"}}},
        ),
        "object": (
            {
                "type": "Object",
                "object": metric | {"describedObject": described, "target": {"type": "Value", "value": "2k"}},
            },
            {"type": "Object", "object": metric | {"describedObject": described, "current": {"value": "1500"}}},
        ),
        "averaged": (
            {
                "type": "Object",
                "object": metric
                | {"describedObject": described, "target": {"type": "AverageValue", "averageValue": "2"}},
            },
            {"type": "Object", "object": metric | {"describedObject": described, "current": {"value": "1"}}},
        ),
        "container": (
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": "cpu",
                    "container": "c",
                    "target": {"type": "Utilization", "averageUtilization": 60},
                },
            },
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": "cpu",
                    "container": "c",
                    "current": {"averageUtilization": 30, "averageValue": "30m"},
                },
            },
        ),
    }
    scalers = path(api, "autoscaling/v2", "horizontalpodautoscalers")
    for name, (wanted, found) in sources.items():
        counts = {"currentReplicas": 1, "desiredReplicas": 1}
        shown(api, scalers, _autoscaler(name, metrics=[wanted]), counts, counts | {"currentMetrics": [found]})
    shown(api, scalers, _autoscaler("all", metrics=[wanted for wanted, _ in sources.values()]))


@behaviour
def budgets(api: Side) -> None:
    budgets = path(api, "policy/v1", "poddisruptionbudgets")
    for name, spec in {"least": {"minAvailable": "50%"}, "most": {"maxUnavailable": 2}, "neither": {}}.items():
        body = {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"a": "b"}}} | spec}
        counts = {"disruptionsAllowed": 2, "currentHealthy": 3, "desiredHealthy": 1, "expectedPods": 3}
        shown(api, budgets, body, counts)
