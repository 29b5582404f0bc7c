"""MutatingAdmissionPolicy: what an expression makes becomes part of what is stored, or of the refusal."""

from typing import Any

import pytest

from .fronts import Api
from .samples import THINGS, thing

GROUP = "/apis/admissionregistration.k8s.io/v1"
RULE = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["things"]}


def bind(api: Api, *mutations: dict[str, Any], name: str = "p", **spec: Any) -> None:
    """Store a policy with its binding."""
    policy = {
        "metadata": {"name": name},
        "spec": {"matchConstraints": {"resourceRules": [RULE]}, "reinvocationPolicy": "Never", "mutations": mutations}
        | spec,
    }
    assert 201 == api.post(f"{GROUP}/mutatingadmissionpolicies", policy).status
    binding = {"metadata": {"name": name}, "spec": {"policyName": name}}
    assert 201 == api.post(f"{GROUP}/mutatingadmissionpolicybindings", binding).status


def applying(expression: str) -> dict[str, Any]:
    """Return a mutation by an apply configuration."""
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def patching(expression: str) -> dict[str, Any]:
    """Return a mutation by a JSON patch."""
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


def test_a_configuration_is_merged_and_owns_nothing(api: Api) -> None:
    """Lists are merged by their keys, as in server-side apply; the field manager is the client all the same."""
    bind(api, applying("Object{spec: Object.spec{parts: [Object.spec.parts{name: 'added', weight: 3}]}}"))

    made = api.post(THINGS, thing(parts=[{"name": "mine"}])).json

    assert ["mine", "added"] == [one["name"] for one in made["spec"]["parts"]]
    assert "added" not in str(made["metadata"]["managedFields"])


def test_mutations_see_what_those_before_them_did(api: Api) -> None:
    """They come in the order in which they stand."""
    bind(
        api,
        applying("Object{spec: Object.spec{size: 2}}"),
        patching("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'size': string(object.spec.size)}}]"),
    )

    assert {"size": "2"} == api.post(THINGS, thing(size=7)).json["metadata"]["labels"]


def test_a_test_that_fails_leaves_the_object_alone(api: Api) -> None:
    """It is how a JSON patch says: only if."""
    bind(
        api,
        patching(
            "[JSONPatch{op: 'test', path: '/spec/size', value: 1}, JSONPatch{op: 'replace', path: '/spec/size', value: 2}]"
        ),
    )

    assert [2, 5] == [
        api.post(THINGS, thing(name, size=size)).json["spec"]["size"] for name, size in (("a", 1), ("b", 5))
    ]


@pytest.mark.parametrize(("forgiving", "status"), [("Fail", 403), ("Ignore", 201)])
def test_a_failure_counts_as_the_policy_says(api: Api, forgiving: str, status: int) -> None:
    """Closed by default, as everywhere in admission."""
    bind(api, applying("Object{spec: Object.spec{nothing: 1}}"), failurePolicy=forgiving)

    assert status == api.post(THINGS, thing()).status


def test_what_is_one_unit_is_not_replaced_by_mistake(api: Api) -> None:
    """A selector that is merged would lose what is not named."""
    bind(
        api, applying("Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{uid: 'u'}]}}")
    )

    answer = api.post(THINGS, thing())

    assert 403 == answer.status
    assert "may not mutate atomic arrays, maps or structs: .metadata.ownerReferences[0]" in answer.json["message"]


def test_messages_can_be_made_in_no_other_expression(api: Api) -> None:
    """Conditions and rules of definitions know no types of objects."""
    policy = {
        "metadata": {"name": "p"},
        "spec": {
            "matchConstraints": {"resourceRules": [RULE]},
            "reinvocationPolicy": "Never",
            "mutations": [applying("Object{}")],
            "variables": [{"name": "a", "expression": "Object{}"}],
        },
    }

    answer = api.post(f"{GROUP}/mutatingadmissionpolicies", policy)

    assert 422 == answer.status
    assert "undeclared reference to 'Object'" in answer.json["message"]


def test_a_later_change_is_seen_by_those_who_want_to(api: Api) -> None:
    """``reinvocationPolicy: IfNeeded``."""
    count = "Object{metadata: Object.metadata{annotations: {'tags': string(size(object.spec.?tags.orValue([])))}}}"
    bind(api, applying(count), name="a", reinvocationPolicy="IfNeeded")
    bind(api, applying("Object{spec: Object.spec{tags: ['x']}}"), name="b")

    assert {"tags": "1"} == api.post(THINGS, thing()).json["metadata"]["annotations"]
