"""Deployments, jobs and their like."""

from kubernetes import client

from ..session import Kubernetes, script

META = client.V1ObjectMeta
LABELS = {"app": "web"}


def template(image: str = "ex.dev/web:1", **spec: str) -> client.V1PodTemplateSpec:
    return client.V1PodTemplateSpec(
        metadata=META(labels=LABELS),
        spec=client.V1PodSpec(containers=[client.V1Container(name="main", image=image)], **spec),
    )


def deployment(**spec: object) -> client.V1Deployment:
    return client.V1Deployment(
        metadata=META(name="web"),
        spec=client.V1DeploymentSpec(selector=client.V1LabelSelector(match_labels=LABELS), template=template(), **spec),
    )


@script
def deployments(api: Kubernetes) -> None:
    apps, space = api.apps, api.namespace
    made = api.gives("create", lambda: apps.create_namespaced_deployment(space, deployment(replicas=2)))
    assert (2, "25%", 1) == (
        made.spec.replicas,
        made.spec.strategy.rolling_update.max_surge,
        made.metadata.generation,
    )
    scale = api.gives("read the scale", lambda: apps.read_namespaced_deployment_scale("web", space))
    assert (2, "app=web") == (scale.spec.replicas, scale.status.selector)
    scale.spec.replicas = 5
    assert 5 == api.gives("scale", lambda: apps.replace_namespaced_deployment_scale("web", space, scale)).spec.replicas
    api.gives("scale by patch", lambda: apps.patch_namespaced_deployment_scale("web", space, {"spec": {"replicas": 1}}))
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "ex.dev/web:2"}]}}}}
    rolled = api.gives("change the image", lambda: apps.patch_namespaced_deployment("web", space, image))
    assert (4, "ex.dev/web:2", 1) == (
        rolled.metadata.generation,
        rolled.spec.template.spec.containers[0].image,
        len(rolled.spec.template.spec.containers),
    )
    status = {"status": {"replicas": 1, "readyReplicas": 1, "observedGeneration": 4}}
    seen = api.gives("patch the status", lambda: apps.patch_namespaced_deployment_status("web", space, status))
    assert (1, 4) == (seen.status.ready_replicas, seen.metadata.generation)
    other = {"spec": {"selector": {"matchLabels": {"app": "other"}}}}
    assert 422 == api.refuses("select others", lambda: apps.patch_namespaced_deployment("web", space, other)).status
    api.gives("delete", lambda: apps.delete_namespaced_deployment("web", space, propagation_policy="Background"))


@script
def sets(api: Kubernetes) -> None:
    apps, space = api.apps, api.namespace
    selector = client.V1LabelSelector(match_labels=LABELS)
    stateful = client.V1StatefulSet(
        metadata=META(name="db"),
        spec=client.V1StatefulSetSpec(selector=selector, template=template(), service_name="db"),
    )
    daemons = client.V1DaemonSet(
        metadata=META(name="agent"), spec=client.V1DaemonSetSpec(selector=selector, template=template())
    )
    replicas = client.V1ReplicaSet(
        metadata=META(name="rs"), spec=client.V1ReplicaSetSpec(selector=selector, template=template())
    )
    assert (
        "OrderedReady"
        == api.gives(
            "a stateful set", lambda: apps.create_namespaced_stateful_set(space, stateful)
        ).spec.pod_management_policy
    )
    assert (
        "RollingUpdate"
        == api.gives(
            "a daemon set", lambda: apps.create_namespaced_daemon_set(space, daemons)
        ).spec.update_strategy.type
    )
    assert 1 == api.gives("a replica set", lambda: apps.create_namespaced_replica_set(space, replicas)).spec.replicas
    api.gives("scale", lambda: apps.patch_namespaced_stateful_set_scale("db", space, {"spec": {"replicas": 3}}))
    api.refuses(
        "another service", lambda: apps.patch_namespaced_stateful_set("db", space, {"spec": {"serviceName": "x"}})
    )


@script
def jobs(api: Kubernetes) -> None:
    batch, space = api.batch, api.namespace
    job = client.V1Job(
        metadata=META(name="once"),
        spec=client.V1JobSpec(template=template(restart_policy="Never"), backoff_limit=2, parallelism=2),
    )
    made = api.gives("create", lambda: batch.create_namespaced_job(space, job))
    assert (2, made.metadata.uid) == (
        made.spec.parallelism,
        made.spec.selector.match_labels["batch.kubernetes.io/controller-uid"],
    )
    done = {"status": {"succeeded": 1}}
    api.gives("patch the status", lambda: batch.patch_namespaced_job_status("once", space, done))
    more = {"spec": {"completions": 7}}
    assert 422 == api.refuses("ask for more", lambda: batch.patch_namespaced_job("once", space, more)).status
    cron = client.V1CronJob(
        metadata=META(name="nightly"),
        spec=client.V1CronJobSpec(
            schedule="0 3 * * *",
            job_template=client.V1JobTemplateSpec(spec=client.V1JobSpec(template=template(restart_policy="Never"))),
        ),
    )
    nightly = api.gives("a cron job", lambda: batch.create_namespaced_cron_job(space, cron))
    assert ("Allow", False) == (nightly.spec.concurrency_policy, nightly.spec.suspend)
    cron.spec.schedule, cron.metadata.name = "never", "other"
    api.refuses("no schedule", lambda: batch.create_namespaced_cron_job(space, cron))


@script
def others(api: Kubernetes) -> None:
    space = api.namespace
    scaler = client.V2HorizontalPodAutoscaler(
        metadata=META(name="web"),
        spec=client.V2HorizontalPodAutoscalerSpec(
            max_replicas=5,
            scale_target_ref=client.V2CrossVersionObjectReference(kind="Deployment", name="web", api_version="apps/v1"),
        ),
    )
    scaling = client.AutoscalingV2Api(api.api)
    assert (
        1
        == api.gives(
            "an autoscaler", lambda: scaling.create_namespaced_horizontal_pod_autoscaler(space, scaler)
        ).spec.min_replicas
    )
    budget = client.V1PodDisruptionBudget(
        metadata=META(name="keep"),
        spec=client.V1PodDisruptionBudgetSpec(
            min_available="50%", selector=client.V1LabelSelector(match_labels=LABELS)
        ),
    )
    policy = client.PolicyV1Api(api.api)
    api.gives("a budget", lambda: policy.create_namespaced_pod_disruption_budget(space, budget))
    rule = client.V1IngressRule(
        host="ex.dev",
        http=client.V1HTTPIngressRuleValue(
            paths=[
                client.V1HTTPIngressPath(
                    path="/",
                    path_type="Prefix",
                    backend=client.V1IngressBackend(
                        service=client.V1IngressServiceBackend(name="web", port=client.V1ServiceBackendPort(number=80))
                    ),
                )
            ]
        ),
    )
    networking = client.NetworkingV1Api(api.api)
    ingress = client.V1Ingress(metadata=META(name="web"), spec=client.V1IngressSpec(rules=[rule]))
    api.gives("an ingress", lambda: networking.create_namespaced_ingress(space, ingress))
    closed = client.V1NetworkPolicy(
        metadata=META(name="closed"), spec=client.V1NetworkPolicySpec(pod_selector=client.V1LabelSelector())
    )
    assert ["Ingress"] == api.gives(
        "a network policy", lambda: networking.create_namespaced_network_policy(space, closed)
    ).spec.policy_types


@script
def leases(api: Kubernetes) -> None:
    coordination = client.CoordinationV1Api(api.api)
    lease = client.V1Lease(
        metadata=META(name="lead"), spec=client.V1LeaseSpec(holder_identity="me", lease_duration_seconds=15)
    )
    made = api.gives("take", lambda: coordination.create_namespaced_lease(api.namespace, lease))
    made.spec.holder_identity, made.spec.lease_transitions = "you", 1
    assert (
        "you"
        == api.gives(
            "pass on", lambda: coordination.replace_namespaced_lease("lead", api.namespace, made)
        ).spec.holder_identity
    )
    lost = api.refuses(
        "take by an old version", lambda: coordination.replace_namespaced_lease("lead", api.namespace, made)
    )
    assert 409 == lost.status
    made.spec.lease_duration_seconds, made.metadata.resource_version = -1, None
    api.refuses("for no time", lambda: coordination.replace_namespaced_lease("lead", api.namespace, made))
