"""The life of objects by way of typed APIs."""

from datetime import UTC, datetime

from kubernetes import client

from ..session import Kubernetes, script

META = client.V1ObjectMeta


def colours(name: str = "colours") -> client.V1ConfigMap:
    return client.V1ConfigMap(
        metadata=META(name=name, labels={"app": "a"}), data={"a": "red"}, binary_data={"b": "AAE="}
    )


@script
def config_maps(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    made = api.gives("create", lambda: core.create_namespaced_config_map(space, colours()))
    assert ({"a": "red"}, {"b": "AAE="}) == (made.data, made.binary_data)
    read = api.gives("read", lambda: core.read_namespaced_config_map("colours", space))
    assert made == read

    read.data["a"] = "green"
    put = api.gives("replace", lambda: core.replace_namespaced_config_map("colours", space, read))
    assert made.metadata.resource_version != put.metadata.resource_version
    stale = api.refuses("replace an old one", lambda: core.replace_namespaced_config_map("colours", space, made))
    assert (409, "Conflict") == (stale.status, stale.reason)

    patched = api.gives("merge", lambda: core.patch_namespaced_config_map("colours", space, {"data": {"c": "blue"}}))
    assert {"a": "green", "c": "blue"} == patched.data
    dry = api.gives(
        "dry run", lambda: core.patch_namespaced_config_map("colours", space, {"data": {"d": "1"}}, dry_run="All")
    )
    assert "1" == dry.data["d"]
    gone = api.gives("delete", lambda: core.delete_namespaced_config_map("colours", space))
    assert "Success" == gone["status"]  # this API is declared to return anything
    missing = api.refuses("read again", lambda: core.read_namespaced_config_map("colours", space))
    assert (404, "Not Found") == (missing.status, missing.reason)


@script
def lists(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    for name in ("one", "two", "three"):
        core.create_namespaced_config_map(space, colours(name))
    first = api.gives("a page", lambda: core.list_namespaced_config_map(space, limit=2))
    assert (["one", "three"], 1) == (
        [one.metadata.name for one in first.items],
        first.metadata.remaining_item_count,
    )
    rest = api.gives(
        "the rest", lambda: core.list_namespaced_config_map(space, limit=2, _continue=first.metadata._continue)
    )
    assert (["two"], None) == ([one.metadata.name for one in rest.items], rest.metadata._continue)
    core.patch_namespaced_config_map("two", space, {"metadata": {"labels": {"app": "b"}}})
    by_label = api.gives("by label", lambda: core.list_namespaced_config_map(space, label_selector="app in (b,c)"))
    by_field = api.gives("by field", lambda: core.list_namespaced_config_map(space, field_selector="metadata.name=one"))
    assert (["two"], ["one"]) == tuple([one.metadata.name for one in found.items] for found in (by_label, by_field))
    wrong = api.refuses("a wrong selector", lambda: core.list_namespaced_config_map(space, label_selector="a b"))
    assert 400 == wrong.status
    api.refuses("a wrong token", lambda: core.list_namespaced_config_map(space, _continue="nonsense", limit=1))
    everywhere = api.gives(
        "in all namespaces", lambda: core.list_config_map_for_all_namespaces(field_selector="metadata.name=three")
    )
    assert [space] == [one.metadata.namespace for one in everywhere.items]
    api.gives("delete all", lambda: core.delete_collection_namespaced_config_map(space))
    assert not core.list_namespaced_config_map(space).items


@script
def secrets(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    login = client.V1Secret(metadata=META(name="login"), string_data={"user": "me"}, type="Opaque")
    made = api.gives("create", lambda: core.create_namespaced_secret(space, login))
    assert {"user": "bWU="} == made.data
    locked = client.V1Secret(metadata=META(generate_name="locked-"), data={"k": "dg=="}, immutable=True)
    name = api.gives("draw a name", lambda: core.create_namespaced_secret(space, locked)).metadata.name
    refused = api.refuses(
        "change a locked one", lambda: core.patch_namespaced_secret(name, space, {"data": {"k": "dw=="}})
    )
    assert 422 == refused.status
    bad = client.V1Secret(
        metadata=META(name="dock"), type="kubernetes.io/dockerconfigjson", data={".dockerconfigjson": "e"}
    )
    api.refuses("a wrong value", lambda: core.create_namespaced_secret(space, bad))


@script
def services(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    spec = client.V1ServiceSpec(
        selector={"app": "a"}, ports=[client.V1ServicePort(port=80, target_port="http", name="web")]
    )
    web = client.V1Service(metadata=META(name="web"), spec=spec)
    made = api.gives("create", lambda: core.create_namespaced_service(space, web))
    assert ("ClusterIP", "http", "TCP") == (made.spec.type, made.spec.ports[0].target_port, made.spec.ports[0].protocol)
    moved = api.gives(
        "add a port",
        lambda: core.patch_namespaced_service(
            "web", space, {"spec": {"ports": [{"port": 81, "name": "more", "targetPort": 8081}]}}
        ),
    )
    assert [81, 80] == [one.port for one in moved.spec.ports]
    wrong = {"spec": {"clusterIP": "10.96.0.77"}}
    refused = api.refuses("move it", lambda: core.patch_namespaced_service("web", space, wrong))
    assert 422 == refused.status
    api.gives("delete", lambda: core.delete_namespaced_service("web", space))


@script
def pods(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    container = client.V1Container(
        name="main",
        image="ex.dev/web:1",
        resources=client.V1ResourceRequirements(requests={"cpu": "100m", "memory": "64Mi"}),
        ports=[client.V1ContainerPort(container_port=80, name="http")],
        env=[client.V1EnvVar(name="A", value="1")],
        readiness_probe=client.V1Probe(http_get=client.V1HTTPGetAction(port="http", path="/")),
    )
    spec = client.V1PodSpec(
        containers=[container], node_selector={"disk": "ssd"}, automount_service_account_token=False
    )
    pod = client.V1Pod(metadata=META(name="one", labels={"app": "a"}), spec=spec)
    made = api.gives("create", lambda: core.create_namespaced_pod(space, pod))
    assert ("Pending", "Burstable", "Always") == (
        made.status.phase,
        made.status.qos_class,
        made.spec.restart_policy,
    )
    bound = client.V1Binding(metadata=META(name="one"), target=client.V1ObjectReference(kind="Node", name="here"))
    api.gives("bind", lambda: core.create_namespaced_pod_binding("one", space, bound, _preload_content=False).status)
    status = {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
    running = api.gives("patch the status", lambda: core.patch_namespaced_pod_status("one", space, status))
    assert ("Running", "here") == (running.status.phase, running.spec.node_name)
    image = {"spec": {"containers": [{"name": "main", "image": "ex.dev/web:2"}]}}
    newer = api.gives("change the image", lambda: core.patch_namespaced_pod("one", space, image))
    assert "ex.dev/web:2" == newer.spec.containers[0].image
    api.refuses("move it", lambda: core.patch_namespaced_pod("one", space, {"spec": {"nodeName": "there"}}))
    leaving = api.gives("delete", lambda: core.delete_namespaced_pod("one", space, grace_period_seconds=5))
    assert 5 == leaving.metadata.deletion_grace_period_seconds
    api.gives("kill", lambda: core.delete_namespaced_pod("one", space, grace_period_seconds=0))
    invalid = client.V1Pod(metadata=META(name="Bad"), spec=client.V1PodSpec(containers=[client.V1Container(name="a")]))
    api.refuses("an invalid one", lambda: core.create_namespaced_pod(space, invalid))


@script
def namespaces(api: Kubernetes) -> None:
    name = f"{api.namespace}-more"
    made = api.gives("create", lambda: api.core.create_namespace(client.V1Namespace(metadata=META(name=name))))
    assert (["kubernetes"], "Active") == (made.spec.finalizers, made.status.phase)
    there = api.refuses("create again", lambda: api.core.create_namespace(client.V1Namespace(metadata=META(name=name))))
    assert (409, "AlreadyExists") == (there.status, api.told(there)["body"]["reason"])
    api.gives("delete", lambda: api.core.delete_namespace(name))
    ending = api.refuses("create in it", lambda: api.core.create_namespaced_config_map(name, colours()))
    assert 403 == ending.status


@script
def accounts(api: Kubernetes) -> None:
    core, space = api.core, api.namespace
    robot = client.V1ServiceAccount(metadata=META(name="robot"))
    api.gives("create", lambda: core.create_namespaced_service_account(space, robot))
    wanted = client.AuthenticationV1TokenRequest(
        spec=client.V1TokenRequestSpec(audiences=["ex.dev"], expiration_seconds=600)
    )
    token = api.gives("a token", lambda: core.create_namespaced_service_account_token("robot", space, wanted))
    review = client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token.status.token, audiences=["ex.dev"]))
    reviewed = client.AuthenticationV1Api(api.api).create_token_review(review)
    api.note("review it", {"user": reviewed.status.user, "audiences": reviewed.status.audiences})
    assert f"system:serviceaccount:{space}:robot" == reviewed.status.user.username


@script
def events(api: Kubernetes) -> None:
    about = client.V1ObjectReference(kind="Widget", api_version="ex.dev/v1", name="one", namespace=api.namespace)
    event = client.CoreV1Event(
        metadata=META(name="one.1"), involved_object=about, reason="Seen", message="it was seen", type="Normal", count=1
    )
    api.gives("post", lambda: api.core.create_namespaced_event(api.namespace, event))
    found = api.gives(
        "find",
        lambda: api.core.list_namespaced_event(api.namespace, field_selector="involvedObject.name=one,reason=Seen"),
    )
    assert ["it was seen"] == [one.message for one in found.items]
    newer = client.EventsV1Event(
        metadata=META(name="one.2"),
        regarding=about,
        reason="Heard",
        note="it was heard",
        type="Warning",
        action="Listen",
        reporting_controller="ex.dev/ear",
        reporting_instance="ear-1",
        event_time=datetime(2026, 1, 2, 3, 4, 5, 678, UTC),
    )
    events_api = client.EventsV1Api(api.api)
    posted = api.gives("post to the newer group", lambda: events_api.create_namespaced_event(api.namespace, newer))
    assert newer.event_time == posted.event_time
    read = api.gives("read in the older one", lambda: api.core.read_namespaced_event("one.2", api.namespace))
    assert ("it was heard", "ex.dev/ear") == (read.message, read.reporting_component)
    newer.metadata.name, newer.action = "one.3", None
    api.refuses("without an action", lambda: events_api.create_namespaced_event(api.namespace, newer))
