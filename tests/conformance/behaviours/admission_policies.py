"""ValidatingAdmissionPolicy: what is refused, warned of, and narrowed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side

_GROUP = "/apis/admissionregistration.k8s.io/v1"
_THINGS = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["things"]}
_CANARY = {"expression": "object.metadata.name != 'canary'", "message": "canary"}


@contextmanager
def bound(
    api: Side,
    *validations: Any,
    name: str = "",
    clears: bool = True,
    binding: Any = None,
    rules: Any = None,
    **spec: Any,
) -> Iterator[None]:
    """Bind a policy to the behaviour's namespace alone, wait until it holds, and take it away at the end."""
    full = f"{api.namespace}{name}"
    rules = rules or [_THINGS]
    api.setup(
        f"{_GROUP}/validatingadmissionpolicies",
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": full},
            "spec": {"matchConstraints": {"resourceRules": rules}, "validations": [_CANARY, *validations]} | spec,
        },
    )
    mine = {"matchLabels": {"kubernetes.io/metadata.name": api.namespace}}
    api.setup(
        f"{_GROUP}/validatingadmissionpolicybindings",
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": full},
            "spec": {
                "policyName": full,
                "validationActions": ["Deny"],
                "matchResources": {"namespaceSelector": mine},
            }
            | (binding or {}),
        },
    )
    canary = thing("canary")
    try:
        if (binding or {}).get("validationActions", ["Deny"]) == ["Deny"]:
            api.awaited("POST", api.things, canary, status=422, dryRun="All")
        else:
            api.warned("POST", api.things, canary, text="canary", dryRun="All")
        yield
    finally:
        api.gone(f"{_GROUP}/validatingadmissionpolicybindings/{full}")
        api.gone(f"{_GROUP}/validatingadmissionpolicies/{full}")
        if clears:
            api.awaited("POST", api.things, canary, status=201, dryRun="All")


SMALL = {"expression": "object.spec.size <= 5"}


@behaviour
def a_policy_refuses(api: Side) -> None:
    with bound(api, SMALL):
        api.post(api.things, thing(size=6))
        api.post(api.things, thing())
        api.merge(f"{api.things}/one", {"spec": {"size": 7}})


@behaviour
def a_policy_refuses_with_its_own_words(api: Side) -> None:
    with bound(api, SMALL | {"message": " too big "}):
        api.post(api.things, thing(size=6))


@behaviour
def a_policy_s_words_are_computed(api: Side) -> None:
    words = "'size ' + string(object.spec.size) + ' of ' + object.metadata.name"
    with bound(api, SMALL | {"message": "other", "messageExpression": words}):
        api.post(api.things, thing(size=6))


@behaviour
def computed_words_that_fail(api: Side) -> None:
    with bound(api, SMALL | {"message": "other", "messageExpression": "string(object.spec.nothing)"}):
        api.post(api.things, thing(size=6))


@behaviour
def reasons_of_refusals(api: Side) -> None:
    for reason in ("Forbidden", "RequestEntityTooLarge", "Invalid"):
        with bound(api, SMALL | {"reason": reason}, name=f"-{reason.lower()}"):
            api.post(api.things, thing(size=6))


@behaviour
def several_validations_fail(api: Side) -> None:
    with bound(api, SMALL, {"expression": "object.spec.owner == 'bob'"}):
        api.post(api.things, thing(size=6))


@behaviour
def a_policy_warns(api: Side) -> None:
    with bound(api, SMALL | {"message": "big"}, binding={"validationActions": ["Warn"]}):
        api.post(api.things, thing(size=6))


@behaviour
def a_policy_compares_with_the_stored_object(api: Side) -> None:
    rule = {"expression": "oldObject == null || object.spec.size >= oldObject.spec.size", "message": "only grows"}
    with bound(api, rule):
        api.post(api.things, thing(size=5))
        api.merge(f"{api.things}/one", {"spec": {"size": 4}})
        api.merge(f"{api.things}/one", {"spec": {"size": 6}})


@behaviour
def a_policy_on_deletions(api: Side) -> None:
    rules = [_THINGS | {"operations": ["CREATE", "DELETE"]}]
    rule = {"expression": "request.operation != 'DELETE' || oldObject.spec.size < 5", "message": "big ones stay"}
    canary = {"expression": "request.operation == 'DELETE' || object.metadata.name != 'canary'"}
    with bound(api, rule, rules=rules, validations=[canary, rule]):
        api.post(api.things, thing(size=5))
        api.delete(f"{api.things}/one")


@behaviour
def variables_of_a_policy(api: Side) -> None:
    variables = [
        {"name": "size", "expression": "object.spec.size"},
        {"name": "double", "expression": "variables.size * 2"},
        {"name": "unused", "expression": "object.spec.nothing"},
    ]
    with bound(api, {"expression": "variables.double <= 10"}, variables=variables):
        api.post(api.things, thing(size=6))
        api.post(api.things, thing(size=5))


@behaviour
def match_conditions_of_a_policy(api: Side) -> None:
    conditions = [{"name": "ann", "expression": "object.spec.owner == 'ann' || object.metadata.name == 'canary'"}]
    with bound(api, SMALL, matchConditions=conditions):
        api.post(api.things, thing(size=6))
        api.post(api.things, thing("two", size=6, owner="bob"))


@behaviour
def a_policy_knows_who_asks_and_where(api: Side) -> None:
    rule = {
        "expression": "request.userInfo.groups.exists(one, one == 'nobody') || namespaceObject.metadata.labels.size() > 5",
        "messageExpression": "request.operation + ' ' + request.resource.resource + ' ' + request.kind.kind",
    }
    with bound(api, rule):
        api.post(api.things, thing())


@behaviour
def parameters_of_a_policy(api: Side) -> None:
    api.setup(api.config_maps, config_map("limits", most="4"))
    spec = {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}
    rule = {"expression": "params == null || object.spec.size <= int(params.data.most)", "message": "above the limit"}
    binding = {"paramRef": {"name": "limits", "parameterNotFoundAction": "Deny"}}
    with bound(api, rule, binding=binding, **spec):
        api.post(api.things, thing())
        api.post(api.things, thing(size=4))


@behaviour
def excluded_resources_and_selected_objects(api: Side) -> None:
    constraints = {
        "resourceRules": [_THINGS],
        "objectSelector": {"matchExpressions": [{"key": "free", "operator": "DoesNotExist"}]},
    }
    with bound(api, SMALL, matchConstraints=constraints):
        api.post(api.things, thing("free", size=6, metadata={"labels": {"free": "yes"}}))
        api.post(api.things, thing(size=6))


@behaviour
def two_policies_refuse(api: Side) -> None:
    with ExitStack() as stack:
        stack.enter_context(bound(api, SMALL | {"message": "first"}, name="-a"))
        stack.enter_context(
            bound(api, SMALL | {"message": "second"}, name="-b", clears=False)
        )  # the other one still refuses then
        api.post(api.things, thing(size=6))


def _policy(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "refused"},
        "spec": {"matchConstraints": {"resourceRules": [_THINGS]}, "validations": [SMALL]} | spec,
    }


@behaviour
def policies_that_do_not_compile(api: Side) -> None:
    for text in (
        "object.spec.size <=",
        "objct.spec.size < 5",
        "request.operaton == 'CREATE'",
        "1 + 'a' == '1a'",
        "'text'",
    ):
        api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(validations=[{"expression": text}]))


@behaviour
def messages_and_annotations_of_the_wrong_type(api: Side) -> None:
    api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(validations=[SMALL | {"messageExpression": "1 + 1"}]))
    annotation = {"key": "big", "valueExpression": "1 + 1"}
    api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(auditAnnotations=[annotation]))


@behaviour
def variables_that_do_not_compile(api: Side) -> None:
    variables = [{"name": "a", "expression": "variables.b"}, {"name": "b", "expression": "1"}]
    api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(variables=variables))
    api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(variables=[{"name": "a-b", "expression": "1"}]))
    rule = {"expression": "variables.size == 'a'"}
    variables = [{"name": "size", "expression": "1"}]
    api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(variables=variables, validations=[rule]))


@behaviour
def conditions_and_parameters_that_do_not_compile(api: Side) -> None:
    for text in ("params.a == 'b'", "variables.a == 'b'", "namespaceObject.metadata.nme == 'x'"):
        conditions = [{"name": "x", "expression": text}]
        api.post(f"{_GROUP}/validatingadmissionpolicies", _policy(matchConditions=conditions))
