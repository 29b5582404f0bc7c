"""MutatingAdmissionPolicy: expressions that change what is written, and what becomes of those that cannot."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..hooks import patch
from ..samples import config_map, core, deployment, thing
from ..script import behaviour
from ..side import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "/apis/admissionregistration.k8s.io/v1"
POLICIES, BINDINGS = f"{GROUP}/mutatingadmissionpolicies", f"{GROUP}/mutatingadmissionpolicybindings"
RULES = [
    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps", "pods"]},
    {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["things"]},
    {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]},
]


def applying(expression: str) -> dict[str, Any]:
    """Return a mutation by an apply configuration."""
    return {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": expression}}


def patching(expression: str) -> dict[str, Any]:
    """Return a mutation by a JSON patch."""
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


def policy(name: str, *mutations: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Return a policy."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "matchConstraints": {"resourceRules": RULES},
            "reinvocationPolicy": "Never",
            "mutations": list(mutations),
        }
        | spec,
    }


def binding(api: Side, name: str, **spec: Any) -> dict[str, Any]:
    """Return the binding of a policy to the behaviour's namespace."""
    here = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": api.namespace}}}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "matchResources": here} | spec,
    }


@contextmanager
def bound(api: Side, *mutations: dict[str, Any], suffix: str = "", **spec: Any) -> "Iterator[str]":
    """Have a policy for a while, and wait until it is in force: a config map of a certain name tells."""
    name = f"{api.namespace}{suffix}"
    canary = {"name": "canary", "expression": "!object.metadata.name.startsWith('canary')"}
    conditions = spec.pop("matchConditions", [])
    sign = f"canary{suffix}"
    sign_policy = policy(
        f"{name}-sign",
        applying("Object{metadata: Object.metadata{labels: Object.metadata.labels{seen: 'yes'}}}"),
        matchConditions=[{"name": "sign", "expression": f"object.metadata.name == '{sign}'"}],
    )
    made = [
        (POLICIES, policy(name, *mutations, matchConditions=[canary, *conditions], **spec)),
        (BINDINGS, binding(api, name, **({"paramRef": PARAM_REF} if "paramKind" in spec else {}))),
        (POLICIES, sign_policy),
        (BINDINGS, binding(api, f"{name}-sign")),
    ]
    for path, body in made:
        api.setup(path, body)
    try:
        api.labelled(api.config_maps, config_map(sign), "seen")
        yield name
    finally:
        for path, body in made:
            api.gone(f"{path}/{body['metadata']['name']}")


PARAM_REF = {"name": "param", "parameterNotFoundAction": "Deny"}


@behaviour
def configurations(api: Side) -> None:
    labels = "Object{metadata: Object.metadata{labels: {'team': 'a', 'of': request.userInfo.username}}}"
    with bound(api, applying(labels)):
        api.post(api.config_maps, config_map())
        api.post(api.things, thing())
        api.post(api.things, thing("two", metadata={"labels": {"team": "mine", "other": "x"}}))
        api.merge(f"{api.things}/two", {"metadata": {"labels": {"team": "b"}}})
        api.merge(f"{api.things}/two", {"metadata": {"labels": {"more": "b"}}}, dryRun="All")
        api.apply(api.things, thing("three"))
        api.post(api.core("secrets"), core("Secret", "untouched"))


@behaviour
def configurations_of_lists_and_counts(api: Side) -> None:
    sidecar = (
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{"
        "containers: [Object.spec.template.spec.containers{name: 'side', image: 'side:1'}]}}, "
        "replicas: object.spec.replicas + 1}}"
    )
    with bound(api, applying(sidecar)):
        api.post(api.deployments, deployment())
        api.merge(f"{api.deployments}/one", {"spec": {"paused": True}})


@behaviour
def configurations_of_custom_objects(api: Side) -> None:
    parts = (
        "Object{spec: Object.spec{size: 7, parts: [Object.spec.parts{name: 'added', weight: 3}], "
        "tags: ['x', 'a'], labels: {'k': 'v'}, free: Object.spec.free{any: [1, 2]}}}"
    )
    with bound(api, applying(parts)):
        api.known(api.things, thing("known"))
        api.post(api.things, thing(tags=["a", "b"], parts=[{"name": "p"}, {"name": "added", "weight": 1}]))
        api.post(api.things, thing("two"))


@behaviour
def json_patches(api: Side) -> None:
    steps = (
        "[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a/b~c'), value: 'x'}, "
        "JSONPatch{op: 'test', path: '/data/a', value: '1'}, "
        "JSONPatch{op: 'move', from: '/data/a', path: '/data/moved'}]"
    )
    with bound(
        api, patching(steps), matchConditions=[{"name": "kind", "expression": "request.kind.kind == 'ConfigMap'"}]
    ):
        api.post(api.config_maps, config_map(a="1"))
        api.post(api.config_maps, config_map("two", a="2"))
        api.post(api.config_maps, config_map("three", b="1"))
        api.post(api.things, thing())


@behaviour
def json_patches_with_objects(api: Side) -> None:
    steps = (
        "[JSONPatch{op: 'add', path: '/spec/template/spec/containers/-', "
        "value: Object.spec.template.spec.containers{name: 'more', image: 'm'}}, "
        "JSONPatch{op: 'replace', path: '/spec/replicas', value: 3}, "
        "JSONPatch{op: 'add', path: '/metadata/labels', value: {'a': 'b'}}]"
    )
    with bound(api, patching(steps)):
        api.post(api.deployments, deployment())


@behaviour
def several_mutations_and_variables(api: Side) -> None:
    with bound(
        api,
        applying("Object{metadata: Object.metadata{annotations: {'first': variables.who}}}"),
        patching(
            "[JSONPatch{op: 'add', path: '/metadata/annotations/second', value: object.metadata.annotations['first'] + '!'}]"
        ),
        variables=[{"name": "who", "expression": "request.userInfo.username + '-' + object.metadata.name"}],
    ):
        api.post(api.config_maps, config_map())
        api.post(api.things, thing())


@behaviour
def parameters(api: Side) -> None:
    api.setup(api.things, thing("param"))
    with bound(
        api,
        applying("Object{metadata: Object.metadata{labels: {'team': params.spec.owner}}}"),
        paramKind={"apiVersion": "ex.dev/v1", "kind": "Thing"},
    ):
        api.post(api.config_maps, config_map())
        api.aside("DELETE", f"{api.things}/param")
        api.refused(api.config_maps, config_map("waiting"))
        api.post(api.config_maps, config_map("two"))


@behaviour
def conditional_parts(api: Side) -> None:
    with bound(
        api,
        applying(
            "has(object.spec.size) && object.spec.size > 5 ? Object{metadata: Object.metadata{labels: {'big': 'yes'}}} : Object{}"
        ),
        matchConditions=[{"name": "things", "expression": "request.kind.kind == 'Thing'"}],
    ):
        api.post(api.things, thing(size=7))
        api.post(api.things, thing("two", size=3))


@behaviour
def what_cannot_be_done(api: Side) -> None:
    for index, mutation in enumerate(
        (
            applying("Object{spec: Object.spec{selector: Object.spec.wrong{matchLabels: {'a': 'b'}}}}"),
            applying("Object{spec: Object.spec{nothing: 1}}"),
            applying("Object{metadata: Object.metadata{labels: object.nothing}}"),
            applying("Object{metadata: Object.metadata{finalizers: [1]}}"),
            patching("[JSONPatch{op: 'remove', path: '/nothing/here'}]"),
            patching("[JSONPatch{op: 'remove', path: '/metadata/here'}]"),
            patching("[JSONPatch{op: 'add', path: '/nothing/here', value: 1}]"),
            patching("[JSONPatch{op: 'replace', path: '/nothing/here', value: 1}]"),
            patching("[JSONPatch{op: 'move', from: '/nothing/here', path: '/data'}]"),
            patching("[JSONPatch{op: 'copy', from: '/metadata/name', path: '/nothing/here'}]"),
            patching("[JSONPatch{op: 'test', path: '/nothing/here', value: 1}]"),
            patching("[JSONPatch{op: 'odd', path: '/data'}]"),
            patching("[JSONPatch{op: 'add', path: '/metadata/labels', value: object.nothing}]"),
        )
    ):
        with bound(api, mutation, suffix=f"-{index}"):
            api.post(api.config_maps, config_map(f"one-{index}", a="1"))
            api.post(api.things, thing(f"one-{index}"))


@behaviour
def atomic_parts(api: Side) -> None:
    selector = "Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}"
    command = (
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{"
        "containers: [Object.spec.template.spec.containers{name: 'c', command: ['x']}]}}}}"
    )
    for index, expression in enumerate((selector, command)):
        with bound(api, applying(expression), suffix=f"-{index}"):
            api.post(api.deployments, deployment(f"one-{index}"))
    owner = "Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{name: 'a'}]}}"
    with bound(api, applying(owner), suffix="-owner"):
        api.post(api.config_maps, config_map())


@behaviour
def units_and_keys_of_custom_objects(api: Side) -> None:
    for index, expression in enumerate(
        (
            "Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{name: 'a'}]}}",
            "Object{metadata: Object.metadata{ownerReferences: [Object.metadata.ownerReferences{uid: 'a'}]}}",
            "Object{metadata: Object.metadata{finalizers: ['ex.dev/hold']}}",
            "Object{spec: Object.spec{parts: [Object.spec.parts{weight: 1}]}}",
            "Object{spec: Object.spec{port: 'x', free: Object.spec.free{a: 1}, tags: ['z']}}",
        )
    ):
        with bound(api, applying(expression), suffix=f"-{index}"):
            api.known(api.things, thing("first"))
            api.post(api.things, thing(f"thing-{index}"))
            if index == 2:
                api.json_patch(f"{api.things}/thing-2", {"op": "remove", "path": "/metadata/finalizers"})


@behaviour
def what_cannot_be_done_and_is_ignored(api: Side) -> None:
    with bound(api, applying("Object{spec: Object.spec{nothing: 1}}"), failurePolicy="Ignore"):
        api.post(api.config_maps, config_map())


@behaviour
def what_makes_an_object_invalid(api: Side) -> None:
    with bound(api, applying("Object{spec: Object.spec{size: 100}}")):
        api.post(api.things, thing())
    with bound(api, applying("Object{metadata: Object.metadata{labels: {'a b': 'c'}}}"), suffix="-2"):
        api.post(api.config_maps, config_map())


@behaviour
def policies_before_webhooks_and_again(api: Side) -> None:
    label = (
        "Object{metadata: Object.metadata{annotations: {'seen': string(size(object.metadata.?labels.orValue({})))}}}"
    )
    rule = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["things"]}
    hook = {
        "name": "a.ex.dev",
        "clientConfig": api.hooks.client(
            api.namespace, patch({"op": "add", "path": "/metadata/labels", "value": {"from": "webhook"}})
        ),
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": api.namespace}},
    }
    path = f"{GROUP}/mutatingwebhookconfigurations"
    api.setup(
        path,
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": api.namespace},
            "webhooks": [hook],
        },
    )
    for again in ("Never", "IfNeeded"):
        with bound(api, applying(label), suffix=f"-{again.lower()}", reinvocationPolicy=again):
            api.labelled(api.things, thing("canary"), "from")
            api.post(api.things, thing(again.lower()))
    api.gone(f"{path}/{api.namespace}")


@behaviour
def refused_when_written(api: Side) -> None:
    good = applying("Object{}")
    for spec in (
        {"mutations": []},
        {"mutations": None},
        {"mutations": [{}]},
        {"mutations": [{"patchType": "Odd"}]},
        {"mutations": [{"patchType": "JSONPatch"}]},
        {"mutations": [good | {"jsonPatch": {"expression": "[]"}}]},
        {"mutations": [patching("[]") | {"applyConfiguration": {"expression": "Object{}"}}]},
        {"mutations": [applying("")]},
        {"mutations": [applying("object")]},
        {"mutations": [applying("Object.spec{}")]},
        {"mutations": [applying("Other{}")]},
        {"mutations": [applying("Object{metadata: }")]},
        {"mutations": [patching("Object{}")]},
        {"mutations": [patching("[1]")]},
        {"mutations": [patching("[JSONPatch{op: 1}]")]},
        {"mutations": [patching("[]"), patching("[JSONPatch{op: 'add'}]"), good]},
        {"reinvocationPolicy": ""},
        {"reinvocationPolicy": "Odd"},
        {"failurePolicy": "Odd"},
        {"matchConstraints": None},
        {"matchConstraints": {"resourceRules": [RULES[0] | {"operations": ["DELETE", "CONNECT"]}]}},
        {"matchConditions": [{"name": "a", "expression": "1"}]},
        {"variables": [{"name": "a", "expression": "Object{}"}, {"name": "b", "expression": "variables.c"}]},
    ):
        api.post(POLICIES, policy(api.namespace, good, **spec), dryRun="All")


@behaviour
def bindings_refused(api: Side) -> None:
    for spec in (
        {"policyName": ""},
        {"policyName": "A b"},
        {"paramRef": {}},
        {"matchResources": {"resourceRules": [RULES[0] | {"operations": ["DELETE"]}]}},
        {"validationActions": ["Deny"]},
    ):
        api.post(BINDINGS, binding(api, api.namespace, **spec), dryRun="All")


@behaviour
def stored_with_defaults(api: Side) -> None:
    api.post(POLICIES, policy(api.namespace, applying("Object{}")))
    api.post(BINDINGS, binding(api, api.namespace))
    api.merge(f"{POLICIES}/{api.namespace}", {"spec": {"failurePolicy": "Ignore"}})
    api.gone(f"{BINDINGS}/{api.namespace}")
    api.gone(f"{POLICIES}/{api.namespace}")
