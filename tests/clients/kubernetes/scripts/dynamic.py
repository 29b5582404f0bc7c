"""The dynamic client: kinds are found by discovery, objects are what came."""

from typing import Any

from kubernetes.dynamic import DynamicClient, exceptions

from ..session import Kubernetes, script
from .custom import widget


def dynamic(api: Kubernetes) -> DynamicClient:
    return DynamicClient(api.api, cache_file=str(api.folder / "discovered.json"))


@script
def found(api: Kubernetes) -> None:
    resources = dynamic(api).resources
    kinds = api.gives(
        "kinds",
        lambda: [
            resources.get(**one).to_dict()
            for one in (
                {"api_version": "v1", "kind": "ConfigMap"},
                {"api_version": "apps/v1", "kind": "Deployment"},
                {"group": "ex.dev", "kind": "Widget"},
            )
        ],
    )
    assert ["configmaps", "deployments", "widgets"] == [one["name"] for one in kinds]
    assert (
        "ResourceNotFoundError"
        == type(
            api.refuses(
                "no such kind",
                lambda: resources.get(api_version="v1", kind="Nothing"),
                exceptions.ResourceNotFoundError,
            )
        ).__name__
    )


@script
def widgets(api: Kubernetes) -> None:
    kind = dynamic(api).resources.get(api_version="ex.dev/v1", kind="Widget")
    space: dict[str, Any] = {"namespace": api.namespace}
    made = api.gives("create", lambda: kind.create(body=widget(), **space))
    assert (1, "red") == (made.spec.replicas, made.spec.colour)
    assert made.metadata.uid == kind.get(name="one", **space).metadata.uid
    api.gives("list", lambda: kind.get(field_selector="spec.colour=red", **space))
    patched = api.gives(
        "merge",
        lambda: kind.patch(
            body={"spec": {"size": 2}}, name="one", content_type="application/merge-patch+json", **space
        ),
    )
    assert 2 == patched.spec.size
    api.gives(
        "status",
        lambda: kind.status.patch(
            body={"status": {"phase": "New"}}, name="one", content_type="application/merge-patch+json", **space
        ),
    )
    assert (
        3
        == api.gives(
            "scale",
            lambda: kind.scale.patch(
                body={"spec": {"replicas": 3}}, name="one", content_type="application/merge-patch+json", **space
            ),
        ).spec.replicas
    )
    applied = api.gives(
        "apply", lambda: kind.server_side_apply(body=widget("two"), name="two", field_manager="dynamic", **space)
    )
    assert "dynamic" == applied.metadata.managedFields[0].manager
    conflict = api.refuses(
        "apply over another",
        lambda: kind.server_side_apply(body=widget(colour="blue"), name="one", field_manager="other", **space),
        exceptions.ConflictError,
    )
    assert 409 == conflict.status
    body = kind.get(name="two", **space).to_dict()
    body["spec"]["colour"] = "green"
    api.gives("replace", lambda: kind.replace(body=body, **space))
    api.refuses("replace an old one", lambda: kind.replace(body=body, **space), exceptions.ConflictError)
    api.refuses(
        "create a wrong one",
        lambda: kind.create(body=widget("bad", colour="black"), **space),
        exceptions.UnprocessibleEntityError,
    )
    api.gives("delete", lambda: kind.delete(name="two", **space))
    api.refuses("get what is gone", lambda: kind.get(name="two", **space), exceptions.NotFoundError)


@script
def watched(api: Kubernetes) -> None:
    kind = dynamic(api).resources.get(api_version="ex.dev/v1", kind="Widget")
    kind.create(body=widget(), namespace=api.namespace)
    kind.delete(name="one", namespace=api.namespace)
    start = kind.get(namespace=api.namespace).metadata.resourceVersion
    kind.create(body=widget("two"), namespace=api.namespace)
    kind.delete(name="two", namespace=api.namespace)
    stream = kind.watch(namespace=api.namespace, resource_version=start, timeout=30)
    events = [next(stream) for _ in range(2)]
    stream.close()

    api.note("events", [{"type": one["type"], "object": one["raw_object"]} for one in events])
    assert [("ADDED", "two"), ("DELETED", "two")] == [(one["type"], one["object"].metadata.name) for one in events]
