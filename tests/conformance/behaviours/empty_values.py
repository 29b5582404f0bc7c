"""Empty lists, texts and objects where something is expected: which of them are as good as none, and how refusals show them.

A list that is given empty is none as soon as it is stored, but not before.
"""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side
from ..workloads import LABELS, job, path, template, workload

_PORTS = [{"port": 80}]
_TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def _named(**fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, **fields}


def _replaced(api: Side, where: str, first: dict[str, Any], *others: dict[str, Any]) -> None:
    name = first["metadata"]["name"]
    api.post(where, first)
    for other in others:
        api.put(f"{where}/{name}", other)


@behaviour
def jobs(api: Side) -> None:
    where = path(api, "batch/v1", "jobs")
    codes = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": []}}]}
    conditions = {"rules": [{"action": "Ignore", "onPodConditions": []}]}
    _replaced(
        api,
        where,
        job(completionMode="Indexed", completions=2),
        job(completionMode="Indexed", completions=2, podFailurePolicy={"rules": []}),
        job(completionMode="Indexed", completions=2, podFailurePolicy=codes),
        job(completionMode="Indexed", completions=2, podFailurePolicy=conditions),
        job(completionMode="Indexed", completions=2, successPolicy={"rules": []}),
    )


@behaviour
def replication_controllers_status(api: Side) -> None:
    where = api.core("replicationcontrollers")
    body = core("ReplicationController", "web", spec={"selector": LABELS, "template": template()})
    api.post(where, body)
    for status in (
        {"replicas": 1, "availableReplicas": 1},
        {"replicas": 1, "readyReplicas": 2, "fullyLabeledReplicas": 3},
        {"replicas": -1, "observedGeneration": -1},
        {"replicas": 2, "readyReplicas": 2, "availableReplicas": 1},
    ):
        api.put(f"{where}/web/status", {**body, "status": status})


@behaviour
def autoscalers(api: Side) -> None:
    spec = {"maxReplicas": 3, "scaleTargetRef": _TARGET}
    policies = [_named(spec={**spec, "behavior": {side: {"policies": []}}}) for side in ("scaleUp", "scaleDown")]
    _replaced(api, path(api, "autoscaling/v2", "horizontalpodautoscalers"), _named(spec=spec), *policies)


@behaviour
def services(api: Side) -> None:
    where = api.core("services")
    elsewhere = {"type": "ExternalName", "externalName": "example.dev"}
    for spec in (
        {"ports": _PORTS, "ipFamilyPolicy": ""},
        {"clusterIP": "None", "ipFamilyPolicy": ""},
        {**elsewhere, "ipFamilyPolicy": ""},
        {**elsewhere, "ipFamilies": [], "clusterIPs": []},
        {**elsewhere, "internalTrafficPolicy": "Odd"},
    ):
        api.post(where, core("Service", "web", spec=spec), dryRun="All")
    _replaced(
        api,
        where,
        core("Service", "web", spec={**elsewhere, "internalTrafficPolicy": "Local"}),
        core("Service", "web", spec={**elsewhere, "internalTrafficPolicy": "Odd"}),
        core("Service", "web", spec={**elsewhere, "ipFamilyPolicy": ""}),
    )
    api.get(f"{where}/web")


@behaviour
def slices_of_endpoints(api: Side) -> None:
    where = path(api, "discovery.k8s.io/v1", "endpointslices")
    endpoint = {"addresses": ["10.1.1.1"]}
    same = {"addressType": "IPv4", "endpoints": [endpoint], "ports": _PORTS}
    api.post(where, _named(**same | {"ports": [{"port": 80, "protocol": ""}]}))
    _replaced(
        api,
        where,
        _named(**same),
        _named(**same),
        _named(**same | {"endpoints": [{**endpoint, "conditions": None}]}),
        _named(**same | {"endpoints": [{**endpoint, "conditions": {"ready": True}}]}),
        _named(**same | {"endpoints": []}),
        {**same, "metadata": {"name": "web", "labels": {"a": "b"}}},
        {**same, "metadata": {"name": "web", "labels": {"a": "b"}, "annotations": {"a": "b"}}},
    )


@behaviour
def network_policies(api: Side) -> None:
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}
    fenced = {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": []}}]}
    _replaced(
        api,
        path(api, "networking.k8s.io/v1", "networkpolicies"),
        _named(spec={"podSelector": {}, "ingress": [rule]}),
        _named(spec={"podSelector": {}, "ingress": [rule]}),
        _named(spec={"podSelector": {}, "ingress": [rule], "egress": []}),
        _named(spec={"podSelector": {}, "ingress": [fenced]}),
        _named(spec={"podSelector": {}, "ingress": [fenced]}),
    )


@behaviour
def ingresses(api: Side) -> None:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    _replaced(
        api,
        path(api, "networking.k8s.io/v1", "ingresses"),
        _named(spec={"defaultBackend": backend}),
        _named(spec={"rules": []}),
        _named(spec={}),
    )


@behaviour
def claims_for_volumes(api: Side) -> None:
    where = api.core("persistentvolumeclaims")
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    _replaced(
        api, where, _named(spec=spec), _named(spec={**spec, "dataSource": {}}), _named(spec={**spec, "accessModes": []})
    )
    for status in (
        {"allocatedResourceStatuses": {"a b": "", "cpu": "Odd", "storage": "NodeResizePending", "example.dev/x": ""}},
        {"allocatedResources": {"a b": "1", "cpu": "1", "storage": "-1"}},
        {"allocatedResources": {"storage": "-100m", "example.dev/x": "-1"}},
        {"capacity": {"a b": "-1", "storage": "-1500m"}},
        {"capacity": {"storage": "1Gi"}, "allocatedResources": {"storage": "2Gi"}},
    ):
        api.put(f"{where}/web/status", _named(spec=spec, status=status))
    api.post("/api/v1/persistentvolumes", _named(spec={"accessModes": ["ReadWriteOnce"], "capacity": {}}), dryRun="All")
    api.post("/api/v1/persistentvolumes", _named(spec={"accessModes": ["ReadWriteOnce"]}), dryRun="All")
    source = {"kind": "PersistentVolumeClaim", "name": "data"}
    for sources in (
        {"dataSourceRef": {**source, "namespace": "Bad_"}},
        {"dataSourceRef": {**source, "namespace": "other"}, "dataSource": source},
        {"dataSourceRef": {**source, "name": "more"}, "dataSource": source},
    ):
        claim = {"metadata": {"name": "data"}, "spec": {**spec, **sources}}
        api.post(path(api, "apps/v1", "statefulsets"), workload(volumeClaimTemplates=[claim]), dryRun="All")


@behaviour
def devices_of_claims(api: Side) -> None:
    where = path(api, "resource.k8s.io/v1", "resourceclaims")
    asked = {"requests": [{"name": "one", "exactly": {"deviceClassName": "gpu"}}]}
    api.post(where, _named(spec={"devices": asked}))
    api.put(f"{where}/web", _named(spec={"devices": {**asked, "config": [{"opaque": {}}]}}))
    api.put(f"{where}/web", _named(spec={"devices": {**asked, "config": [], "constraints": []}}))
    for device in ({}, {"driver": "gpu.example.dev", "pool": "one", "device": "first"}):
        api.put(f"{where}/web/status", _named(spec={"devices": asked}, status={"devices": [device]}))


@behaviour
def texts(api: Side) -> None:
    api.post("/apis/scheduling.k8s.io/v1/priorityclasses", _named(value=7, preemptionPolicy=""), dryRun="All")
    request = {"signerName": "example.dev/signer", "usages": ["client auth"]}
    for spec in (request, {**request, "request": ""}):
        api.post("/apis/certificates.k8s.io/v1/certificatesigningrequests", _named(spec=spec), dryRun="All")
    event = {
        "regarding": {"namespace": api.namespace, "kind": "Pod", "name": "one"},
        "eventTime": "2020-01-01T00:00:00.000000Z",
        "action": "Go",
        "reason": "Due",
        "type": "Normal",
        "reportingController": "example.dev/controller",
        "reportingInstance": "one",
    }
    _replaced(
        api,
        path(api, "events.k8s.io/v1", "events"),
        _named(**event),
        _named(**event | {"reportingController": ""}),
        _named(**event | {"reportingInstance": ""}),
    )
