"""Admission of what is no object of a resource's kind: connections, reviews, scales, evictions."""

import json
from typing import Any

import pytest

from harness.apiserver import Answered, Outcall, Reply

from .test_webhooks import GROUP, Client, answered, asked, patch

POD = {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
PODS = "/api/v1/namespaces/default/pods"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
REVIEW = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}
EVERYTHING = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}


@pytest.fixture
def client() -> Client:
    """Return a client of a server with a pod."""
    found = Client()
    assert found.send("POST", PODS, POD).status == 201
    return found


def refused(call: Any) -> Answered:
    """Return a refusal."""
    return answered(call, allowed=False, status={"message": "no", "code": 403})


def test_a_get_that_connects_asks_before_it_is_answered(client: Client) -> None:
    """``kubectl exec`` may come as a GET; of all reads only connections are admitted."""
    client.hook("Validating", "check", rules=[EVERYTHING])

    assert isinstance(client.send("GET", f"{PODS}/one"), Reply)
    waiting = client.send("GET", f"{PODS}/one/exec")
    assert isinstance(waiting, Outcall)
    (call,) = waiting.calls

    review = asked(call)
    assert ("CONNECT", "PodExecOptions", "exec") == (review["operation"], review["kind"]["kind"], review["subResource"])
    answer = waiting.resume([refused(call)])
    assert isinstance(answer, Reply)
    assert 403 == answer.status


def test_a_scale_is_shown_as_a_scale_and_changed_as_one(client: Client) -> None:
    """Who limits replicas by the kind that clients write need not know where each kind has them."""
    template = {"metadata": {"labels": {"a": "b"}}, "spec": POD["spec"]}
    body = {"metadata": {"name": "one"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}
    path = "/apis/apps/v1/namespaces/default/deployments"
    assert client.send("POST", path, body).status == 201
    client.hook("Mutating", "limit", rules=[EVERYTHING])

    waiting = client.send("PATCH", f"{path}/one/scale", {"spec": {"replicas": 50}})
    (call,) = waiting.calls
    reply = waiting.resume([answered(call, **patch({"op": "replace", "path": "/spec/replicas", "value": 9}))])

    assert ("Scale", 50, 1) == (
        asked(call)["object"]["kind"],
        asked(call)["object"]["spec"]["replicas"],
        asked(call)["oldObject"]["spec"]["replicas"],
    )
    assert 9 == json.loads(reply.body)["spec"]["replicas"]
    assert 9 == json.loads(client.send("GET", f"{path}/one").body)["spec"]["replicas"]


def test_an_eviction_that_is_refused_evicts_nobody(client: Client) -> None:
    """Not even a dry one."""
    client.hook("Validating", "check", rules=[EVERYTHING])
    waiting = client.send("POST", f"{PODS}/one/eviction", {"metadata": {"name": "one"}})

    assert 403 == waiting.resume([refused(waiting.calls[0])]).status
    assert 200 == client.send("GET", f"{PODS}/one").status


def test_policies_have_no_say_in_reviews(client: Client) -> None:
    """One that refuses everything would leave nobody able to ask what they may do; webhooks are asked."""
    policy = {
        "metadata": {"name": "never"},
        "spec": {"matchConstraints": {"resourceRules": [EVERYTHING]}, "validations": [{"expression": "false"}]},
    }
    binding = {"metadata": {"name": "never"}, "spec": {"policyName": "never", "validationActions": ["Deny"]}}
    for plural, body in (("validatingadmissionpolicies", policy), ("validatingadmissionpolicybindings", binding)):
        assert client.send("POST", f"{GROUP}/{plural}", body).status == 201

    assert 201 == client.send("POST", REVIEWS, REVIEW).status
    assert 422 == client.send("POST", f"{PODS}/one/eviction", {"metadata": {"name": "one"}}).status
    client.hook("Validating", "check", rules=[EVERYTHING])
    assert isinstance(client.send("POST", REVIEWS, REVIEW), Outcall)
