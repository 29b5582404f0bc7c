"""Roles and bindings as objects: defaults, rules, what stays."""

from ..persons import RBAC, binding, bindings, role, roles, rule
from ..script import behaviour
from ..side import Side


@behaviour
def a_role(api: Side) -> None:
    api.post(roles(api), role("one", rule("get", "pods", resourceNames=["x"])))
    api.get(f"{roles(api)}/one")
    api.get(roles(api))
    api.delete(f"{roles(api)}/one")


@behaviour
def a_role_without_rules(api: Side) -> None:
    body = role("one", metadata={"name": "one", "labels": {"a": "b"}})
    del body["rules"]
    api.post(roles(api), body)
    api.merge(f"{roles(api)}/one", {"rules": [rule("get", "pods")]})
    api.merge(f"{roles(api)}/one", {"rules": None})


@behaviour
def names_of_roles(api: Side) -> None:
    for name in ("system:one", "Upper Case", "a/b", "a%b", "..", ""):
        api.post(roles(api), role(name, rule("get", "pods")))


@behaviour
def rules_that_say_too_little(api: Side) -> None:
    for wrong in (
        {},
        {"verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"]},
        rule("get", "pods") | {"apiGroups": []},
    ):
        api.post(roles(api), role("one", wrong))


@behaviour
def rules_about_paths(api: Side) -> None:
    both = rule("get", "pods", nonResourceURLs=["/x", "/y"])
    path = rule("get", nonResourceURLs=["/x"])
    api.post(roles(api), role("one", path))
    api.post(roles(api), role("one", both))
    api.post(f"{RBAC}/clusterroles", role(f"{api.namespace}-one", both, kind="ClusterRole"))
    api.post(f"{RBAC}/clusterroles", role(f"{api.namespace}-two", path, kind="ClusterRole"))


@behaviour
def an_aggregation_rule(api: Side) -> None:
    path = f"{RBAC}/clusterroles"
    for number, selectors in enumerate(
        (
            [],
            [{}],
            [{"matchLabels": {"a": "b"}}],
            [{"matchLabels": {"bad key": "b"}}],
            [{"matchExpressions": [{"key": "a", "operator": "In"}]}],
            [{"matchExpressions": [{"key": "a", "operator": "Near"}]}],
        )
    ):
        rule_ = {"clusterRoleSelectors": selectors}
        api.post(
            path, role(f"{api.namespace}-{number}", rule("get", "pods"), kind="ClusterRole", aggregationRule=rule_)
        )


@behaviour
def a_binding(api: Side) -> None:
    api.post(bindings(api), binding("one", "view", "ann", of="ClusterRole"))
    api.get(f"{bindings(api)}/one")
    body = binding("two", "view", of="ClusterRole")
    body["roleRef"].pop("apiGroup")
    body["subjects"] = [{"kind": kind, "name": "ann"} for kind in ("User", "Group", "ServiceAccount")]
    api.post(bindings(api), body)
    api.post(bindings(api), binding("three", "no-such-role", "ann"))


@behaviour
def references_that_lead_nowhere(api: Side) -> None:
    for reference in (
        {},
        {"kind": "Role"},
        {"kind": "Pod", "name": "x"},
        {"apiGroup": "apps", "kind": "Role", "name": "x"},
        {"kind": "Role", "name": "a/b"},
    ):
        api.post(bindings(api), binding("one", "x") | {"roleRef": reference})
    api.post(bindings(api), {key: item for key, item in binding("one", "x").items() if key != "roleRef"})


@behaviour
def a_cluster_binding_to_a_role(api: Side) -> None:
    name = f"{api.namespace}-one"
    api.post(f"{RBAC}/clusterrolebindings", binding(name, "x", "ann", kind="ClusterRoleBinding"))


@behaviour
def subjects_that_are_nobody(api: Side) -> None:
    for subject in (
        {},
        {"kind": "User"},
        {"kind": "Robot", "name": "x"},
        {"kind": "User", "name": "x", "apiGroup": "apps"},
        {"kind": "Group", "name": "x", "apiGroup": "apps"},
        {"kind": "ServiceAccount", "name": "x", "apiGroup": "rbac.authorization.k8s.io"},
        {"kind": "ServiceAccount", "name": "Upper"},
        {"kind": "ServiceAccount", "name": ""},
    ):
        api.post(bindings(api), binding("one", "x") | {"subjects": [subject]})


@behaviour
def an_account_of_no_namespace(api: Side) -> None:
    body = binding(f"{api.namespace}-one", "view", kind="ClusterRoleBinding", of="ClusterRole")
    api.post(f"{RBAC}/clusterrolebindings", body | {"subjects": [{"kind": "ServiceAccount", "name": "x"}]})


@behaviour
def the_role_of_a_binding_stays(api: Side) -> None:
    path = f"{bindings(api)}/one"
    api.post(bindings(api), binding("one", "x", "ann"))
    api.put(path, binding("one", "y", "ann"))
    api.put(path, binding("one", "x", "bob"))
    api.merge(path, {"roleRef": {"kind": "ClusterRole"}})
    api.merge(path, {"subjects": None})


@behaviour
def a_put_creates_what_is_not_there(api: Side) -> None:
    api.put(f"{roles(api)}/one", role("one", rule("get", "pods")))
    api.put(f"{bindings(api)}/one", binding("one", "one", "ann"))
    api.put(f"{bindings(api)}/one", binding("one", "one", "ann"))
