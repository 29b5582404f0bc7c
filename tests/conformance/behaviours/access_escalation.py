"""Nobody grants what they do not have."""

from ..persons import RBAC, acting, binding, bindings, give, give_everywhere, role, roles, rule
from ..script import behaviour
from ..side import MERGE, Side

WRITE = rule("create update patch delete get", "roles rolebindings", "rbac.authorization.k8s.io")


@behaviour
def a_role_with_more_than_one_has(api: Side) -> None:
    user = _writer(api, rule("get list", "pods configmaps"))
    api.request("POST", roles(api), role("one", rule("get", "pods")), head=acting(user))
    api.request("POST", roles(api), role("two", rule("get delete create", "pods")), head=acting(user))
    more = (
        rule("get", "pods secrets"),
        rule("*", "*", "*"),
        rule("get", "pods", "core apps", resourceNames=["a", "b"]),
    )
    api.request("POST", roles(api), role("three", *more), head=acting(user))
    api.request(
        "POST", roles(api), role("", rule("get", "secrets")) | {"metadata": {"generateName": "gen-"}}, head=acting(user)
    )


@behaviour
def a_part_of_what_one_has(api: Side) -> None:
    user = _writer(api, rule("*", "deployments */scale", "apps"), rule("get", "secrets", resourceNames=["a"]))
    for wanted in (
        rule("get", "deployments", "apps"),
        rule("get", "deployments/scale replicasets/scale", "apps"),
        rule("get", "deployments/status", "apps"),
        rule("get", "secrets"),
        rule("get", "secrets", resourceNames=["a"]),
        rule("get", "secrets", resourceNames=["a", "b"]),
        rule("*", "secrets", resourceNames=["a"]),
    ):
        api.request("POST", roles(api), role("one", wanted), head=acting(user), query={"dryRun": "All"})


@behaviour
def a_role_that_grows(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.setup(roles(api), role("one", rule("get", "pods")))
    path = f"{roles(api)}/one"
    api.request("PUT", path, role("one", rule("get", "pods")), head=acting(user))
    api.request("PUT", path, role("one", rule("list", "pods")), head=acting(user))
    api.request("PATCH", path, {"metadata": {"labels": {"a": "b"}}}, head=acting(user) | MERGE)
    api.request("PATCH", path, {"rules": None}, head=acting(user) | MERGE)


@behaviour
def owners_and_finalizers_of_a_role_beyond_ones_own(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.setup(roles(api), role("one", rule("get", "secrets")))
    path = f"{roles(api)}/one"
    api.request("PATCH", path, {"metadata": {"finalizers": ["ex.dev/keep"]}}, head=acting(user) | MERGE)
    api.request("PATCH", path, {"metadata": {"finalizers": None, "labels": {"a": "b"}}}, head=acting(user) | MERGE)
    api.request("PATCH", path, {"metadata": {"finalizers": None}}, head=acting(user) | MERGE)


@behaviour
def with_the_right_to_escalate(api: Side) -> None:
    user = _writer(api, rule("escalate", "roles", "rbac.authorization.k8s.io", resourceNames=["one"]))
    api.request("POST", roles(api), role("one", rule("*", "*", "*")), head=acting(user))
    api.request("PUT", f"{roles(api)}/one", role("one", rule("*", "*", "*")), head=acting(user))
    api.request("PUT", f"{roles(api)}/two", role("two", rule("*", "*", "*")), head=acting(user))


@behaviour
def a_put_that_creates_a_role(api: Side) -> None:
    user = f"{api.namespace}-ann"
    give(api, user, rule("update", "roles", "rbac.authorization.k8s.io"), rule("get", "pods"))
    api.until_allowed(user, "update", "roles", group="rbac.authorization.k8s.io")
    api.request("PUT", f"{roles(api)}/one", role("one", rule("get", "pods")), head=acting(user))
    api.request("PUT", f"{roles(api)}/one", role("one", rule("get", "secrets")), head=acting(user))


@behaviour
def a_binding_to_more_than_one_has(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.setup(roles(api), role("small", rule("get", "pods")))
    api.setup(roles(api), role("large", rule("get list", "secrets pods")))
    api.request("POST", bindings(api), binding("small", "small", "bob"), head=acting(user))
    api.request("POST", bindings(api), binding("large", "large", "bob"), head=acting(user))
    api.request("POST", bindings(api), binding("admin", "cluster-admin", "bob", of="ClusterRole"), head=acting(user))


@behaviour
def a_binding_to_a_role_that_is_not_there(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.request("POST", bindings(api), binding("one", "gone", "bob"), head=acting(user))
    api.request("POST", bindings(api), binding("one", "gone", "bob", of="ClusterRole"), head=acting(user))
    api.request("POST", bindings(api), binding("one", "gone", "bob", of="Pod"), head=acting(user))


@behaviour
def with_the_right_to_bind(api: Side) -> None:
    user = _writer(api, rule("bind", "clusterroles", "rbac.authorization.k8s.io", resourceNames=["cluster-admin"]))
    api.request("POST", bindings(api), binding("admin", "cluster-admin", "bob", of="ClusterRole"), head=acting(user))
    api.request("POST", bindings(api), binding("other", "system:node", "bob", of="ClusterRole"), head=acting(user))
    api.request("PATCH", f"{bindings(api)}/admin", {"subjects": None}, head=acting(user) | MERGE)


@behaviour
def subjects_of_a_binding_beyond_ones_own(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.setup(roles(api), role("large", rule("get", "secrets")))
    api.setup(bindings(api), binding("large", "large", "bob"))
    api.request("PUT", f"{bindings(api)}/large", binding("large", "large", "bob", "jim"), head=acting(user))
    api.request("DELETE", f"{bindings(api)}/large", head=acting(user))


@behaviour
def what_could_not_be_resolved_is_told(api: Side) -> None:
    user = _writer(api, rule("get", "pods"))
    api.setup(bindings(api), binding("lost", "gone", user))
    api.setup(bindings(api), binding("lost-too", "gone", user, of="ClusterRole"))
    api.request("POST", roles(api), role("one", rule("get", "secrets")), head=acting(user))


@behaviour
def in_the_whole_cluster(api: Side) -> None:
    user = f"{api.namespace}-ann"
    write = rule("create update", "clusterroles clusterrolebindings", "rbac.authorization.k8s.io")
    give_everywhere(api, user, write, rule("get", nonResourceURLs=["/logs/*"]))
    api.until_allowed(user, "create", "clusterroles", group="rbac.authorization.k8s.io", namespace="")
    path, name = f"{RBAC}/clusterroles", f"{api.namespace}-one"
    for wanted in (
        rule("get", nonResourceURLs=["/logs/a"]),
        rule("get post", nonResourceURLs=["/logs/*", "/other"]),
        rule("get", "nodes"),
    ):
        body = role(name, wanted, kind="ClusterRole")
        api.request("POST", path, body, head=acting(user), query={"dryRun": "All"})
    gathering = {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}
    api.request("POST", path, role(name, kind="ClusterRole", aggregationRule=gathering), head=acting(user))
    api.request(
        "POST",
        f"{RBAC}/clusterrolebindings",
        binding(name, "cluster-admin", "bob", kind="ClusterRoleBinding", of="ClusterRole"),
        head=acting(user),
    )


@behaviour
def a_member_of_masters_may(api: Side) -> None:
    head = acting("bob", "system:masters")
    api.request("POST", roles(api), role("one", rule("*", "*", "*")), head=head)
    api.request("POST", bindings(api), binding("one", "one", "bob"), head=head)


def _writer(api: Side, *rules: object) -> str:
    user = f"{api.namespace}-ann"
    give(api, user, WRITE, *rules)
    api.until_allowed(user, "create", "roles", group="rbac.authorization.k8s.io")
    return user
