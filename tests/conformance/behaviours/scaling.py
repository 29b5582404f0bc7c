"""The scale of workloads."""

from ..script import behaviour
from ..side import Side
from ..workloads import path, workload

V1 = "apps/v1"
KINDS = ("deployments", "replicasets", "statefulsets")


@behaviour
def scale_is_read(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload(replicas=2))
        api.merge(path(api, V1, kind, "web", "status"), {"status": {"replicas": 2}})
        api.get(path(api, V1, kind, "web", "scale"))
        api.get(path(api, V1, kind, "none", "scale"))


@behaviour
def scale_is_patched(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        here = path(api, V1, kind, "web", "scale")
        api.merge(here, {"spec": {"replicas": 3}})
        api.merge(here, {"spec": {"replicas": 3}})
        api.json_patch(here, {"op": "replace", "path": "/spec/replicas", "value": 0})
        api.get(path(api, V1, kind, "web"))


@behaviour
def scale_is_put(api: Side) -> None:
    api.post(path(api, V1, "deployments"), workload())
    here = path(api, V1, "deployments", "web", "scale")
    first = api.get(here)
    api.put(here, first.json | {"spec": {"replicas": 4}})
    api.put(here, first.json | {"spec": {"replicas": 5}})
    api.put(here, {"metadata": {"name": "web"}})
    api.put(here, {"metadata": {"name": "other"}, "spec": {"replicas": 1}})
    api.put(here, {"metadata": {}, "spec": {"replicas": 1}})
    api.put(path(api, V1, "deployments", "none", "scale"), {"metadata": {"name": "none"}, "spec": {"replicas": 1}})


@behaviour
def scale_below_zero(api: Side) -> None:
    for kind in KINDS:
        api.post(path(api, V1, kind), workload())
        api.merge(path(api, V1, kind, "web", "scale"), {"spec": {"replicas": -1}})


@behaviour
def scale_leaves_the_rest_alone(api: Side) -> None:
    api.post(path(api, V1, "deployments"), workload())
    here = path(api, V1, "deployments", "web", "scale")
    api.merge(here, {"metadata": {"labels": {"a": "b"}}, "status": {"replicas": 7}, "spec": {"replicas": 2}})
    api.get(path(api, V1, "deployments", "web"))


@behaviour
def scale_with_another_uid_or_version(api: Side) -> None:
    first = api.post(path(api, V1, "deployments"), workload())
    here = path(api, V1, "deployments", "web", "scale")
    other = "00000000-0000-4000-8000-000000000000"
    api.merge(here, {"metadata": {"uid": other}, "spec": {"replicas": 2}})
    api.merge(here, {"metadata": {"resourceVersion": first.version}, "spec": {"replicas": 2}})
    api.merge(here, {"metadata": {"resourceVersion": first.version}, "spec": {"replicas": 3}})


@behaviour
def scale_by_other_methods(api: Side) -> None:
    api.post(path(api, V1, "deployments"), workload())
    here = path(api, V1, "deployments", "web", "scale")
    api.delete(here)
    api.post(here, {"spec": {"replicas": 1}})


@behaviour
def scale_as_a_dry_run(api: Side) -> None:
    api.post(path(api, V1, "deployments"), workload())
    here = path(api, V1, "deployments", "web", "scale")
    api.merge(here, {"spec": {"replicas": 2}}, dryRun="All")
    api.get(here)


@behaviour
def scale_of_a_kind_that_has_none(api: Side) -> None:
    api.post(path(api, V1, "daemonsets"), workload())
    api.get(path(api, V1, "daemonsets", "web", "scale"))
