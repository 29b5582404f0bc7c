"""Questions about rights and identity: reviews, answered and not kept."""

from ..persons import AUTHORIZATION, acting, binding, bindings, give, give_everywhere, rule
from ..script import behaviour
from ..side import ACCESS_REVIEWS, Side

SELF = f"{AUTHORIZATION}/selfsubjectaccessreviews"
RULES = f"{AUTHORIZATION}/selfsubjectrulesreviews"


@behaviour
def may_i(api: Side) -> None:
    for wish in (
        {"resourceAttributes": {"verb": "get", "resource": "pods"}},
        {"resourceAttributes": {}},
        {"nonResourceAttributes": {"verb": "get", "path": "/api"}},
        {"nonResourceAttributes": {"verb": "get", "path": "/metrics"}},
    ):
        api.post(SELF, _review("SelfSubjectAccessReview", wish))
        api.request("POST", SELF, _review("SelfSubjectAccessReview", wish), head=acting("bob", f"{api.namespace}-x"))


@behaviour
def reasons_by_bindings(api: Side) -> None:
    user = f"{api.namespace}-ann"
    give(api, user, rule("get", "pods"))
    give_everywhere(api, user, rule("get", "secrets"))
    api.until_allowed(user, "get", "pods")
    api.until_allowed(user, "get", "secrets")
    for resource in ("pods", "secrets", "nodes"):
        wish = {"verb": "get", "resource": resource, "namespace": api.namespace}
        api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", {"resourceAttributes": wish, "user": user}))


@behaviour
def reasons_by_groups_and_accounts(api: Side) -> None:
    subjects = [{"kind": "Group", "name": f"{api.namespace}-devs"}, {"kind": "ServiceAccount", "name": "robot"}]
    body = binding("reads", "system:node-bootstrapper", of="ClusterRole") | {"subjects": subjects}
    api.setup(bindings(api), body)
    account = f"system:serviceaccount:{api.namespace}:robot"
    wish = {
        "verb": "get",
        "group": "certificates.k8s.io",
        "resource": "certificatesigningrequests",
        "namespace": api.namespace,
    }
    api.until_allowed(account, wish["verb"], wish["resource"], group=wish["group"])
    for subject in ({"user": account}, {"user": "bob", "groups": [f"{api.namespace}-devs"]}, {"groups": ["x"]}):
        api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", {"resourceAttributes": wish} | subject))


@behaviour
def reasons_against(api: Side) -> None:
    user = f"{api.namespace}-eve"
    api.setup(bindings(api), binding("lost", "gone", user))
    give(api, user, rule("get", "secrets"))
    api.until_allowed(user, "get", "secrets")
    wish = {"verb": "get", "resource": "pods", "namespace": api.namespace}
    api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", {"resourceAttributes": wish, "user": user}))
    api.request("POST", RULES, _review("SelfSubjectRulesReview", {"namespace": api.namespace}), head=acting(user))


@behaviour
def of_a_member_of_masters(api: Side) -> None:
    wish = {"verb": "fly", "resource": "pigs", "group": "farm"}
    spec = {"resourceAttributes": wish, "user": "x", "groups": ["system:masters"]}
    api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", spec))


@behaviour
def attributes_that_matter(api: Side) -> None:
    user = f"{api.namespace}-ann"
    give(api, user, rule("get", "pods/log things", "core ex.dev"), rule("get", "secrets", resourceNames=["a"]))
    api.until_allowed(user, "get", "secrets", name="a")
    for wish in (
        {"resource": "pods"},
        {"resource": "pods", "subresource": "log"},
        {"resource": "pods/log"},
        {"resource": "things", "group": "ex.dev", "version": "v7"},
        {"resource": "things"},
        {"resource": "secrets"},
        {"resource": "secrets", "name": "a"},
        {"resource": "secrets", "name": "b"},
        {"resource": "*"},
    ):
        spec = {"resourceAttributes": {"verb": "get", "namespace": api.namespace} | wish, "user": user}
        api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", spec))


@behaviour
def reviews_that_ask_nothing(api: Side) -> None:
    both = {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/x", "verb": "get"}}
    for spec in ({}, both, {"user": "x"}, {"groups": ["x"]} | both):
        api.post(ACCESS_REVIEWS, _review("SubjectAccessReview", spec))
    for spec in ({}, both):
        api.post(SELF, _review("SelfSubjectAccessReview", spec))


@behaviour
def selectors_in_a_review(api: Side) -> None:
    for selectors in (
        {"fieldSelector": {"rawSelector": "a=b"}},
        {"labelSelector": {"rawSelector": "a in (b)"}},
        {"fieldSelector": {"requirements": [{"key": "a", "operator": "In", "values": ["b"]}]}},
        {"labelSelector": {"requirements": [{"key": "a", "operator": "Exists"}]}},
        {"fieldSelector": {"rawSelector": "a"}, "labelSelector": {"rawSelector": "a in b"}},
        {"labelSelector": {"requirements": [{"key": "a", "operator": "Near"}]}},
        {"labelSelector": {"requirements": [{"key": "a", "operator": "Near"}, {"key": "a", "operator": "Exists"}]}},
        {"fieldSelector": {"requirements": [{"key": "a", "operator": "In", "values": ["b", "c"]}]}},
    ):
        spec = {"resourceAttributes": {"verb": "list", "resource": "pods"} | selectors}
        api.post(SELF, _review("SelfSubjectAccessReview", spec))


@behaviour
def selectors_that_are_wrong(api: Side) -> None:
    for selectors in (
        {"fieldSelector": {}},
        {"labelSelector": {}},
        {"fieldSelector": {"rawSelector": "a=b", "requirements": [{"key": "a", "operator": "In", "values": ["b"]}]}},
        {"fieldSelector": {"requirements": [{"operator": "In"}]}},
        {"fieldSelector": {"requirements": [{"key": "a", "operator": "Exists", "values": ["b"]}]}},
        {"labelSelector": {"requirements": [{"key": "bad key", "operator": "In", "values": ["bad value"]}]}},
        {"labelSelector": {"requirements": [{"key": "a", "operator": "NotIn"}]}},
    ):
        spec = {"resourceAttributes": {"verb": "list", "resource": "pods"} | selectors}
        api.post(SELF, _review("SelfSubjectAccessReview", spec))


@behaviour
def in_one_namespace(api: Side) -> None:
    path = f"{AUTHORIZATION}/namespaces/{api.namespace}/localsubjectaccessreviews"
    for spec in (
        {"user": "bob", "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": api.namespace}},
        {"user": "bob", "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}},
        {"user": "bob", "resourceAttributes": {"verb": "get", "resource": "pods"}},
        {"user": "bob", "nonResourceAttributes": {"verb": "get", "path": "/healthz"}},
        {},
    ):
        api.post(path, _review("LocalSubjectAccessReview", spec))
    elsewhere = _review("LocalSubjectAccessReview", {"user": "x"}) | {"metadata": {"namespace": "default"}}
    api.post(path, elsewhere)


@behaviour
def in_a_namespace_that_is_not_there(api: Side) -> None:
    spec = {"user": "bob", "resourceAttributes": {"verb": "get", "namespace": "nowhere"}}
    api.post(f"{AUTHORIZATION}/namespaces/nowhere/localsubjectaccessreviews", _review("LocalSubjectAccessReview", spec))


@behaviour
def who_may_review(api: Side) -> None:
    wish = {"user": "bob", "resourceAttributes": {"verb": "get", "namespace": api.namespace}}
    local = f"{AUTHORIZATION}/namespaces/{api.namespace}/localsubjectaccessreviews"
    api.request("POST", ACCESS_REVIEWS, _review("SubjectAccessReview", wish), head=acting("bob"))
    api.request("POST", local, _review("LocalSubjectAccessReview", wish), head=acting("bob"))
    api.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {}, head=acting("bob"))


@behaviour
def reviews_are_not_kept(api: Side) -> None:
    api.get(ACCESS_REVIEWS)
    api.get(f"{ACCESS_REVIEWS}/one")
    api.put(f"{ACCESS_REVIEWS}/one", {})
    api.delete(ACCESS_REVIEWS)
    api.get(f"{AUTHORIZATION}/localsubjectaccessreviews")


@behaviour
def my_rules(api: Side) -> None:
    user = f"{api.namespace}-ann"
    give(api, user, rule("get list", "pods pods/log", "core apps"), rule("get", "secrets", resourceNames=["a"]))
    give_everywhere(api, user, rule("get", nonResourceURLs=["/logs"]), rule("*", "*", "*"))
    api.until_allowed(user, "get", "secrets", name="a")
    api.until_allowed(user, "fly", "pigs")
    api.request("POST", RULES, _review("SelfSubjectRulesReview", {"namespace": api.namespace}), head=acting(user))
    api.request("POST", RULES, _review("SelfSubjectRulesReview", {"namespace": "default"}), head=acting(user))


@behaviour
def rules_of_nowhere(api: Side) -> None:
    api.post(RULES, _review("SelfSubjectRulesReview", {}))
    api.request("POST", RULES, _review("SelfSubjectRulesReview", {"namespace": "nowhere"}), head=acting("bob"))


@behaviour
def rules_of_a_master(api: Side) -> None:
    api.post(RULES, _review("SelfSubjectRulesReview", {"namespace": "nowhere"}))


@behaviour
def a_dry_run(api: Side) -> None:
    spec = {"resourceAttributes": {"verb": "get", "resource": "pods"}}
    api.post(SELF, _review("SelfSubjectAccessReview", spec), dryRun="All")
    api.post(SELF, _review("SelfSubjectAccessReview", spec), dryRun="Some")


@behaviour
def a_body_that_does_not_say_what_it_is(api: Side) -> None:
    api.post(SELF, {"spec": {"resourceAttributes": {"verb": "get"}}})


def _review(kind: str, spec: object) -> dict[str, object]:
    return {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
