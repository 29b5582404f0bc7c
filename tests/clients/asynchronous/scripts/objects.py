"""The life of objects by way of typed APIs."""

import asyncio
from typing import Any

from ..session import Asynchronous, script


def colours(api: Asynchronous, name: str = "colours") -> Any:
    return api.client.V1ConfigMap(
        metadata=api.client.V1ObjectMeta(name=name, labels={"app": "a"}), data={"a": "red"}, binary_data={"b": "AAE="}
    )


@script
async def config_maps(api: Asynchronous) -> None:
    core, space = api.core, api.namespace
    made = await api.gives("create", core.create_namespaced_config_map(space, colours(api)))
    assert ({"a": "red"}, {"b": "AAE="}) == (made.data, made.binary_data)
    read = await api.gives("read", core.read_namespaced_config_map("colours", space))
    assert made == read

    read.data["a"] = "green"
    put = await api.gives("replace", core.replace_namespaced_config_map("colours", space, read))
    assert made.metadata.resource_version != put.metadata.resource_version
    stale = await api.refuses("replace an old one", core.replace_namespaced_config_map("colours", space, made))
    assert (409, "Conflict") == (stale.status, stale.reason)
    there = await api.refuses("create again", core.create_namespaced_config_map(space, colours(api)))
    assert "AlreadyExists" == api.told(there)["body"]["reason"]

    patch = {"data": {"c": "blue"}}
    patched = await api.gives("merge", core.patch_namespaced_config_map("colours", space, patch))
    assert {"a": "green", "c": "blue"} == patched.data
    applied = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "colours"}, "data": {"c": "white"}}
    apply = {"_content_type": "application/apply-patch+yaml", "field_manager": "painter"}
    conflict = await api.refuses("apply", core.patch_namespaced_config_map("colours", space, applied, **apply))
    assert 409 == conflict.status
    forced = await api.gives(
        "apply by force", core.patch_namespaced_config_map("colours", space, applied, force=True, **apply)
    )
    assert "white" == forced.data["c"]
    await api.gives("delete", core.delete_namespaced_config_map("colours", space))
    missing = await api.refuses("read again", core.read_namespaced_config_map("colours", space))
    assert (404, "Not Found") == (missing.status, missing.reason)


@script
async def lists(api: Asynchronous) -> None:
    core, space = api.core, api.namespace
    await asyncio.gather(
        *(core.create_namespaced_config_map(space, colours(api, f"n-{number:02}")) for number in range(20))
    )
    found = await core.list_namespaced_config_map(space)
    assert [f"n-{number:02}" for number in range(20)] == [one.metadata.name for one in found.items]
    names: list[str] = []
    token = None
    while token != "":
        page = await core.list_namespaced_config_map(space, limit=7, **({"_continue": token} if token else {}))
        names += [one.metadata.name for one in page.items]
        api.note("a page", {"names": names[-len(page.items) :], "left": page.metadata.remaining_item_count})
        token = page.metadata._continue or ""
    assert [one.metadata.name for one in found.items] == names
    await core.delete_collection_namespaced_config_map(space, label_selector="app=a")
    assert not (await core.list_namespaced_config_map(space)).items
    await api.refuses("a wrong selector", core.list_namespaced_config_map(space, field_selector="data.a=1"))


@script
async def workloads(api: Asynchronous) -> None:
    client, space = api.client, api.namespace
    labels = {"app": "web"}
    spec = client.V1DeploymentSpec(
        replicas=2,
        selector=client.V1LabelSelector(match_labels=labels),
        template=client.V1PodTemplateSpec(
            metadata=client.V1ObjectMeta(labels=labels),
            spec=client.V1PodSpec(containers=[client.V1Container(name="main", image="ex.dev/web:1")]),
        ),
    )
    deployment = client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)
    made = await api.gives("create", api.apps.create_namespaced_deployment(space, deployment))
    assert (2, "RollingUpdate") == (made.spec.replicas, made.spec.strategy.type)
    scaled = await api.gives(
        "scale", api.apps.patch_namespaced_deployment_scale("web", space, {"spec": {"replicas": 5}})
    )
    assert 5 == scaled.spec.replicas
    status = {"status": {"replicas": 5, "observedGeneration": 2}}
    await api.gives("patch the status", api.apps.patch_namespaced_deployment_status("web", space, status))
    job = client.V1Job(metadata=client.V1ObjectMeta(name="once"), spec=client.V1JobSpec(template=spec.template))
    refused = await api.refuses("a job that restarts", client.BatchV1Api(api.api).create_namespaced_job(space, job))
    assert 422 == refused.status
    job.spec.template.spec.restart_policy = "Never"
    await api.gives("a job", client.BatchV1Api(api.api).create_namespaced_job(space, job))


@script
async def access(api: Asynchronous) -> None:
    client, space = api.client, api.namespace
    async with api.as_person() as somebody:
        forbidden = await api.refuses("without rights", somebody.list_namespaced_config_map(space))
        assert (403, "Forbidden") == (forbidden.status, forbidden.reason)
        wanted = client.V1ResourceAttributes(namespace=space, verb="list", resource="configmaps")
        review = client.V1SelfSubjectAccessReview(spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=wanted))
        own = client.AuthorizationV1Api(somebody.api_client)
        assert not (await api.gives("may I", own.create_self_subject_access_review(review))).status.allowed
    async with api.as_person("nobody") as nobody:
        unknown = await api.refuses("with a wrong token", nobody.list_namespaced_config_map(space))
        assert (401, "Unauthorized") == (unknown.status, unknown.reason)
    rbac = client.RbacAuthorizationV1Api(api.api)
    rule = client.V1PolicyRule(api_groups=[""], resources=["pods"], verbs=["get"])
    role = client.V1Role(metadata=client.V1ObjectMeta(name="reader"), rules=[rule])
    await api.gives("a role", rbac.create_namespaced_role(space, role))
