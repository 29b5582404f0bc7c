"""What expressions of admission ask the authorizer: paths, resources, service accounts, the request's own resource."""

from typing import Any

from ..hooks import deny
from ..persons import acting, binding, bindings, give, give_everywhere, role, roles, rule
from ..samples import DEFINITIONS, config_map, definition, thing
from ..script import behaviour
from ..side import MERGE, Side
from .admission_policies import bound
from .mutating_policies import applying, patching
from .mutating_policies import bound as changed
from .webhooks import validating

_POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
_MUTATING = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies"
_HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_THINGS = "authorizer.group('ex.dev').resource('things')"


def _noting(**texts: str) -> dict[str, Any]:
    """Return a mutation that writes what expressions say into annotations."""
    noted = ", ".join(f"'{name}': string({text})" for name, text in texts.items())
    return applying(f"Object{{metadata: Object.metadata{{annotations: {{{noted}}}}}}}")


def _post(api: Side, name: str, head: Any = None) -> None:
    api.request("POST", api.things, thing(name), head=head)


def _map(api: Side, name: str, head: Any = None) -> None:
    """Create a config map: the real server learns of custom kinds late where policies change them."""
    api.request("POST", api.config_maps, config_map(name), head=head)


@behaviour
def decisions_about_the_administrator(api: Side) -> None:
    check = f"{_THINGS}.namespace('{api.namespace}').check('dance')"
    with changed(
        api,
        _noting(
            allowed=f"{check}.allowed()",
            reason=f"{check}.reason()",
        ),
    ):
        _map(api, "one")
    with changed(api, _noting(errored=f"{check}.errored()", error=f"{check}.error()"), suffix="-b"):
        _map(api, "two")


@behaviour
def decisions_about_somebody_with_roles(api: Side) -> None:
    give(api, "ann", rule("create patch", "things configmaps", "ex.dev core"))
    give(api, "ann", rule("get", "things/status", "ex.dev", resourceNames=["one"]), name="more")
    api.until_allowed("ann", "create", "configmaps")
    api.until_allowed("ann", "get", "things", group="ex.dev", subresource="status", name="one")
    here = f"{_THINGS}.namespace('{api.namespace}')"
    for number, check in enumerate(
        (
            f"{here}.check('create')",
            f"{here}.check('delete')",
            f"{_THINGS}.check('create')",
            f"{here}.subresource('status').name('one').check('get')",
            f"{here}.subresource('status').name('two').check('get')",
            f"{here}.subresource('status').subresource('').name('one').name('').check('create')",
            f"authorizer.group('').resource('things').namespace('{api.namespace}').check('create')",
        )
    ):
        noted = _noting(allowed=f"{check}.allowed()", reason=f"{check}.reason()")
        with changed(api, noted, suffix=f"-{number}"):
            _map(api, f"thing-{number}", acting("ann"))


@behaviour
def decisions_about_paths(api: Side) -> None:
    give(api, "ann", rule("create", "configmaps"))
    name = give_everywhere(api, "ann", rule("get", nonResourceURLs=["/somewhere/*"]))
    api.at_end(lambda: api.gone(f"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/{name}"))
    api.at_end(lambda: api.gone(f"/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}"))
    api.until_allowed("ann", "create", "configmaps")
    api.until_allowed("ann", "get", path="/somewhere/else")
    for number, (path, verb) in enumerate(
        (("/somewhere/else", "get"), ("/somewhere/else", "GET"), ("somewhere/else", "get"), ("/openapi", "get"))
    ):
        check = f"authorizer.path('{path}').check('{verb}')"
        with changed(api, _noting(allowed=f"{check}.allowed()", reason=f"{check}.reason()"), suffix=f"-{number}"):
            _map(api, f"thing-{number}", acting("ann"))


@behaviour
def decisions_about_service_accounts(api: Side) -> None:
    api.setup(roles(api), role("given", rule("get", "things", "ex.dev")))
    api.setup(
        bindings(api),
        binding("given", "given")
        | {"subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": api.namespace}]},
    )
    api.until_allowed(f"system:serviceaccount:{api.namespace}:robot", "get", "things", group="ex.dev")
    for number, who in enumerate((f"'{api.namespace}', 'robot'", f"'{api.namespace}', 'other'", "'default', 'robot'")):
        account = f"authorizer.serviceAccount({who})"
        check = f"{account}.group('ex.dev').resource('things').namespace('{api.namespace}').check('get')"
        with changed(api, _noting(allowed=f"{check}.allowed()", reason=f"{check}.reason()"), suffix=f"-{number}"):
            _map(api, f"thing-{number}")


@behaviour
def decisions_where_a_role_is_missing(api: Side) -> None:
    give(api, "ann", rule("create", "configmaps"))
    api.setup(bindings(api), binding("lost", "nowhere", "ann"))
    api.until_allowed("ann", "create", "configmaps")
    check = f"{_THINGS}.namespace('{api.namespace}').check('delete')"
    with changed(api, _noting(reason=f"{check}.reason()", error=f"{check}.error()")):
        _map(api, "one", acting("ann"))


@behaviour
def decisions_with_selectors(api: Side) -> None:
    here = f"{_THINGS}.namespace('{api.namespace}')"
    for number, text in enumerate(
        (
            ".fieldSelector('metadata.name=one').check('list').allowed()",
            ".labelSelector('a in (b, c),!d').check('list').allowed()",
            ".fieldSelector('a==').labelSelector('a in').check('list').errored()",
            ".fieldSelector('').labelSelector('').check('list').error()",
        )
    ):
        with changed(api, _noting(found=here + text), suffix=f"-{number}"):
            _map(api, f"thing-{number}")


@behaviour
def the_resource_of_the_request(api: Side) -> None:
    give(api, "ann", rule("create update patch", "things things/status", "ex.dev"))
    give(api, "ann", rule("sign", "things", "ex.dev", resourceNames=["one"]), name="more")
    api.until_allowed("ann", "patch", "things", group="ex.dev", subresource="status")
    api.until_allowed("ann", "sign", "things", group="ex.dev", name="one")
    rules = [
        {
            "apiGroups": ["ex.dev"],
            "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["things", "things/status"],
        }
    ]
    must = {"expression": "authorizer.requestResource.check('sign').allowed()", "message": "nobody may sign this"}
    with bound(api, must, rules=rules):
        _post(api, "one", acting("ann"))
        _post(api, "two", acting("ann"))
        _post(api, "two")
        api.request("PATCH", f"{api.things}/one", {"spec": {"size": 6}}, head=MERGE | acting("ann"))
        api.request("PATCH", f"{api.things}/two", {"spec": {"size": 6}}, head=MERGE | acting("ann"))
        api.request("PATCH", f"{api.things}/one/status", {"status": {"phase": "New"}}, head=MERGE | acting("ann"))


@behaviour
def the_resource_of_a_request_with_another_part(api: Side) -> None:
    other = "authorizer.requestResource.subresource('x').namespace('y').name('z').check('get')"
    with changed(api, _noting(allowed=f"{other}.allowed()", reason=f"{other}.reason()")):
        _map(api, "one")


@behaviour
def what_cannot_be_asked(api: Side) -> None:
    for number, text in enumerate(
        (
            "authorizer.path('').check('get').allowed()",
            "authorizer.path('  ').check('get').allowed()",
            "authorizer.group('ex.dev').resource('').check('get').allowed()",
            "authorizer.group('ex.dev').resource(' ').check('get').allowed()",
            "authorizer.serviceAccount('not@a', 'valid').path('/x').check('get').allowed()",
            "authorizer.serviceAccount('valid', 'not@a').path('/x').check('get').allowed()",
            "authorizer.serviceAccount('valid.example', 'valid.example').path('/x').check('get').allowed()",
            "authorizer.serviceAccount('valid', 'valid.example').path('/x').check('get').allowed() || true",
            "authorizer == authorizer",
            "authorizer.requestResource != authorizer.requestResource",
            "authorizer.path(dyn(1)).check('get').allowed()",
            "dyn(object.spec).check('get').allowed()",
        )
    ):
        with bound(api, {"expression": text}, name=f"-{number}"):
            _post(api, f"thing-{number}")


@behaviour
def what_checks_cost(api: Side) -> None:
    check = "authorizer.path('/x').check('get').allowed()"
    for number, text in enumerate((f"{check} && {check}", f"{check} && {check} && {check}")):
        with bound(api, {"expression": text}, name=f"-{number}"):
            _post(api, f"thing-{number}")
    selector = "a," * 12_000 + "a"
    wide = f"authorizer.group('').resource('x').labelSelector('{selector}').check('get').allowed()"
    with bound(api, {"expression": f"{wide} && {wide}"}, name="-wide"):
        _post(api, "wide")


@behaviour
def what_many_expressions_cost_together(api: Side) -> None:
    check = "authorizer.path('/x').check('get').allowed()"
    spared = "object.metadata.name == 'canary'"  # which must be refused by something else
    every = [{"expression": f"{spared} || {check} && {check} && {number} == {number}"} for number in range(15)]
    with bound(api, *every[:14], name="-a"):
        _post(api, "one")
    with bound(api, *every, name="-b"):
        _post(api, "two")
    with bound(api, *every, name="-c", failurePolicy="Ignore"):
        _post(api, "three")


@behaviour
def what_variables_and_conditions_cost(api: Side) -> None:
    check = "authorizer.path('/x').check('get').allowed()"
    variables = [{"name": f"v{number}", "expression": f"{check} && {check}"} for number in range(15)]
    all_of_them = {"expression": " && ".join(f"variables.v{number}" for number in range(15))}
    with bound(api, all_of_them, variables=variables, name="-a"):
        _post(api, "one")
    dear = [{"name": "dear", "expression": f"{check} && {check} && {check}"}]
    with bound(api, {"expression": "variables.dear"}, variables=dear, name="-b"):
        _post(api, "two")
    conditions = [
        {"name": f"c{number}", "expression": f"{check} && {check} || {number} == {number}"} for number in range(4)
    ]
    with bound(api, matchConditions=conditions[:3], name="-c"):
        _post(api, "three")
    canary = {"expression": "object.metadata.name != 'canary'", "message": "canary"}
    with bound(api, canary, matchConditions=conditions, name="-d"):
        _post(api, "four")


@behaviour
def conditions_ask_the_authorizer(api: Side) -> None:
    give(api, "ann", rule("create", "things", "ex.dev"))
    api.until_allowed("ann", "create", "things", group="ex.dev")
    conditions = [{"name": "breaks", "expression": "!authorizer.requestResource.check('break-glass').allowed()"}]
    never = {"expression": "object.metadata.name == 'never'", "message": "not for you"}
    spared = [{"name": "breaks", "expression": f"object.metadata.name == 'canary' || {conditions[0]['expression']}"}]
    with bound(api, never, matchConditions=spared):
        _post(api, "one", acting("ann"))
        _post(api, "two")
    with validating(api, deny(message="not for you"), matchConditions=conditions):
        _post(api, "three", acting("ann"))
        _post(api, "four")
        _post(api, "five", acting("ann"))


@behaviour
def variables_ask_the_authorizer_and_messages_may_not(api: Side) -> None:
    variables = [
        {"name": "may", "expression": "authorizer.path('/x').check('get').allowed()"},
        {"name": "all", "expression": "authorizer.group('ex.dev')"},
    ]
    with bound(
        api,
        {"expression": "!variables.may", "messageExpression": "'may: ' + string(variables.may)", "message": "may"},
        variables=variables,
    ):
        _post(api, "one")


@behaviour
def annotations_ask_the_authorizer(api: Side) -> None:
    asking = [{"key": "may", "valueExpression": "string(authorizer.path('/x').check('get').allowed())"}]
    spared = "object.metadata.name == 'canary'"
    failing = [{"key": "none", "valueExpression": f"{spared} ? '' : string(object.spec.nothing)"}]
    for number, annotations in enumerate((asking, failing, [*failing, *asking])):
        for policy in ("Fail", "Ignore"):
            name = f"-{number}-{policy.lower()}"
            with bound(api, auditAnnotations=annotations, failurePolicy=policy, name=name):
                _post(api, f"thing{name}")
    warns = {"validationActions": ["Warn"]}
    with bound(api, auditAnnotations=failing, binding=warns, name="-warns"):
        _post(api, "warned")


def _policy(**spec: Any) -> dict[str, Any]:
    constraints = {
        "resourceRules": [
            {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["things"]}
        ]
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "refused"},
        "spec": {"matchConstraints": constraints, "validations": [{"expression": "true"}]} | spec,
    }


@behaviour
def expressions_with_authorizers_that_do_not_compile(api: Side) -> None:
    for text in (
        "authorizer",
        "authorizer.requestResource",
        "authorizer.requestResources.check('get').allowed()",
        "authorizer.check('get').allowed()",
        "authorizer.path('/x').allowed()",
        "authorizer.path('/x').check('get')",
        "authorizer.path(1).check('get').allowed()",
        "authorizer.group('x').check('get').allowed()",
        "authorizer.group('x').resource('y').check('get').reason()",
        "authorizer.resource('y').check('get').allowed()",
        "authorizer.path('/x').check('get').decision",
        "authorizer.requestResource.name",
        "authorizer.serviceAccount('x').path('/x').check('get').allowed()",
        "authorizer.path('/x').fieldSelector('a=b').check('get').allowed()",
        "authorizer.group('x').resource('y').fieldSelector('a=b').labelSelector(1).check('get').errored()",
        "authorizer.path('/x').check('get') == authorizer.requestResource.check('get')",
        "authorizer.path('/x') == authorizer.group('x')",
        "type(authorizer) == kubernetes.authorization.Authorizer",
        "type(authorizer) == type(authorizer.requestResource)",
        "has(authorizer.requestResource)",
        "[1].all(authorizer, authorizer.requestResource.check('get').allowed())",
        "object.check('get').allowed() && object.path('x') && object.name('x') && object.error()",
        "object.metadata.name.name('x')",
        "kubernetes.authorization.Authorizer{}",
    ):
        api.post(_POLICIES, _policy(validations=[{"expression": text}]), dryRun="All")
        api.post(_POLICIES, _policy(matchConditions=[{"name": "x", "expression": text}]), dryRun="All")


@behaviour
def messages_with_authorizers_do_not_compile(api: Side) -> None:
    text = "authorizer.path('/x').check('get').reason()"
    api.post(_POLICIES, _policy(validations=[{"expression": "true", "messageExpression": text}]), dryRun="All")
    api.post(_POLICIES, _policy(auditAnnotations=[{"key": "x", "valueExpression": text}]), dryRun="All")
    api.post(_POLICIES, _policy(variables=[{"name": "x", "expression": text}]), dryRun="All")
    api.post(
        _POLICIES,
        _policy(variables=[{"name": "x", "expression": "authorizer"}], validations=[{"expression": "variables.x.y"}]),
        dryRun="All",
    )
    api.post(_POLICIES, _policy(validations=[{"expression": "variables.x == 1"}]), dryRun="All")


@behaviour
def mutations_with_authorizers_that_do_not_compile(api: Side) -> None:
    for mutation in (
        applying("Object{spec: Object.spec{size: authorizer}}"),
        applying("Object{spec: Object.spec{size: authorizer.path('/x').check('get')}}"),
        patching("[JSONPatch{op: 'add', path: authorizer.path('/x').check('get').allowed(), value: 1}]"),
        patching("authorizer"),
    ):
        spec = {
            "mutations": [mutation],
            "reinvocationPolicy": "Never",
            "matchConstraints": _policy()["spec"]["matchConstraints"],
        }
        body = _policy() | {"kind": "MutatingAdmissionPolicy", "spec": spec}
        api.post(_MUTATING, body, dryRun="All")


@behaviour
def authorizers_in_rules_of_definitions(api: Side) -> None:
    for text in (
        "authorizer.path('/x').check('get').allowed()",
        "dyn(self.spec).check('get').allowed()",
        "dyn(self.spec).labelSelector('a=b').errored()",
        "dyn([self.spec]).all(one, dyn(one).check('a').allowed())",
        "[1, 2, 3, 4].all(one, dyn(one).check('a').allowed())",
        "self.metadata.name.error() == ''",
        "type(self) == kubernetes.authorization.Decision",
    ):
        schema = {
            "type": "object",
            "properties": {"spec": {"type": "object"}},
            "x-kubernetes-validations": [{"rule": text}],
        }
        api.post(DEFINITIONS, definition("papers", "Paper", schema), dryRun="All")
