"""Requests in somebody else's name."""

from ..persons import AUTHENTICATION, acting, give, give_everywhere, rule
from ..script import behaviour
from ..side import Side

WHO = f"{AUTHENTICATION}/selfsubjectreviews"
REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
ON_REVIEW = rule(
    "impersonate-on:user-info:create impersonate-on:serviceaccount:create",
    "selfsubjectreviews",
    "authentication.k8s.io",
)


@behaviour
def a_user(api: Side) -> None:
    api.request("POST", WHO, REVIEW, head=acting("bob"))
    api.request("POST", WHO, REVIEW, head=acting("bob", "devs", "ops"))
    api.request("POST", WHO, REVIEW, head=acting("bob", "system:authenticated"))
    api.request("POST", WHO, REVIEW, head=acting("bob", impersonate_uid="7"))


@behaviour
def with_extra_values(api: Side) -> None:
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-scopes": ["a", "b"]}))
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-Acme.io%2fScopes": "a"}))
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-odd%zz": "a"}))


@behaviour
def a_service_account(api: Side) -> None:
    account = f"system:serviceaccount:{api.namespace}:robot"
    api.request("POST", WHO, REVIEW, head=acting(account))
    api.request("POST", WHO, REVIEW, head=acting(account, "devs"))
    api.request("POST", WHO, REVIEW, head=acting("system:serviceaccount:odd"))


@behaviour
def a_node_and_nobody(api: Side) -> None:
    api.request("POST", WHO, REVIEW, head=acting("system:node:one"))
    api.request("POST", WHO, REVIEW, head=acting("system:anonymous"))
    api.request("POST", WHO, REVIEW, head=acting("bob", "system:unauthenticated"))


@behaviour
def headers_without_a_user(api: Side) -> None:
    api.request("GET", api.config_maps, head={"impersonate-group": ["a", "b"]})
    api.request("GET", api.config_maps, head={"impersonate-uid": "1"})
    api.request("GET", api.config_maps, head={"impersonate-extra-a": "b", "impersonate-extra-c%2fd": 'e"f'})
    api.request("GET", api.config_maps, head={"impersonate-user": ""})


@behaviour
def by_somebody_who_may_not(api: Side) -> None:
    robot = _robot(api)
    for head in (
        acting("bob"),
        acting("system:node:one"),
        acting(f"system:serviceaccount:{api.namespace}:other"),
        acting(f"system:serviceaccount:{api.namespace}:other", "group"),
        acting("system:anonymous"),
        acting("bob", "system:masters"),
    ):
        api.request("GET", api.config_maps, head=head | robot)
        api.request("POST", WHO, REVIEW, head=head | robot)
    api.request("GET", "/metrics", head=acting("bob") | robot)


@behaviour
def by_somebody_who_may_the_old_way(api: Side) -> None:
    robot, account = _robot(api), f"system:serviceaccount:{api.namespace}:robot"
    give_everywhere(api, account, rule("impersonate", "users groups", resourceNames=["bob", "devs"]))
    api.until_allowed(account, "impersonate", "users", name="bob", namespace="")
    api.request("POST", WHO, REVIEW, head=acting("bob") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", "devs") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", "ops") | robot)
    api.request("POST", WHO, REVIEW, head=acting("jim") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", impersonate_uid="1") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-a.io%2fb": "c"}) | robot)


@behaviour
def by_somebody_who_may_within_limits(api: Side) -> None:
    """KEP-5284: the right to be somebody, and the right to do this as somebody."""
    robot, account = _robot(api), f"system:serviceaccount:{api.namespace}:robot"
    may = rule(
        "impersonate:user-info", "users groups uids", "authentication.k8s.io", resourceNames=["bob", "devs", "1"]
    )
    give_everywhere(api, account, may, ON_REVIEW)
    api.until_allowed(
        account, "impersonate:user-info", "users", name="bob", namespace="", group="authentication.k8s.io"
    )
    api.request("POST", WHO, REVIEW, head=acting("bob") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", "devs") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", impersonate_uid="1") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", "ops") | robot)
    api.request("POST", WHO, REVIEW, head=acting("jim") | robot)
    api.request("GET", api.config_maps, head=acting("bob") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", "system:masters") | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-a": "b"}) | robot)
    api.request("POST", WHO, REVIEW, head=acting("bob", **{"impersonate-extra-a.io%2fb": "c"}) | robot)


@behaviour
def a_service_account_by_one_of_the_same_namespace(api: Side) -> None:
    robot, account = _robot(api), f"system:serviceaccount:{api.namespace}:robot"
    give(api, account, rule("impersonate", "serviceaccounts"))
    api.until_allowed(account, "impersonate", "serviceaccounts")
    api.request("POST", WHO, REVIEW, head=acting(f"system:serviceaccount:{api.namespace}:other") | robot)
    api.request("POST", WHO, REVIEW, head=acting("system:serviceaccount:default:other") | robot)


def _robot(api: Side) -> dict[str, str]:
    """Make a service account; returns the headers that are its token, for the administrator may be everybody."""
    accounts = f"/api/v1/namespaces/{api.namespace}/serviceaccounts"
    api.setup(accounts, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}})
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    token = api.setup(f"{accounts}/robot/token", request).json["status"]["token"]
    return {"authorization": f"Bearer {token}"}
