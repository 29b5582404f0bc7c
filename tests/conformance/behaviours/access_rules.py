"""RBAC: what rules allow, through which bindings, and what a request needs."""

from ..persons import RBAC, acting, binding, bindings, give, give_everywhere, role, roles, rule
from ..samples import config_map, thing
from ..script import behaviour
from ..side import MERGE, Side


@behaviour
def one_verb_is_not_another(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("get create", "configmaps"))
    api.until_allowed(user, "get", "configmaps")
    api.request("POST", api.config_maps, config_map(a="1"), head=acting(user))
    api.request("GET", f"{api.config_maps}/one", head=acting(user))
    api.request("GET", api.config_maps, head=acting(user))
    api.request("PUT", f"{api.config_maps}/one", config_map(a="1"), head=acting(user))
    api.request("PATCH", f"{api.config_maps}/one", {"data": {}}, head=acting(user) | MERGE)
    api.request("DELETE", f"{api.config_maps}/one", head=acting(user))


@behaviour
def list_watch_and_deletecollection_are_verbs(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("list", "configmaps"), rule("watch", "secrets"), rule("deletecollection", "pods"))
    api.until_allowed(user, "list", "configmaps")
    for plural in ("configmaps", "secrets", "pods"):
        path = f"/api/v1/namespaces/{api.namespace}/{plural}"
        api.request("GET", path, head=acting(user))
        api.request("DELETE", path, head=acting(user))
    api.request("GET", api.config_maps, head=acting(user), query={"watch": "true", "timeoutSeconds": "1"})
    api.request("GET", f"{api.config_maps}/one", head=acting(user), query={"watch": "true"})


@behaviour
def subresources_are_named(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("get update patch", "things/status", "ex.dev"))
    api.until_allowed(user, "get", "things", subresource="status", group="ex.dev")
    api.setup(api.things, thing())
    api.request("GET", f"{api.things}/one", head=acting(user))
    api.request("GET", f"{api.things}/one/status", head=acting(user))
    api.request("PATCH", f"{api.things}/one/status", {"status": {"phase": "New"}}, head=acting(user) | MERGE)
    api.request("PATCH", f"{api.things}/one", {"status": {"phase": "New"}}, head=acting(user) | MERGE)


@behaviour
def stars(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("*", "*/scale", "*"), rule("get", "*", "ex.dev"))
    api.until_allowed(user, "get", "things", group="ex.dev")
    api.request("GET", f"{api.things}/one", head=acting(user))
    api.request("GET", f"{api.things}/one/status", head=acting(user))
    api.request("GET", f"/apis/apps/v1/namespaces/{api.namespace}/deployments/one/scale", head=acting(user))
    api.request("GET", f"/apis/apps/v1/namespaces/{api.namespace}/deployments/one", head=acting(user))


@behaviour
def names(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("get list watch delete create deletecollection", "configmaps", resourceNames=["one"]))
    api.until_allowed(user, "get", "configmaps", name="one")
    api.setup(api.config_maps, config_map(a="1"))
    api.request("GET", f"{api.config_maps}/one", head=acting(user))
    api.request("GET", f"{api.config_maps}/two", head=acting(user))
    api.request("GET", api.config_maps, head=acting(user))
    api.request("GET", api.config_maps, head=acting(user), query={"fieldSelector": "metadata.name=one"})
    api.request("POST", api.config_maps, config_map(a="1"), head=acting(user))
    api.request("DELETE", api.config_maps, head=acting(user), query={"fieldSelector": "metadata.name=one"})
    api.request("DELETE", f"{api.config_maps}/one", head=acting(user))


@behaviour
def a_namespace_is_not_the_cluster(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("list", "configmaps"))
    api.until_allowed(user, "list", "configmaps")
    api.request("GET", "/api/v1/configmaps", head=acting(user))
    api.request("GET", "/api/v1/namespaces/default/configmaps", head=acting(user))


@behaviour
def a_namespace_itself_by_a_role_in_it(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("get", "namespaces"))
    api.until_allowed(user, "get", "namespaces", name=api.namespace)
    api.request("GET", f"/api/v1/namespaces/{api.namespace}", head=acting(user))
    api.request("GET", "/api/v1/namespaces", head=acting(user))


@behaviour
def the_whole_cluster(api: Side) -> None:
    user = _user(api)
    give_everywhere(api, user, rule("get", "configmaps"), rule("get", nonResourceURLs=["/logs", "/extra/*"]))
    api.until_allowed(user, "get", "configmaps", namespace="")
    api.request("GET", f"{api.config_maps}/one", head=acting(user))
    api.request("GET", "/api/v1/namespaces/default/configmaps/one", head=acting(user))
    for path in ("/extra/part", "/extra", "/metrics"):
        api.request("GET", path, head=acting(user))
    api.request("POST", "/extra/part", {}, head=acting(user))


@behaviour
def a_cluster_role_bound_in_a_namespace(api: Side) -> None:
    user = _user(api)
    api.setup(bindings(api), binding("views", "system:node-bootstrapper", user, of="ClusterRole"))
    api.until_allowed(user, "list", "certificatesigningrequests", group="certificates.k8s.io")
    api.request("GET", "/apis/certificates.k8s.io/v1/certificatesigningrequests", head=acting(user))


@behaviour
def groups_and_service_accounts(api: Side) -> None:
    api.setup(roles(api), role("reads", rule("list", "configmaps")))
    subjects = [
        {"kind": "Group", "name": f"{api.namespace}-devs", "apiGroup": "rbac.authorization.k8s.io"},
        {"kind": "ServiceAccount", "name": "robot"},
        {"kind": "ServiceAccount", "name": "robot", "namespace": "default"},
    ]
    api.setup(bindings(api), binding("reads", "reads") | {"subjects": subjects})
    account = f"system:serviceaccount:{api.namespace}:robot"
    api.until_allowed(account, "list", "configmaps")
    heads = (
        acting("bob", f"{api.namespace}-devs"),
        acting("bob", f"{api.namespace}-ops"),
        acting(f"{api.namespace}-devs"),
        acting(account),
        acting("system:serviceaccount:default:robot"),
        acting("system:serviceaccount:kube-system:robot"),
    )
    for head in heads:
        api.request("GET", api.config_maps, head=head)


@behaviour
def rights_end_with_the_binding(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("list", "configmaps"))
    api.until_allowed(user, "list", "configmaps")
    api.request("GET", api.config_maps, head=acting(user))
    api.delete(f"{bindings(api)}/given")
    api.until_allowed(user, "list", "configmaps", allowed=False)
    api.request("GET", api.config_maps, head=acting(user))


@behaviour
def a_put_that_creates_needs_create(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("update", "leases", "coordination.k8s.io"))
    api.until_allowed(user, "update", "leases", group="coordination.k8s.io")
    leases = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "one"},
        "spec": {"holderIdentity": "me"},
    }
    api.request("PUT", f"{leases}/one", lease, head=acting(user))
    api.request("PUT", f"{api.config_maps}/one", config_map(a="1"), head=acting(user))


@behaviour
def a_put_that_creates_with_create(api: Side) -> None:
    user = _user(api)
    give(api, user, rule("update create", "leases", "coordination.k8s.io"))
    api.until_allowed(user, "create", "leases", group="coordination.k8s.io")
    leases = f"/apis/coordination.k8s.io/v1/namespaces/{api.namespace}/leases"
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "one"},
        "spec": {"holderIdentity": "me"},
    }
    api.request("PUT", f"{leases}/one", lease, head=acting(user))


@behaviour
def the_roles_that_are_there_from_the_start(api: Side) -> None:
    for name in (
        "cluster-admin",
        "view",
        "system:aggregate-to-edit",
        "system:node",
        "system:controller:job-controller",
    ):
        api.get(f"{RBAC}/clusterroles/{name}")
    for name in ("cluster-admin", "system:discovery", "system:node"):
        api.get(f"{RBAC}/clusterrolebindings/{name}")
    for plural in ("roles", "rolebindings"):
        api.get(f"{RBAC}/namespaces/kube-public/{plural}/system:controller:bootstrap-signer")


def _user(api: Side) -> str:
    return f"{api.namespace}-ann"
