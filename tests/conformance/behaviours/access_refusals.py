"""403: who may not, and how it is said."""

from ..persons import RBAC, acting, binding, bindings, give, rule
from ..samples import config_map, thing
from ..script import behaviour
from ..side import JSON_PATCH, MERGE, Side

BOB = acting("bob")


@behaviour
def every_verb_of_a_resource(api: Side) -> None:
    one = f"{api.config_maps}/one"
    api.request("GET", one, head=BOB)
    api.request("GET", api.config_maps, head=BOB)
    api.request("GET", api.config_maps, head=BOB, query={"watch": "1"})
    api.request("POST", api.config_maps, config_map(), head=BOB)
    api.request("PUT", one, config_map(), head=BOB)
    api.request("PATCH", one, {"data": {"a": "1"}}, head=BOB | MERGE)
    api.request("PATCH", one, [], head=BOB | JSON_PATCH)
    api.request("DELETE", one, head=BOB)
    api.request("DELETE", api.config_maps, head=BOB)


@behaviour
def every_verb_of_a_custom_resource(api: Side) -> None:
    api.request("GET", f"{api.things}/one", head=BOB)
    api.request("GET", api.things, head=BOB)
    api.request("POST", api.things, thing(), head=BOB)
    api.request("PUT", f"{api.things}/one/status", thing(), head=BOB)
    api.request("DELETE", api.things, head=BOB)


@behaviour
def at_the_cluster_scope(api: Side) -> None:
    for path in (
        "/api/v1/nodes",
        "/api/v1/nodes/one",
        "/api/v1/pods",
        "/apis/ex.dev/v1/things",
        "/apis/apps/v1/deployments",
    ):
        api.request("GET", path, head=BOB)


@behaviour
def of_a_namespace_itself(api: Side) -> None:
    for path in (
        "/api/v1/namespaces",
        f"/api/v1/namespaces/{api.namespace}",
        f"/api/v1/namespaces/{api.namespace}/status",
    ):
        api.request("GET", path, head=BOB)
    api.request("PUT", f"/api/v1/namespaces/{api.namespace}/finalize", {}, head=BOB)


@behaviour
def of_subresources(api: Side) -> None:
    pods = f"/api/v1/namespaces/{api.namespace}/pods/one"
    for part in ("log", "exec", "status", "proxy/some/path", "eviction"):
        api.request("GET", f"{pods}/{part}", head=BOB)
    api.request("PATCH", f"/apis/apps/v1/namespaces/{api.namespace}/deployments/one/scale", {}, head=BOB | MERGE)


@behaviour
def of_what_is_not_served(api: Side) -> None:
    for path in (
        "/apis/no.such/v1/things",
        "/apis/no.such/v1/namespaces/x/things/one",
        "/api/v1/nothings",
        "/api/v7/pods",
    ):
        api.request("GET", path, head=BOB)


@behaviour
def of_paths_without_resources(api: Side) -> None:
    for path in ("/metrics", "/logs", "/openid/v1/jwks", "/", "/nothing/at/all"):
        api.request("GET", path, head=BOB)
    api.request("POST", "/metrics", {}, head=BOB)


@behaviour
def what_everybody_known_may_see(api: Side) -> None:
    for path in ("/api", "/apis", "/healthz", "/apis/apps"):
        answer = api.request("GET", path, head=BOB)
        assert 200 == answer.status


@behaviour
def nobody_known(api: Side) -> None:
    nobody = {"authorization": None}
    for path in ("/api", "/apis/apps/v1", "/api/v1/pods", api.config_maps, "/healthz", "/livez", "/readyz", "/metrics"):
        api.request("GET", path, head=nobody)


@behaviour
def other_ways_to_say_who_one_is(api: Side) -> None:
    for said in ("Basic YTpi", "Bearer", "Bearer  two-spaces", "bearer nonsense", "Token x", "Bearer x y z"):
        api.request("GET", api.config_maps, head={"authorization": said})


@behaviour
def a_name_by_a_field_selector(api: Side) -> None:
    for selector in (
        "metadata.name=one",
        "metadata.name==one",
        "metadata.name!=one",
        "metadata.name=one,type=x",
        "nonsense",
    ):
        api.request("GET", api.config_maps, head=BOB, query={"fieldSelector": selector})
    api.request("GET", api.config_maps, head=BOB, query={"fieldSelector": "metadata.name=one", "watch": "true"})


@behaviour
def a_role_that_is_not_there(api: Side) -> None:
    user = f"{api.namespace}-eve"
    api.setup(bindings(api), binding("lost", "gone", user))
    give(api, user, rule("get", "secrets"))
    api.until_allowed(user, "get", "secrets")
    api.request("GET", api.config_maps, head=acting(user))


@behaviour
def a_cluster_role_that_is_not_there(api: Side) -> None:
    user = f"{api.namespace}-eve"
    name = f"{api.namespace}-lost"
    api.setup(f"{RBAC}/clusterrolebindings", binding(name, name, user, kind="ClusterRoleBinding", of="ClusterRole"))
    give(api, user, rule("get", "secrets"))
    api.until_allowed(user, "get", "secrets")
    api.request("GET", api.config_maps, head=acting(user))
    api.request("GET", "/metrics", head=acting(user))


@behaviour
def a_user_whose_name_would_be_html(api: Side) -> None:
    api.request("GET", api.config_maps, head=acting('<b>"bob"</b> & co'))


@behaviour
def the_body_is_not_looked_at(api: Side) -> None:
    api.request("POST", api.config_maps, b"{nonsense", head=BOB)
    api.request("POST", api.config_maps, config_map(), head=BOB | {"content-type": "text/plain"})
    api.request("PATCH", f"{api.config_maps}/one", b"{", head=BOB | {"content-type": "x/y"})
