"""Pods that Hypothesis found to be answered differently once: parts of their spec that templates hold, too."""

from typing import Any

from ..samples import core, deployment
from ..script import behaviour
from ..side import Side
from ..workloads import job, path, template, workload


def _pods(api: Side, *specs: dict[str, Any], **container: Any) -> None:
    for spec in specs or ({},):
        made = {"containers": [{"name": "c", "image": "i"} | container]} | spec
        api.post(api.core("pods"), core("Pod", "one", spec=made), dryRun="All")


def _claims(api: Side, **spec: Any) -> None:
    made = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} | spec
    api.post(api.core("persistentvolumeclaims"), core("PersistentVolumeClaim", "one", spec=made), dryRun="All")


@behaviour
def ephemeral_containers_of_new_pods(api: Side) -> None:
    more: dict[str, Any] = {
        "ports": [{"containerPort": 1}],
        "resources": {"limits": {"cpu": 1}},
        "resizePolicy": [{"resourceName": "one", "restartPolicy": "1"}],
        "restartPolicy": "Always",
        "restartPolicyRules": [],
        "livenessProbe": {"exec": {"command": ["x"]}},
        "lifecycle": {},
        "targetContainerName": "nobody",
        "volumeMounts": [{"name": "v", "mountPath": "/x", "subPath": "s", "subPathExpr": "x"}],
    }
    _pods(
        api,
        {"ephemeralContainers": [{"name": "web"}]},
        {"ephemeralContainers": [{"name": "1Gi"}, {"name": "1Gi", "image": " x "}]},
        {"ephemeralContainers": [{"name": "c", "image": "x"} | more]},
        {"ephemeralContainers": [{"name": "e", "image": "x", "resources": {}, "startupProbe": {}, "ports": []}]},
    )


@behaviour
def ephemeral_containers_of_templates(api: Side) -> None:
    made = template(ephemeralContainers=[{"name": "web"}, {"name": "c", "targetContainerName": "web"}])
    api.post(path(api, "apps/v1", "deployments"), workload(template=made), dryRun="All")


@behaviour
def resources_of_whole_pods(api: Side) -> None:
    own = {"requests": {"cpu": 2}, "limits": {"cpu": 3, "memory": "3Gi"}}
    for resources in (
        {"claims": []},
        {"claims": [{}]},
        {"claims": [{"name": "a"}, {"name": "a"}, {"name": "a", "request": "A"}]},
        {"limits": {"app": 0, "a/b": 1, "storage": 1}},
        {"requests": {"cpu": 1, "memory": "1Gi"}, "limits": {"cpu": "1", "hugepages-2Mi": "2Mi"}},
        {"limits": {"hugepages-2Mi": "1Mi"}},
        {"limits": {"memory": "4Gi", "hugepages-2Mi": "2Mi"}},
        {"requests": {"hugepages-x": "1"}},
        {},
    ):
        _pods(api, {"resources": resources}, {"resources": resources, "os": {"name": "windows"}}, resources=own)
        _pods(api, resources=resources)
    _pods(
        api,
        {"resources": {"limits": {"cpu": 2}}, "initContainers": [{"name": "i", "image": "i", "resources": own}]},
        {"resources": {"requests": {"memory": "1Gi"}}},
        resources={"limits": {"cpu": 1, "hugepages-2Mi": "4Mi"}},
    )


@behaviour
def claims_that_containers_share(api: Side) -> None:
    known = [{"name": name, "resourceClaimName": "x"} for name in "ba"]
    used = [
        {"name": "a"},
        {"name": "a", "request": "r"},
        {"name": "b", "request": "r"},
        {"name": "b", "request": "r"},
        {"name": "b"},
        {"name": "c"},
    ]
    _pods(api, {"resourceClaims": known}, resources={"claims": used})


@behaviour
def mounts_that_propagate(api: Side) -> None:
    volume = {"volumes": [{"name": "v", "emptyDir": {}}]}
    for mount in (
        {"mountPropagation": "Bidirectional"},
        {"mountPropagation": "x"},
        {"subPath": "/a", "subPathExpr": "../b"},
    ):
        _pods(api, volume, volumeMounts=[{"name": "v", "mountPath": "/m"} | mount])
    both_ways = {"name": "v", "mountPath": "/m", "mountPropagation": "Bidirectional"}
    _pods(api, volume, volumeMounts=[both_ways], securityContext={"privileged": True})


@behaviour
def variables_from_files(api: Side) -> None:
    volumes = [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "x"}}]
    for file in (
        {},
        {"key": "a", "volumeName": "v", "path": "p"},
        {"key": "a=", "volumeName": "A b", "path": "../p"},
        {"key": "a", "volumeName": "w", "path": "p", "optional": True},
    ):
        _pods(api, {"volumes": volumes}, env=[{"name": "X", "valueFrom": {"fileKeyRef": file}}])


@behaviour
def selectors_of_spreading_and_claims(api: Side) -> None:
    spread = {"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule"}
    for selector in (
        {"matchLabels": {"a": "A b"}},
        {"matchExpressions": [{}]},
        {"matchExpressions": [{"key": "a", "operator": "In"}]},
        {"matchExpressions": [{"key": "1", "operator": "Exists", "values": ["x"]}]},
    ):
        _pods(api, {"topologySpreadConstraints": [spread | {"labelSelector": selector}]})
        _claims(api, selector=selector)


@behaviour
def profiles_for_seccomp(api: Side) -> None:
    for kind in ("Localhost", "RuntimeDefault", "", "x"):
        for file in ("", "/x", "a/../y", None):
            profile = {"seccompProfile": {"type": kind, "localhostProfile": file}}
            _pods(api, {"securityContext": profile})
            _pods(api, securityContext=profile)


@behaviour
def tolerations_that_compare(api: Side) -> None:
    _pods(api, *({"tolerations": [{"operator": one, "key": "a", "value": "1"}]} for one in ("Lt", "Gt", "x", "")))


@behaviour
def claims_that_end_with_their_pods(api: Side) -> None:
    bad = {"accessModes": ["x"], "resources": {"requests": {"storage": "1.5"}}}
    good = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}
    for ephemeral in (
        {},
        {"volumeClaimTemplate": {}},
        {"volumeClaimTemplate": {"metadata": {"name": "x", "labels": {"A b": "x y"}}, "spec": bad}},
        {"volumeClaimTemplate": {"metadata": {"annotations": {"A b": "x"}}, "spec": good}},
    ):
        _pods(api, {"volumes": [{"name": "v", "ephemeral": ephemeral}]})


@behaviour
def runtime_classes_with_impossible_names(api: Side) -> None:
    _pods(api, *({"runtimeClassName": name} for name in ("50%", "A", "x")))


@behaviour
def claims_with_two_sources(api: Side) -> None:
    claim = {"kind": "PersistentVolumeClaim", "name": "b"}
    _claims(api, dataSource={"kind": "50%", "name": "a"}, dataSourceRef={"kind": "key", "name": "http"})
    _claims(api, dataSource={"kind": "a", "name": "b"})
    _claims(api, dataSourceRef=claim | {"namespace": "A b"})
    _claims(api, dataSource=claim, dataSourceRef=claim | {"namespace": "x"})
    _claims(api, dataSource=claim, dataSourceRef=claim | {"name": "c"})
    _claims(api, dataSource={"kind": "X", "name": "b", "apiGroup": ""}, dataSourceRef={"kind": "X", "name": "b"})


@behaviour
def strategies_with_nothing_in_them(api: Side) -> None:
    for strategy in ({"type": "Recreate", "rollingUpdate": {}}, {"type": "", "rollingUpdate": {}}, {"type": "x"}):
        made = deployment()
        made["spec"]["strategy"] = strategy
        api.post(api.deployments, made, dryRun="All")


@behaviour
def jobs_without_a_name(api: Side) -> None:
    made = job("one")
    api.post(path(api, "batch/v1", "jobs"), made | {"metadata": {}}, dryRun="All")
