"""What the status of a policy says of expressions that do not fit the kinds that it is about."""

from typing import Any

from ..samples import DEFINITIONS, definition
from ..script import behaviour
from ..side import MERGE, Side

_POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"


def _rule(resources: str, group: str = "", versions: str = "v1", **more: Any) -> dict[str, Any]:
    return {
        "apiGroups": group.split(" "),
        "apiVersions": versions.split(),
        "operations": ["CREATE"],
        "resources": resources.split(),
    } | more


def _policy(api: Side, *texts: str, rules: Any = None, name: str = "", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": f"{api.namespace}{name}"},
        "spec": {
            "matchConstraints": {"resourceRules": rules or [_rule("things", "ex.dev")]},
            "validations": [{"expression": text} for text in texts],
        }
        | spec,
    }


def _checked(api: Side, body: Any) -> None:
    """Create a policy, and write down what becomes of it once it has been checked."""
    path = f"{_POLICIES}/{body['metadata']['name']}"
    api.setup(_POLICIES, body)
    api.at_end(lambda: api.gone(path))
    api.until(path, lambda found: found["status"].get("observedGeneration") == found["metadata"]["generation"])
    api.get(path)


@behaviour(controllers=True)
def a_policy_that_fits(api: Side) -> None:
    _checked(api, _policy(api, "object.spec.size < 5", "has(object.spec.note) && oldObject == null || true"))


@behaviour(controllers=True)
def a_policy_that_does_not_fit(api: Side) -> None:
    body = _policy(
        api,
        "object.spec.sise < 5",
        "object.spec.size < 'five'",
        "object.spec.tags.all(one, one > 5) && oldObject.nothing == 1",
        "object.spec == object.status",
        "object.metadata.labels.a == 'b'",
        "object.spec.port == 1 || object.spec.port == 'x'",
        "object.spec.free.any == 1",
        "object.status.since > timestamp('2020-01-01T00:00:00Z')",
        "object.spec + 1 == 2",
        "object.apiVersion == 1 && object.metadata.creationTimestamp == ''",
        "request.userInfo.username == object.spec.owner && namespaceObject.metadata.name == object.spec.size",
    )
    _checked(api, body)


@behaviour(controllers=True)
def messages_and_variables_that_do_not_fit(api: Side) -> None:
    validations = [
        {"expression": "variables.size > 5", "messageExpression": "'is ' + object.spec.size"},
        {"expression": "variables.lost == 5", "messageExpression": "'is ' + string(variables.parts[0].weigth)"},
        {"expression": "variables.size == 'x' || variables.spec == 5", "message": "plain"},
    ]
    variables = [
        {"name": "size", "expression": "object.spec.size"},
        {"name": "lost", "expression": "object.spec.lost"},
        {"name": "parts", "expression": "object.spec.parts"},
        {"name": "spec", "expression": "object.spec"},
    ]
    _checked(api, _policy(api, validations=validations, variables=variables))


@behaviour(controllers=True)
def authorizers_where_policies_are_checked(api: Side) -> None:
    body = _policy(
        api,
        "authorizer.group('').resource('pods').check('get').allowed()",
        "authorizer.requestResource.check('get').allowed()",
        "authorizer.path('/x').check(object.spec.size).allowed()",
    )
    _checked(api, body)


@behaviour(controllers=True)
def built_in_kinds_and_what_is_in_them(api: Side) -> None:
    rules = [_rule("deployments statefulsets", "apps"), _rule("pods configmaps")]
    body = _policy(
        api,
        "object.spec.replicas < 5",
        "object.spec.template.spec.containers.all(one, one.imag != '')",
        "object.spec.strategy.rollingUpdate.maxSurge == 1",
        "object.spec.strategy.rollingUpdate.maxSurge.startsWith('a')",
        "object.data.key == 'x' && object.data.key == 1",
        "object.spec.containers[0].resources.limits['cpu'] == quantity('1')",
        "object.spec.containers[0].resources.limits.cpu == 1",
        "object.metadata.managedFields[0].time > timestamp('2020-01-01T00:00:00Z')",
        "object.metadata.deletionGracePeriodSeconds == 'x'",
        "object.metadata.managedFields[0].fieldsV1.nothing == 1",
        "object.binaryData.key == b'x' && object.immutable == 1",
        rules=rules,
    )
    _checked(api, body)


@behaviour(controllers=True)
def kinds_that_contain_themselves(api: Side) -> None:
    group = "apiextensions.k8s.io"
    body = _policy(
        api,
        "object.spec.versions[0].schema.openAPIV3Schema.properties['spec'].type == 'object'",
        "object.spec.versions[0].schema.openAPIV3Schema.typ == 'object'",
        "object.spec.versions[0].schema.openAPIV3Schema.default == 1",
        "object.spec.versions[0].schema.openAPIV3Schema.items.type == 1",
        rules=[_rule("customresourcedefinitions", group)],
    )
    _checked(api, body)


@behaviour(controllers=True)
def which_kinds_are_looked_at(api: Side) -> None:
    text = "object.nothing == 1"
    every = [
        [_rule("*", "apps")],
        [_rule("deployments", "*")],
        [_rule("deployments", "apps", "*")],
        [_rule("things/status", "ex.dev")],
        [_rule("things things/status", "ex.dev")],
        [_rule("nothings", "ex.dev")],
        [_rule("things", "ex.dev", "v2 v1")],
        [_rule("events")],
        [_rule("events", "events.k8s.io")],
        [_rule("things", "")],
        [_rule("thing Things", "ex.dev")],
        [_rule("deployments daemonsets replicasets", "apps batch"), _rule("jobs cronjobs", "batch apps")],
        [_rule("pods services secrets configmaps nodes endpoints bindings events limitranges namespaces podtemplates")],
    ]
    for number, rules in enumerate(every):
        _checked(api, _policy(api, text, rules=rules, name=f"-{number}"))


@behaviour(controllers=True)
def parameters_of_a_kind(api: Side) -> None:
    kinds = [("v1", "ConfigMap"), ("ex.dev/v1", "Thing"), ("nowhere/v1", "Lost")]
    for number, (version, kind) in enumerate(kinds):
        body = _policy(
            api,
            "params.data.key == object.spec.owner",
            "params.data == 1",
            "params == object",
            "params.spec.size == 'x'",
            paramKind={"apiVersion": version, "kind": kind},
            name=f"-{number}",
        )
        _checked(api, body)


@behaviour(controllers=True)
def a_policy_that_changes_is_checked_again(api: Side) -> None:
    body = _policy(api, "object.spec.sise < 5")
    _checked(api, body)
    path = f"{_POLICIES}/{api.namespace}"
    for change in (
        {"spec": {"validations": [{"expression": "object.spec.size < 5"}]}},
        {"metadata": {"labels": {"a": "b"}}},
        {"spec": {"validations": [{"expression": "object.spec.lost < 5"}]}},
    ):
        api.aside("PATCH", path, change, MERGE)
        api.until(path, lambda found: found["status"]["observedGeneration"] == found["metadata"]["generation"])
        api.get(path)


@behaviour(controllers=True)
def somebody_else_writes_the_status_of_a_policy(api: Side) -> None:
    body = _policy(api, "object.spec.sise < 5")
    _checked(api, body)
    path = f"{_POLICIES}/{api.namespace}"
    api.merge(f"{path}/status", {"status": {"conditions": [_CONDITION]}})
    api.merge(f"{path}/status", {"status": {"observedGeneration": 5, "typeChecking": None}})
    api.merge(f"{path}/status", {"status": {"typeChecking": {"expressionWarnings": [{"fieldRef": "", "warning": ""}]}}})
    api.merge(
        f"{path}/status", {"status": {"typeChecking": {"expressionWarnings": [{"fieldRef": "a[", "warning": "x"}]}}}
    )
    api.merge(f"{path}/status", {"status": {"conditions": [{"type": "x"}]}})


_CONDITION = {
    "type": "Seen",
    "status": "True",
    "reason": "Because",
    "message": "",
    "lastTransitionTime": "2020-01-01T00:00:00Z",
}


@behaviour(controllers=True)
def a_kind_without_a_schema(api: Side) -> None:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    name = f"frees{api.namespace.replace('-', '')}"
    body = definition(name, "Free", schema, selectableFields=[])
    api.defined(body)
    api.at_end(lambda: api.gone(f"{DEFINITIONS}/{name}.ex.dev"))
    _checked(api, _policy(api, "object.spec.x == 1", "object.kind == 1", rules=[_rule(name, "ex.dev")]))
