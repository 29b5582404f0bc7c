"""What is allowed and unwise: the server says so beside the reply, as kubectl shows people."""

from typing import Any

import pytest

from .fronts import Api

PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
CONTAINER = {"name": "c", "image": "i"}


def warned(api: Api, path: str, body: Any) -> str:
    """Return the warnings to a creation."""
    answer = api.post(path, body)
    assert 201 == answer.status, answer.text
    return answer.headers.get("warning", "")


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"imagePullSecrets": [{}]}, "spec.imagePullSecrets[0].name: invalid empty name"),
        ({"nodeSelector": {"beta.kubernetes.io/os": "linux"}}, "deprecated since v1.14; use"),
        ({"volumes": [{"name": "v", "gitRepo": {"repository": "r"}}]}, "spec.volumes[0].gitRepo: deprecated in v1.11"),
        (
            {"containers": [CONTAINER | {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]},
            "spec.containers[0].env[1]: hides previous definition of",
        ),
        (
            {"containers": [CONTAINER | {"ports": [{"containerPort": 80}, {"containerPort": 80}]}]},
            "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
        ),
    ],
)
def test_pods_are_warned_of(bare: Api, spec: dict[str, Any], text: str) -> None:
    """The field is named, so that it can be found."""
    assert text in warned(bare, PODS, {"metadata": {"name": "p"}, "spec": {"containers": [CONTAINER]} | spec})


def test_a_template_is_warned_of_where_it_stands(bare: Api) -> None:
    """And only when it changes: controllers write the rest all the time."""
    labels = {"app": "a"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER], "imagePullSecrets": [{}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}

    first = warned(bare, DEPLOYMENTS, {"metadata": {"name": "d"}, "spec": spec})
    second = bare.merge(f"{DEPLOYMENTS}/d", {"metadata": {"labels": labels}}).headers.get("warning", "")

    assert "spec.template.spec.imagePullSecrets[0].name" in first
    assert "" == second


def test_a_pod_runs_by_a_class_that_is_there(bare: Api) -> None:
    """What the class costs is added to the pod, and where it runs."""
    classes = "/apis/node.k8s.io/v1/runtimeclasses"
    scheduling = {"nodeSelector": {"a": "b"}}
    bare.post(
        classes,
        {
            "metadata": {"name": "fast"},
            "handler": "h",
            "overhead": {"podFixed": {"cpu": "1"}},
            "scheduling": scheduling,
        },
    )

    def pod(name: str, runtime: str) -> Any:
        return bare.post(
            PODS, {"metadata": {"name": name}, "spec": {"containers": [CONTAINER], "runtimeClassName": runtime}}
        )

    made, refused = pod("p", "fast"), pod("q", "none")

    assert ({"cpu": "1"}, {"a": "b"}) == (made.json["spec"]["overhead"], made.json["spec"]["nodeSelector"])
    assert (403, True) == (refused.status, 'RuntimeClass "none" not found' in refused.json["message"])
