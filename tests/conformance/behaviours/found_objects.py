"""Objects of built-in kinds that Hypothesis found to be answered differently once: refused, changed, or warned of."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side
from ..workloads import job, path, pod, template, workload


def _pods(api: Side, *specs: dict[str, Any], **container: Any) -> None:
    for spec in specs or ({},):
        made = pod(containers=[{"name": "c", "image": "i"} | container]) | spec
        api.post(api.core("pods"), core("Pod", "one", spec=made), dryRun="All")


@behaviour
def containers_that_restart_by_rules(api: Side) -> None:
    for rules in (
        [{"action": "x", "exitCodes": {"operator": "y", "values": []}}, {"action": ""}],
        [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}],
    ):
        _pods(api, restartPolicyRules=rules)
        _pods(api, restartPolicy="Never", restartPolicyRules=rules)
    _pods(api, restartPolicy="x")


@behaviour
def containers_that_are_resized(api: Side) -> None:
    policies = [{"resourceName": "gpu", "restartPolicy": "x"}, {"resourceName": "gpu", "restartPolicy": ""}]
    _pods(api, {}, {"restartPolicy": "Never"}, resizePolicy=policies)
    _pods(api, {"restartPolicy": "Never"}, resizePolicy=[{"resourceName": "cpu", "restartPolicy": "RestartContainer"}])


@behaviour
def devices(api: Side) -> None:
    both = {"name": "a", "resourceClaimName": "b", "resourceClaimTemplateName": "c"}
    _pods(api, {"resourceClaims": [{"name": "a"}, both, {"name": "", "resourceClaimName": "B"}]})
    claims = [{"name": "z"}, {"name": "z"}, {"name": ""}, {"name": "a", "request": "A b"}]
    known = [{"name": "a", "resourceClaimName": "b"}]
    _pods(api, {"resourceClaims": known}, {}, resources={"claims": claims})


@behaviour
def block_volumes(api: Side) -> None:
    volumes = [{"name": "v", "emptyDir": {}}, {"name": "w", "persistentVolumeClaim": {"claimName": "c"}}]
    _pods(
        api,
        {"volumes": volumes},
        volumeDevices=[
            {"name": "v", "devicePath": "/a"},
            {"name": "w", "devicePath": "/m"},
            {"name": "none", "devicePath": "/a"},
            {"name": "", "devicePath": "../x"},
        ],
        volumeMounts=[
            {"name": "w", "mountPath": "/m", "recursiveReadOnly": "Enabled"},
            {"name": "v", "mountPath": "/n", "recursiveReadOnly": "Odd"},
        ],
    )


@behaviour
def systems_hosts_and_resolvers(api: Side) -> None:
    searches = ["A b", ".", "_tcp.example.com", "a."]
    _pods(
        api,
        {"os": {"name": "x"}},
        {"os": {}},
        {"os": {"name": "windows"}},
        {"hostnameOverride": "1Gi"},
        {"hostnameOverride": "a", "setHostnameAsFQDN": True, "hostNetwork": True},
        {"hostnameOverride": "x" * 65},
        {"dnsConfig": {"searches": searches, "options": [{"name": ""}, {"value": "x"}]}},
        {"dnsConfig": {"searches": ["a"] * 33}},
        {"dnsConfig": {"searches": ["x" * 200] * 11}},
    )


@behaviour
def spread_over_domains(api: Side) -> None:
    one = {"maxSkew": 1, "topologyKey": "50%", "whenUnsatisfiable": "ScheduleAnyway"}
    _pods(
        api,
        {
            "topologySpreadConstraints": [
                one | {"minDomains": 0, "nodeAffinityPolicy": "x", "nodeTaintsPolicy": "Honor"}
            ]
        },
        {"topologySpreadConstraints": [one]},
    )


@behaviour
def hooks_that_sleep(api: Side) -> None:
    for seconds in (-1, 0, 30, 31):
        _pods(api, lifecycle={"preStop": {"sleep": {"seconds": seconds}}})


@behaviour
def runtime_classes(api: Side) -> None:
    classes = "/apis/node.k8s.io/v1/runtimeclasses"
    name = api.namespace
    scheduling = {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "k", "operator": "Exists"}]}
    made = {
        "metadata": {"name": name},
        "handler": "h",
        "overhead": {"podFixed": {"cpu": "1"}},
        "scheduling": scheduling,
    }
    api.setup(classes, made)
    _pods(
        api,
        {"runtimeClassName": "none"},
        {"runtimeClassName": ""},
        {"runtimeClassName": name},
        {"runtimeClassName": name, "nodeSelector": {"a": "c"}},
        {"runtimeClassName": name, "overhead": {"cpu": "2"}},
        {"overhead": {"cpu": "2"}},
        {"overhead": {"a": "1Gi"}},
    )
    api.gone(f"{classes}/{name}")


@behaviour
def pods_that_are_unwise(api: Side) -> None:
    ports = [
        {"containerPort": 80, "name": "web"},
        {"containerPort": 80, "hostPort": 81},
        {"containerPort": 80},
        {"containerPort": 82, "hostIP": "10.0.0.1"},
    ]
    env = [
        {"name": "A", "value": "1"},
        {"name": "A", "value": "2"},
        {"name": "A", "value": "$(A)3"},
        {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    ]
    term = {"topologyKey": "zone"}
    affinity = {
        "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]},
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]
        },
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "beta.kubernetes.io/os", "operator": "Exists"}]}]
            }
        },
    }
    _pods(
        api,
        {"imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}]},
        {"affinity": affinity, "nodeSelector": {"beta.kubernetes.io/arch": "x"}},
        {"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "t", "whenUnsatisfiable": "DoNotSchedule"}]},
        {"hostAliases": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}], "terminationGracePeriodSeconds": -1},
        {"containers": [{"name": "c", "image": "i", "ports": ports}, {"name": "d", "image": "i", "ports": ports[:1]}]},
        {"containers": [{"name": "c", "image": "i", "env": env, "resources": {"limits": {"memory": "100m"}}}]},
        {
            "volumes": [
                {"name": "g", "gitRepo": {"repository": "r"}},
                {"name": "h", "glusterfs": {"endpoints": "e", "path": "p"}},
            ]
        },
    )


@behaviour
def templates_that_are_unwise(api: Side) -> None:
    unwise = {"imagePullSecrets": [{}]}
    made = template(**unwise)
    for group, plural in (("apps/v1", "deployments"), ("apps/v1", "replicasets"), ("apps/v1", "daemonsets")):
        api.post(path(api, group, plural), workload(template=made), dryRun="All")
    api.post(path(api, "batch/v1", "jobs"), job(pod_spec=unwise), dryRun="All")
    notes = {
        "scheduler.alpha.kubernetes.io/critical-pod": "",
        "container.apparmor.security.beta.kubernetes.io/c": "unconfined",
    }
    noted = {**template(), "metadata": {"labels": {"app": "web"}, "annotations": notes}}
    api.post(path(api, "apps/v1", "statefulsets"), workload(template=noted, serviceName="s"), dryRun="All")
    found = path(api, "apps/v1", "deployments")
    api.post(found, workload())
    api.strategic(f"{found}/web", {"spec": {"template": {"spec": unwise}}})
    api.strategic(f"{found}/web", {"metadata": {"labels": {"a": "b"}}})
    api.strategic(f"{found}/web", {"spec": {"replicas": 2}})


@behaviour
def services_whose_addresses_come_first(api: Side) -> None:
    for spec in (
        {"clusterIPs": ["2001:db8::1", "2001:db8::1"], "clusterIP": "2001:db8::1", "type": "Odd"},
        {"ipFamilies": ["IPv4", "IPv4"], "type": "Odd"},
        {"ipFamilyPolicy": "x", "type": "Odd"},
        {"ipFamilyPolicy": "RequireDualStack", "healthCheckNodePort": 1},
        {"clusterIP": "x", "type": "Odd"},
        {"clusterIPs": ["10.96.0.8"], "type": "Odd"},
        {"type": "Odd", "loadBalancerClass": "A b"},
        {"type": "LoadBalancer", "loadBalancerClass": "A b"},
        {"externalName": "key"},
        {"trafficDistribution": "PreferClose", "externalIPs": ["10.0.0.1"]},
        {"clusterIP": "None", "sessionAffinity": "ClientIP", "loadBalancerIP": "1.2.3.4"},
    ):
        api.post(api.core("services"), core("Service", "one", spec={"ports": [{"port": 80}]} | spec), dryRun="All")


@behaviour
def claims_with_sources(api: Side) -> None:
    base = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    other = {"kind": "PersistentVolumeClaim", "name": "b"}
    for spec in (
        {"dataSource": {"kind": "a", "name": "b", "apiGroup": "g"}},
        {"dataSource": {"kind": "VolumeSnapshot", "name": "b", "apiGroup": "snapshot.storage.k8s.io"}},
        {"dataSource": other},
        {"dataSourceRef": {"kind": "", "name": ""}},
        {"dataSourceRef": {"kind": "a", "name": "b"}},
        {"dataSourceRef": {"kind": "a", "name": "b", "apiGroup": "A b"}},
        {"dataSourceRef": {"kind": "a", "name": "b", "apiGroup": "g", "namespace": "n"}},
        {"dataSource": other, "dataSourceRef": other | {"name": "c"}},
        {"volumeAttributesClassName": "A b"},
    ):
        api.post(
            api.core("persistentvolumeclaims"),
            core("PersistentVolumeClaim", "one", spec=base | spec),
            dryRun="All",
        )


@behaviour
def quotas_with_scopes(api: Side) -> None:
    def term(scope: str, operator: str, *values: str) -> dict[str, Any]:
        return {"scopeName": scope, "operator": operator} | ({"values": list(values)} if values else {})

    for spec in (
        {
            "scopeSelector": {
                "matchExpressions": [term("NotTerminating", "NotIn"), term("PriorityClass", "Exists", "a")]
            }
        },
        {"scopeSelector": {"matchExpressions": [term("BestEffort", "Exists"), term("NotBestEffort", "Exists")]}},
        {"scopeSelector": {"matchExpressions": [term("", "Odd")]}},
        {"scopeSelector": {"matchExpressions": [term("PriorityClass", "In")]}, "hard": {"pods": "1"}},
        {"scopes": ["VolumeAttributesClass"], "hard": {"pods": "2", "requests.storage": "1Gi"}},
        {"scopeSelector": {"matchExpressions": [term("VolumeAttributesClass", "Exists")]}, "hard": {"cpu": "2"}},
    ):
        api.post(api.core("resourcequotas"), core("ResourceQuota", "one", spec=spec), dryRun="All")


@behaviour
def slices_with_hints(api: Side) -> None:
    slices = path(api, "discovery.k8s.io/v1", "endpointslices")
    named = [{"name": "a"}, {"name": "a"}, {"name": "A b"}]
    for kind, endpoint in (
        ("IPv4", {"hints": {"forZones": named, "forNodes": named}}),
        ("IPv4", {"hints": {"forZones": [{"name": "a"}] * 9}}),
        ("FQDN", {"deprecatedTopology": {"a": "b"}}),
    ):
        body = {"addressType": kind, "endpoints": [{"addresses": ["10.0.0.1"]} | endpoint], "ports": []}
        api.post(slices, {"metadata": {"name": "one"}} | body, dryRun="All")


@behaviour
def leases_of_coordinated_election(api: Side) -> None:
    leases = path(api, "coordination.k8s.io/v1", "leases")
    api.post(leases, {"metadata": {"name": "one"}, "spec": {"holderIdentity": "a", "strategy": "b"}})
    api.merge(f"{leases}/one", {"spec": {"preferredHolder": "c"}})


@behaviour
def deprecated_kinds_in_dry_runs(api: Side) -> None:
    api.post(api.core("endpoints"), core("Endpoints", "one"), dryRun="All")


@behaviour
def types_of_configurations_that_are_no_text(api: Side) -> None:
    api.setup(api.config_maps, core("ConfigMap", "one"))
    api.apply(api.config_maps, {"apiVersion": {"a": 1}, "kind": "ConfigMap", "metadata": {"name": "one"}})
    api.apply(api.config_maps, {"apiVersion": "v1", "kind": 1, "metadata": {"name": "one"}})
