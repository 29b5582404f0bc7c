"""Deployments, replica sets, stateful sets, daemon sets, controller revisions."""

from ..script import behaviour
from ..side import Side
from ..workloads import path, pod, template, workload

V1 = "apps/v1"
KINDS = ("deployments", "replicasets", "statefulsets", "daemonsets")


@behaviour
def workloads_are_defaulted(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        api.get(path(api, V1, kind, "web"))


@behaviour
def workloads_without_anything(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), {"metadata": {"name": "web"}})
        api.post(path(api, V1, kind), {"metadata": {"name": "web"}, "spec": {"selector": {}}})


@behaviour
def a_selector_must_match_the_template(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload(selector={"matchLabels": {"app": "other"}}))
        api.post(path(api, V1, kind), workload(template={"spec": pod()}))


@behaviour
def selectors_with_expressions(api: Side) -> None:
    wanted = [{"key": "app", "operator": "In", "values": ["web", "x"]}, {"key": "z", "operator": "DoesNotExist"}]
    for kind in KINDS:
        api.post(path(api, V1, kind), workload(selector={"matchExpressions": wanted}))
    for kind in KINDS[:3]:
        api.get(path(api, V1, kind, "web", "scale"))


@behaviour
def selectors_that_are_none(api: Side) -> None:
    for one in (
        {"matchExpressions": [{"key": "app", "operator": "Odd"}]},
        {"matchExpressions": [{"key": "app", "operator": "In"}]},
        {"matchExpressions": [{"key": "app", "operator": "Exists", "values": ["x"]}]},
        {"matchExpressions": [{"key": "bad key", "operator": "NotIn", "values": ["bad value!"]}]},
        {"matchLabels": {"bad key": "bad value!"}},
    ):
        for kind in KINDS:
            api.post(path(api, V1, kind), workload(selector=one))


@behaviour
def an_empty_selector(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload(selector={}))


@behaviour
def a_selector_never_changes(api: Side) -> None:
    other = {"app": "other"}
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        patch = {"spec": {"selector": {"matchLabels": other}, "template": {"metadata": {"labels": other}}}}
        api.merge(path(api, V1, kind, "web"), patch)


@behaviour
def generation_counts_the_spec_of_workloads(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        api.merge(path(api, V1, kind, "web"), {"spec": {"minReadySeconds": 5}})
        api.merge(path(api, V1, kind, "web"), {"metadata": {"labels": {"a": "b"}}})
        api.merge(path(api, V1, kind, "web"), {"metadata": {"annotations": {"a": "b"}}})
        api.merge(path(api, V1, kind, "web"), {"spec": {"template": {"metadata": {"labels": {"new": "x"}}}}})


@behaviour
def a_status_is_dropped_at_birth_and_kept_from_the_rest(api: Side) -> None:
    for kind in KINDS[:3]:
        api.post(path(api, V1, kind), workload() | {"status": {"replicas": 7}})
        api.merge(path(api, V1, kind, "web"), {"status": {"replicas": 7}})


@behaviour
def a_status_write_may_change_metadata_but_not_the_spec(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        meta = {"labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["ex.dev/hold"]}
        status = {"observedGeneration": 1}
        api.merge(path(api, V1, kind, "web", "status"), {"metadata": meta, "status": status, "spec": {"replicas": 9}})
        api.merge(path(api, V1, kind, "web"), {"metadata": {"finalizers": None}})


@behaviour
def a_status_whose_counts_do_not_fit(api: Side) -> None:
    status = {"replicas": 1, "readyReplicas": 2, "availableReplicas": 3, "updatedReplicas": 4}
    for kind in KINDS[:3]:
        api.post(path(api, V1, kind), workload())
        api.merge(path(api, V1, kind, "web", "status"), {"status": status})
        api.merge(path(api, V1, kind, "web", "status"), {"status": {"replicas": -1}})
    api.post(path(api, V1, "daemonsets"), workload())
    api.merge(path(api, V1, "daemonsets", "web", "status"), {"status": {"numberReady": -1, "numberAvailable": -2}})


@behaviour
def a_collision_count_never_decreases(api: Side) -> None:
    for kind in ("deployments", "statefulsets", "daemonsets"):
        api.post(path(api, V1, kind), workload())
        api.merge(path(api, V1, kind, "web", "status"), {"status": {"collisionCount": 2}})
        api.merge(path(api, V1, kind, "web", "status"), {"status": {"collisionCount": 1}})
        api.merge(path(api, V1, kind, "web", "status"), {"status": {"collisionCount": None}})


@behaviour
def names_of_workloads(api: Side) -> None:
    for kind in KINDS:
        for name in ("a.b", "Upper", "a" * 64):
            api.post(path(api, V1, kind), workload(name))


@behaviour
def restart_policies_of_workloads(api: Side) -> None:
    for kind in KINDS:
        for policy in ("Never", "Odd"):
            api.post(path(api, V1, kind), workload(template=template(restartPolicy=policy)))
        api.post(path(api, V1, kind), workload(template=template(activeDeadlineSeconds=5)))


@behaviour
def negative_numbers_in_workloads(api: Side) -> None:
    numbers = {"replicas": -1, "minReadySeconds": -2, "revisionHistoryLimit": -3}
    for kind in KINDS[:1] + KINDS[2:]:
        api.post(path(api, V1, kind), workload(**numbers))
    api.post(path(api, V1, "deployments"), workload(progressDeadlineSeconds=5, minReadySeconds=5))
    api.post(path(api, V1, "deployments"), workload(progressDeadlineSeconds=-1))


@behaviour
def strategies_of_deployments(api: Side) -> None:
    for strategy in (
        {"type": "Recreate"},
        {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
        {"type": "Odd"},
        {"type": "Odd", "rollingUpdate": {"maxSurge": 1}},
        {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}},
        {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "0%"}},
        {"rollingUpdate": {"maxSurge": "200%", "maxUnavailable": "101%"}},
        {"rollingUpdate": {"maxSurge": "x", "maxUnavailable": -1}},
    ):
        api.post(path(api, V1, "deployments"), workload(strategy=strategy), dryRun="All")


@behaviour
def strategies_of_daemon_sets(api: Side) -> None:
    for strategy in (
        {"type": "OnDelete"},
        {"type": "Odd"},
        {"rollingUpdate": {"maxSurge": 1}},
        {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}},
        {"rollingUpdate": {"maxSurge": "x", "maxUnavailable": "101%"}},
    ):
        api.post(path(api, V1, "daemonsets"), workload(updateStrategy=strategy), dryRun="All")


@behaviour
def strategies_of_stateful_sets(api: Side) -> None:
    for strategy in (
        {"type": "OnDelete"},
        {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
        {"type": "Odd"},
        {"type": "RollingUpdate"},
        {"rollingUpdate": {"partition": -1}},
    ):
        api.post(path(api, V1, "statefulsets"), workload(updateStrategy=strategy), dryRun="All")


@behaviour
def other_fields_of_stateful_sets(api: Side) -> None:
    for spec in (
        {"podManagementPolicy": "Odd"},
        {"podManagementPolicy": "Parallel", "ordinals": {"start": -1}},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Odd", "whenScaled": "Odd"}},
        {"serviceName": "Bad_Name"},
        {"revisionHistoryLimit": -1},
    ):
        api.post(path(api, V1, "statefulsets"), workload(**spec), dryRun="All")


@behaviour
def most_of_a_stateful_set_never_changes(api: Side) -> None:
    api.post(path(api, V1, "statefulsets"), workload(serviceName="web"))
    here = path(api, V1, "statefulsets", "web")
    api.merge(here, {"spec": {"serviceName": "other"}})
    api.merge(here, {"spec": {"podManagementPolicy": "Parallel"}})
    api.merge(
        here,
        {"spec": {"replicas": 2, "minReadySeconds": 1, "updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}},
    )


@behaviour
def claims_of_stateful_sets(api: Side) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    mount = {"name": "c", "image": "web:1", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    body = workload(template=template(containers=[mount]), volumeClaimTemplates=[claim])
    api.post(path(api, V1, "statefulsets"), body)
    changed = [claim | {"metadata": {"name": "data", "labels": {"a": "b"}}}]
    api.merge(path(api, V1, "statefulsets", "web"), {"spec": {"volumeClaimTemplates": changed}})


@behaviour
def the_generation_of_a_daemon_sets_template(api: Side) -> None:
    note = "deprecated.daemonset.template.generation"
    api.post(path(api, V1, "daemonsets"), workload(metadata={"annotations": {note: "5"}}))
    api.merge(path(api, V1, "daemonsets", "web"), {"metadata": {"annotations": {note: "9"}}})
    api.merge(path(api, V1, "daemonsets", "web"), {"metadata": {"annotations": None}})
    api.merge(path(api, V1, "daemonsets", "web"), {"spec": {"template": {"metadata": {"labels": {"new": "x"}}}}})


@behaviour
def controller_revisions(api: Side) -> None:
    here = path(api, V1, "controllerrevisions")
    for body in (
        {"data": {"a": 1}, "revision": 1},
        {"data": {"a": 1}},
        {},
        {"data": 5},
        {"data": {"a": 1}, "revision": -1},
    ):
        api.post(here, {"metadata": {"name": "web"}} | body)
        api.delete(f"{here}/web")
    api.post(here, {"metadata": {"name": "web"}, "data": {}, "revision": 1})
    api.merge(f"{here}/web", {"data": {"a": 2}})
    api.merge(f"{here}/web", {"revision": 2, "metadata": {"labels": {"a": "b"}}})


@behaviour
def names_that_are_no_labels_are_warned_of(api: Side) -> None:
    for kind in KINDS[:2]:
        api.post(path(api, V1, kind), workload("a.b"))
