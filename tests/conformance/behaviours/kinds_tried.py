"""Specs and statuses of many sorts, right and wrong, kind by kind: what is filled in, refused, and told of it."""

from ..samples import core
from ..script import behaviour
from ..side import Side
from ..workloads import LABELS, cron_job, job, path, template, workload

A = "apps/v1"


def pretend(api, where, *bodies):
    for body in bodies:
        api.post(where, body, dryRun="All")


@behaviour
def stateful_sets(api: Side) -> None:
    here = path(api, A, "statefulsets")
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    pretend(
        api,
        here,
        workload(serviceName="Bad_"),
        workload(serviceName=""),
        workload(podManagementPolicy="Odd", updateStrategy={"type": "Odd"}),
        workload(updateStrategy={"type": "OnDelete", "rollingUpdate": {}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": -1, "maxUnavailable": "0%"}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "101%"}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "x"}}),
        workload(replicas=-1, minReadySeconds=-1, revisionHistoryLimit=-1),
        workload(ordinals={"start": -1}),
        workload(persistentVolumeClaimRetentionPolicy={"whenDeleted": "Odd", "whenScaled": "Odd"}),
        workload(persistentVolumeClaimRetentionPolicy={"whenDeleted": "Delete"}),
        workload(volumeClaimTemplates=[claim]),
        workload(volumeClaimTemplates=[{"metadata": {"name": "Bad_"}, "spec": {}}]),
        workload(volumeClaimTemplates=[claim, claim]),
        workload(volumeClaimTemplates=[{"metadata": {}, "spec": claim["spec"] | {"accessModes": ["Odd"]}}]),
        workload(selector={}),
        workload(selector={"matchLabels": {"x": "y"}}),
        workload(template=template(restartPolicy="Never", activeDeadlineSeconds=5)),
        workload("a.b"),
        workload("x" * 64),
        workload("x" * 60),
    )
    api.post(here, workload(volumeClaimTemplates=[claim]))
    w = f"{here}/web"
    for spec in (
        {"serviceName": "b"},
        {"podManagementPolicy": "Parallel"},
        {"volumeClaimTemplates": None},
        {"selector": {"matchLabels": {"x": "y"}}},
        {"replicas": 3, "minReadySeconds": 4, "revisionHistoryLimit": 2, "ordinals": {"start": 2}},
        {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
        {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}},
        {"template": {"metadata": {"labels": {"app": "x"}}}},
    ):
        api.merge(w, {"spec": spec})
    for status in (
        {"replicas": -1},
        {"replicas": 1, "readyReplicas": 2},
        {"replicas": 1, "currentReplicas": 3, "updatedReplicas": 4, "availableReplicas": 5},
        {"replicas": 2, "readyReplicas": 1, "availableReplicas": 2},
        {"observedGeneration": -1, "collisionCount": -1},
        {"collisionCount": 3},
        {"collisionCount": 1},
        {"conditions": [{"type": "", "status": "Odd"}]},
    ):
        api.merge(w + "/status", {"status": status})


@behaviour
def daemon_sets(api: Side) -> None:
    here = path(api, A, "daemonsets")
    pretend(
        api,
        here,
        workload(updateStrategy={"type": "Odd"}),
        workload(updateStrategy={"type": "OnDelete", "rollingUpdate": {"maxSurge": 1}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}),
        workload(
            updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "101%", "maxSurge": "x"}}
        ),
        workload(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "10%", "maxUnavailable": 0}}),
        workload(minReadySeconds=-1, revisionHistoryLimit=-1),
        workload(selector={}),
        workload(selector=None),
        workload(template=template(restartPolicy="OnFailure", activeDeadlineSeconds=5)),
        workload(template={"metadata": {"labels": LABELS}}),
    )
    api.post(here, workload())
    w = f"{here}/web"
    for spec in (
        {"selector": {"matchLabels": {"x": "y"}}},
        {"template": {"spec": {"hostNetwork": True}}},
        {"template": {"metadata": {"labels": {"app": "x"}}}},
        {"updateStrategy": {"type": "OnDelete"}},
        {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}},
    ):
        api.merge(w, {"spec": spec})
    for status in (
        {
            "currentNumberScheduled": -1,
            "numberMisscheduled": -1,
            "desiredNumberScheduled": -1,
            "numberReady": -1,
            "observedGeneration": -1,
        },
        {"updatedNumberScheduled": -1, "numberAvailable": -1, "numberUnavailable": -1, "collisionCount": -1},
        {"collisionCount": 2},
        {"collisionCount": None},
    ):
        api.merge(w + "/status", {"status": status})


@behaviour
def deployments_and_replica_sets(api: Side) -> None:
    here = path(api, A, "deployments")
    pretend(
        api,
        here,
        workload(strategy={"type": "Odd"}),
        workload(strategy={"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}),
        workload(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}),
        workload(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "0%"}}),
        workload(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "x%", "maxUnavailable": "-1"}}),
        workload(strategy={"rollingUpdate": {"maxUnavailable": "101%"}}),
        workload(replicas=-1, minReadySeconds=-1, revisionHistoryLimit=-1, progressDeadlineSeconds=-1),
        workload(minReadySeconds=600),
        workload(minReadySeconds=60, progressDeadlineSeconds=60),
        workload(selector={"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
        workload(selector=None),
        workload(template=template(labels=None)),
        workload(template=template(restartPolicy="Never")),
        workload(paused=True),
    )
    api.post(here, workload())
    w = f"{here}/web"
    for spec in (
        {"selector": {"matchLabels": {"x": "y"}}},
        {"paused": True},
        {"strategy": {"type": "Recreate"}},
        {"strategy": {"type": "Recreate", "rollingUpdate": None}},
        {"progressDeadlineSeconds": None, "revisionHistoryLimit": None},
    ):
        api.merge(w, {"spec": spec})
    for status in (
        {"replicas": -1},
        {"replicas": 1, "readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 4, "terminatingReplicas": -1},
        {"replicas": 3, "readyReplicas": 1, "availableReplicas": 2},
        {"collisionCount": 2},
        {"collisionCount": 1},
        {"unavailableReplicas": -1, "observedGeneration": -1},
    ):
        api.merge(w + "/status", {"status": status})
    here = path(api, A, "replicasets")
    pretend(
        api,
        here,
        workload(replicas=-1),
        workload(minReadySeconds=-1),
        workload(selector={}),
        workload(template=template(restartPolicy="Never")),
        workload(template=None),
    )
    api.post(here, workload())
    for status in (
        {"replicas": -1},
        {"replicas": 1, "readyReplicas": 2, "fullyLabeledReplicas": 2, "availableReplicas": 2},
        {"terminatingReplicas": -1, "observedGeneration": -1},
    ):
        api.merge(f"{here}/web/status", {"status": status})


@behaviour
def cron_jobs(api: Side) -> None:
    here = path(api, "batch/v1", "cronjobs")
    pretend(
        api,
        here,
        cron_job(schedule=""),
        cron_job(schedule="* * * *"),
        cron_job(schedule="TZ=UTC * * * * *"),
        cron_job(schedule="@every 1h"),
        cron_job(schedule="60 * * * *"),
        cron_job(schedule="@odd"),
        cron_job(timeZone=""),
        cron_job(timeZone="Odd/Place"),
        cron_job(timeZone="local"),
        cron_job(timeZone="Europe/Berlin"),
        cron_job(timeZone="Etc/UTC"),
        cron_job(concurrencyPolicy="Odd"),
        cron_job(startingDeadlineSeconds=-1, successfulJobsHistoryLimit=-1, failedJobsHistoryLimit=-1),
        cron_job("x" * 53),
        cron_job("x" * 52),
        cron_job(jobTemplate={"spec": job()["spec"] | {"manualSelector": True}}),
        cron_job(jobTemplate={"spec": job(selector={"matchLabels": {"a": "b"}})["spec"]}),
        cron_job(
            jobTemplate={"spec": job(completionMode="Indexed", completions=2, successPolicy={"rules": [{}]})["spec"]}
        ),
        cron_job(jobTemplate={"metadata": {"labels": {"bad key": "x"}}, "spec": job()["spec"]}),
        cron_job(jobTemplate={}),
    )
    api.post(here, cron_job())
    for spec in (
        {"schedule": "x"},
        {"suspend": True},
        {"timeZone": "Nowhere"},
        {"jobTemplate": {"spec": {"backoffLimit": 9}}},
    ):
        api.merge(f"{here}/often", {"spec": spec})
    api.merge(
        f"{here}/often/status", {"status": {"lastScheduleTime": "2026-01-01T00:00:00Z", "active": [{"name": "x"}]}}
    )


@behaviour
def jobs(api: Side) -> None:
    here = path(api, "batch/v1", "jobs")
    pretend(
        api,
        here,
        job(ttlSecondsAfterFinished=0),
        job(managedBy="a/b"),
        job(managedBy="x" * 60 + ".dev/a"),
        job(managedBy="/x"),
        job(managedBy="A.dev/x"),
        job(
            completionMode="Indexed",
            completions=100001,
            backoffLimitPerIndex=1,
            parallelism=10001,
            maxFailedIndexes=10001,
        ),
        job(completionMode="Indexed", completions=3, maxFailedIndexes=4, backoffLimitPerIndex=1),
        job(
            podFailurePolicy={"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}]},
            podReplacementPolicy="TerminatingOrFailed",
        ),
        job(
            podFailurePolicy={
                "rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": list(range(1, 300))}}] * 21
            }
        ),
        job(
            podFailurePolicy={"rules": [{"action": "Count", "onPodConditions": [{"type": f"a{i}"} for i in range(21)]}]}
        ),
        job(podFailurePolicy={"rules": [{"action": "Count", "onPodConditions": [{"type": "a", "status": "Odd"}]}]}),
        job(podFailurePolicy={"rules": []}),
        job(podFailurePolicy={}),
        job("a.b"),
        job("x" * 64),
        job("x" * 62, completionMode="Indexed", completions=11),
        job(suspend=True, parallelism=0),
        job(completions=0),
        job(pod_spec={"restartPolicy": "Always"}),
    )


@behaviour
def ingresses_and_their_classes(api: Side) -> None:
    here = path(api, "networking.k8s.io/v1", "ingresses")
    service = {"service": {"name": "web", "port": {"number": 80}}}

    def ing(**spec):
        return {"metadata": {"name": "web"}, "spec": spec}

    def route(kind="Prefix", text="/", backend=service, host="web.ex.dev"):
        return {"host": host, "http": {"paths": [{"path": text, "pathType": kind, "backend": backend}]}}

    pretend(
        api,
        here,
        ing(),
        ing(rules=[]),
        ing(defaultBackend={}),
        ing(defaultBackend={"service": {"name": "Bad_", "port": {}}}),
        ing(defaultBackend={"service": {"name": "a", "port": {"name": "Bad_", "number": 5}}}),
        ing(defaultBackend={"service": {"name": "a", "port": {"number": 70000}}}),
        ing(defaultBackend={"resource": {"kind": "x", "name": "y", "apiGroup": "z"}}),
        ing(defaultBackend={"resource": {"kind": "", "name": "a/b", "apiGroup": "Bad_"}} | service),
        *(
            ing(rules=[route(kind, text)])
            for kind in ("Exact", "Prefix", "ImplementationSpecific", "Odd", None)
            for text in ("", "x", "/a//b", "/a/../b", "/%2f", "/a/", "/a b", None)
        ),
        ing(rules=[route(host="1.2.3.4")]),
        ing(rules=[route(host="*.a.dev")]),
        ing(rules=[route(host="*")]),
        ing(rules=[route(host="a.*.dev")]),
        ing(rules=[route(host="A.dev")]),
        ing(rules=[route(host="010.2.3.4")]),
        ing(rules=[{"host": "a.dev", "http": {"paths": []}}]),
        ing(rules=[{}]),
        ing(rules=[{"http": {"paths": [{}]}}]),
        ing(rules=[route()], tls=[{"hosts": ["*.a.dev", "*", "Bad_"], "secretName": "Bad_"}]),
        ing(rules=[route()], ingressClassName="Bad_"),
    )
    api.post(here, ing(rules=[route()]))
    w = f"{here}/web/status"
    for one in (
        {"ip": "x"},
        {"ip": "01.2.3.4"},
        {"hostname": "1.2.3.4"},
        {"hostname": "Bad_"},
        {"ip": "2001:DB8::1", "ports": [{"port": 0, "protocol": "TCP"}]},
        {"ip": "1.2.3.4", "ports": [{"port": 80, "protocol": "Odd", "error": "bad!"}]},
    ):
        api.merge(w, {"status": {"loadBalancer": {"ingress": [one]}}})
    classes = "/apis/networking.k8s.io/v1/ingressclasses"
    pretend(
        api,
        classes,
        *(
            {"metadata": {"name": "a"}, "spec": s}
            for s in (
                {},
                {"controller": "Bad"},
                {"controller": "ex.dev/" + "x" * 251},
                {"controller": "ex.dev/a", "parameters": {}},
                {"controller": "ex.dev/a", "parameters": {"kind": "K", "name": "n"}},
                {"controller": "ex.dev/a", "parameters": {"kind": "K", "name": "n", "scope": "Odd"}},
                {"controller": "ex.dev/a", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}},
                {
                    "controller": "ex.dev/a",
                    "parameters": {"kind": "K", "name": "n", "scope": "Cluster", "namespace": "x"},
                },
                {
                    "controller": "ex.dev/a",
                    "parameters": {
                        "kind": "K/x",
                        "name": "n%",
                        "apiGroup": "Bad_",
                        "scope": "Namespace",
                        "namespace": "Bad_",
                    },
                },
            )
        ),
    )


@behaviour
def network_policies(api: Side) -> None:
    here = path(api, "networking.k8s.io/v1", "networkpolicies")

    def p(**s):
        return {"metadata": {"name": "web"}, "spec": {"podSelector": {}} | s}

    for cidr in (
        "10.0.0.1/8",
        "010.0.0.0/8",
        "::ffff:1.2.3.0/120",
        "2001:DB8::/64",
        "2001:db8::/64",
        "0.0.0.0/0",
        "10.0.0.0",
    ):
        pretend(
            api,
            here,
            p(ingress=[{"from": [{"ipBlock": {"cidr": cidr, "except": ["10.1.0.1/16", "2001:db8::1/128"]}}]}]),
            p(egress=[{"to": [{"ipBlock": {"cidr": cidr}}]}]),
        )
    pretend(
        api,
        here,
        p(podSelector=None),
        p(podSelector={"matchExpressions": [{"key": "a", "operator": "In"}]}),
        p(policyTypes=["Egress", "Egress"]),
        p(policyTypes=[]),
        p(egress=[{"ports": [{"port": "web", "endPort": 70000}, {"port": 80, "endPort": 70000}]}]),
    )


@behaviour
def kinds_of_few_fields(api: Side) -> None:
    pc = "/apis/scheduling.k8s.io/v1/priorityclasses"
    pretend(
        api,
        pc,
        *(
            {"metadata": {"name": n}} | f
            for n, f in (
                ("a", {}),
                ("system-x", {"value": 1}),
                ("a", {"value": 1000000001}),
                ("a", {"value": -2147483648}),
                ("a", {"value": 1, "preemptionPolicy": "Odd"}),
                ("a", {"value": 1, "globalDefault": True, "description": "x"}),
                ("Bad_", {"value": 1}),
            )
        ),
    )
    lr = api.core("limitranges")
    pretend(
        api,
        lr,
        *(
            core("LimitRange", "a", spec={"limits": [one]})
            for one in (
                {},
                {"type": "Pod", "max": {"cpu": "1"}, "min": {"cpu": "2"}},
                {"type": "Container", "default": {"cpu": "1"}, "max": {"cpu": "500m"}},
                {"type": "Odd"},
                {"type": "ex.dev/x", "max": {"cpu": "1"}},
                {"type": "PersistentVolumeClaim"},
                {"type": "Container", "maxLimitRequestRatio": {"cpu": "0.5"}},
                {"type": "Pod", "default": {"cpu": "1"}},
            )
        ),
    )
    rq = api.core("resourcequotas")
    pretend(
        api,
        rq,
        *(
            core("ResourceQuota", "a", spec=one)
            for one in (
                {"hard": {"x y": "1"}},
                {"hard": {"pods": "-1"}},
                {"hard": {"pods": "1.5"}},
                {"hard": {"pods": "1"}, "scopes": ["Odd"]},
                {"hard": {"pods": "1"}, "scopes": ["Terminating", "NotTerminating"]},
                {"hard": {"secrets": "1"}, "scopes": ["BestEffort"]},
                {
                    "hard": {"pods": "1"},
                    "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In"}]},
                },
                {
                    "hard": {"pods": "1"},
                    "scopeSelector": {"matchExpressions": [{"scopeName": "Odd", "operator": "Odd"}]},
                },
            )
        ),
    )
    cr = path(api, A, "controllerrevisions")
    pretend(
        api,
        cr,
        *(
            {"metadata": {"name": "a"}} | f
            for f in (
                {},
                {"revision": -1},
                {"revision": 1, "data": {"a": 1}},
                {"revision": 1, "data": []},
                {"revision": 1, "data": "x"},
                {"data": None},
            )
        ),
    )
    sa = api.core("serviceaccounts")
    pretend(
        api,
        sa,
        core(
            "ServiceAccount",
            "a",
            secrets=[{"name": ""}, {"name": "Bad_"}],
            imagePullSecrets=[{}],
            automountServiceAccountToken=False,
        ),
    )
    rc = api.core("replicationcontrollers")
    pretend(
        api,
        rc,
        *(
            core("ReplicationController", "a", spec=s)
            for s in (
                {},
                {"replicas": -1, "minReadySeconds": -1},
                {"selector": {"a": "b"}, "template": template()},
                {"template": template()},
                {"selector": {}, "template": template(labels={})},
                {"selector": {"bad key": "x"}, "template": template()},
            )
        ),
    )
    pt = api.core("podtemplates")
    pretend(
        api, pt, *(core("PodTemplate", "a", template=t) for t in (None, {}, template(), template(restartPolicy="Odd")))
    )
    eps = api.core("endpoints")
    pretend(
        api,
        eps,
        *(
            core("Endpoints", "a", subsets=[s])
            for s in (
                {},
                {
                    "addresses": [
                        {"ip": "1.2.3.4", "nodeName": "Bad_", "hostname": "Bad_", "targetRef": {"kind": "x"}}
                    ],
                    "ports": [
                        {"port": 0},
                        {"port": 80},
                        {"port": 80, "name": "Bad_", "protocol": "Odd", "appProtocol": "x y"},
                    ],
                },
                {"notReadyAddresses": [{}]},
            )
        ),
    )
