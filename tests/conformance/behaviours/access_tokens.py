"""Tokens of service accounts."""

import base64
import json
from typing import Any

from ..persons import AUTHENTICATION, acting, give, rule
from ..samples import config_map
from ..script import behaviour
from ..side import Side

REVIEWS = f"{AUTHENTICATION}/tokenreviews"
WHO = f"{AUTHENTICATION}/selfsubjectreviews"
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "box"}, "data": {"a": "Yg=="}}


@behaviour
def a_token(api: Side) -> None:
    _account(api)
    _note_claims(api, api.post(_tokens(api), _wanted()))


@behaviour
def what_may_be_asked_of_a_token(api: Side) -> None:
    _account(api)
    _note_claims(api, api.post(_tokens(api), _wanted(audiences=["a", "b"], expirationSeconds=7200)))
    _note_claims(api, api.post(_tokens(api), {"spec": {}}))
    _note_claims(api, api.post(_tokens(api), {}))
    for seconds in (0, 599, 600, 2**32, 2**32 + 1):
        api.post(_tokens(api), _wanted(expirationSeconds=seconds))


@behaviour
def a_token_of_an_account_that_is_not_there(api: Side) -> None:
    api.post(_tokens(api), _wanted())
    api.post("/api/v1/namespaces/nowhere/serviceaccounts/robot/token", _wanted())


@behaviour
def metadata_of_a_token_request(api: Side) -> None:
    _account(api)
    for metadata in (
        {"name": "other"},
        {"namespace": "default"},
        {"uid": "00000000-0000-0000-0000-000000000000"},
        {"name": "robot", "labels": {"a": "b"}},
    ):
        api.post(_tokens(api), _wanted() | {"metadata": metadata})


@behaviour
def other_methods_on_a_token(api: Side) -> None:
    _account(api)
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        api.request(method, _tokens(api), {})


@behaviour
def bound_to_a_secret(api: Side) -> None:
    _account(api)
    uid = api.setup(f"/api/v1/namespaces/{api.namespace}/secrets", SECRET).json["metadata"]["uid"]
    bound = {"kind": "Secret", "apiVersion": "v1", "name": "box"}
    answer = api.post(_tokens(api), _wanted(boundObjectRef=bound | {"uid": uid}))
    _note_claims(api, answer)
    api.request("POST", WHO, _self_review(), head=_bearing(answer))
    unused = _unused(api, boundObjectRef=bound)
    api.delete(f"/api/v1/namespaces/{api.namespace}/secrets/box")
    _until_refused(api, unused)


@behaviour
def bound_to_a_pod(api: Side) -> None:
    _account(api)
    pods = f"/api/v1/namespaces/{api.namespace}/pods"
    api.setup(pods, _pod("runner", "robot"))
    api.setup(pods, _pod("stranger", "other"))
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "runner"}
    answer = api.post(_tokens(api), _wanted(boundObjectRef=bound))
    _note_claims(api, answer)
    api.request("POST", WHO, _self_review(), head=_bearing(answer))
    _note_claims(api, api.post(_tokens(api), _wanted(boundObjectRef=bound, expirationSeconds=3607)))
    api.post(_tokens(api), _wanted(boundObjectRef=bound | {"name": "stranger"}))
    unused = _unused(api, boundObjectRef=bound)
    api.gone(f"{pods}/runner")
    _until_refused(api, unused)


@behaviour
def bound_to_a_node(api: Side) -> None:
    _account(api)
    name = f"{api.namespace}-n"
    api.setup("/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})
    answer = api.post(_tokens(api), _wanted(boundObjectRef={"kind": "Node", "apiVersion": "v1", "name": name}))
    _note_claims(api, answer)
    api.request("POST", WHO, _self_review(), head=_bearing(answer))


@behaviour
def bound_to_what_is_not_there(api: Side) -> None:
    _account(api)
    for kind, version in (
        ("Pod", "v1"),
        ("Secret", "v1"),
        ("Node", "v1"),
        ("ConfigMap", "v1"),
        ("Deployment", "apps/v1"),
    ):
        api.post(_tokens(api), _wanted(boundObjectRef={"kind": kind, "apiVersion": version, "name": "gone"}))
    api.post(_tokens(api), _wanted(boundObjectRef={}))


@behaviour
def bound_to_another_uid(api: Side) -> None:
    _account(api)
    api.setup(f"/api/v1/namespaces/{api.namespace}/secrets", SECRET)
    bound = {"kind": "Secret", "apiVersion": "v1", "name": "box", "uid": "00000000-0000-0000-0000-000000000000"}
    api.post(_tokens(api), _wanted(boundObjectRef=bound))


@behaviour
def who_bears_a_token(api: Side) -> None:
    _account(api)
    head = _bearing(_token(api))
    api.request("POST", WHO, _self_review(), head=head)
    api.request("GET", api.config_maps, head=head)
    api.request("GET", "/api", head=head)
    api.request("GET", "/.well-known/openid-configuration", head=head)


@behaviour
def rights_of_an_account(api: Side) -> None:
    _account(api)
    user = f"system:serviceaccount:{api.namespace}:robot"
    give(api, user, rule("list create", "configmaps"))
    api.until_allowed(user, "list", "configmaps")
    head = _bearing(_token(api))
    api.request("GET", api.config_maps, head=head)
    api.request("POST", api.config_maps, config_map(a="1"), head=head)
    api.request("GET", f"{api.config_maps}/one", head=head)


@behaviour
def a_token_ends_with_its_account(api: Side) -> None:
    _account(api)
    unused = _unused(api)
    api.delete(f"/api/v1/namespaces/{api.namespace}/serviceaccounts/robot")
    token = _until_refused(api, unused)
    api.request("GET", api.config_maps, head={"authorization": f"Bearer {token}"})


@behaviour
def an_account_of_the_same_name_is_another(api: Side) -> None:
    _account(api)
    unused = _unused(api)
    api.gone(f"/api/v1/namespaces/{api.namespace}/serviceaccounts/robot")
    _account(api)
    _until_refused(api, unused)


@behaviour
def whose_token(api: Side) -> None:
    _account(api)
    token = _token(api).json["status"]["token"]
    api.post(REVIEWS, _token_review(token))
    api.post(REVIEWS, _token_review(token, audiences=["other"]))
    api.post(REVIEWS, _token_review(token, audiences=["other", "https://kubernetes.default.svc"]))
    api.post(REVIEWS, _token_review("nonsense"))
    api.post(REVIEWS, _token_review(""))


@behaviour
def tokens_for_others(api: Side) -> None:
    _account(api)
    token = api.post(_tokens(api), _wanted(audiences=["vault", "other"])).json["status"]["token"]
    api.request("GET", "/api", head={"authorization": f"Bearer {token}"})
    api.post(REVIEWS, _token_review(token))
    api.post(REVIEWS, _token_review(token, audiences=["vault", "more"]))


@behaviour
def tokens_that_were_tampered_with(api: Side) -> None:
    _account(api)
    head, claims, signature = _token(api).json["status"]["token"].split(".")
    changed = _decoded(claims) | {"sub": "system:serviceaccount:kube-system:root"}
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    stranger = base64.urlsafe_b64encode(json.dumps(changed | {"iss": "me"}).encode()).rstrip(b"=").decode()
    for token in (f"{head}.{forged}.{signature}", f"{head}.{stranger}.{signature}", f"{head}.{claims}.", "a.b.c"):
        api.post(REVIEWS, _token_review(token))
        api.request("GET", "/api", head={"authorization": f"Bearer {token}"})


@behaviour
def the_administrators_token(api: Side) -> None:
    api.post(REVIEWS, _token_review(api.token))
    api.post(REVIEWS, _token_review(api.token, audiences=["other"]))


@behaviour
def who_may_make_tokens(api: Side) -> None:
    _account(api)
    user = f"{api.namespace}-ann"
    api.request("POST", _tokens(api), _wanted(), head=acting(user))
    give(api, user, rule("create", "serviceaccounts/token", resourceNames=["robot"]))
    api.until_allowed(user, "create", "serviceaccounts", subresource="token", name="robot")
    api.request("POST", _tokens(api), _wanted(), head=acting(user))


@behaviour
def the_key(api: Side) -> None:
    api.get("/openid/v1/jwks")
    api.get("/.well-known/openid-configuration")
    api.request("POST", "/openid/v1/jwks", {})


def _account(api: Side) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "labels": {"a": "b"}}}
    api.setup(f"/api/v1/namespaces/{api.namespace}/serviceaccounts", account)


def _unused(api: Side, **spec: Any) -> list[str]:
    """Return tokens that nobody has looked at: the real server believes for ten seconds one that it has seen."""
    return [api.setup(_tokens(api), _wanted(**spec)).json["status"]["token"] for _ in range(25)]


def _until_refused(api: Side, tokens: list[str]) -> str:
    """Ask about one token after the other until one is refused, and write down what is said of the next."""
    left = iter(tokens)
    while api.setup(REVIEWS, _token_review(next(left))).json["status"].get("authenticated"):
        pass
    last = next(left)
    api.post(REVIEWS, _token_review(last))
    return last


def _tokens(api: Side) -> str:
    return f"/api/v1/namespaces/{api.namespace}/serviceaccounts/robot/token"


def _token(api: Side) -> Any:
    return api.setup(_tokens(api), _wanted())


def _wanted(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


def _token_review(token: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token} | spec}


def _self_review() -> dict[str, Any]:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


def _bearing(answer: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.json['status']['token']}"}


def _pod(name: str, account: str) -> dict[str, Any]:
    spec = {"serviceAccountName": account, "containers": [{"name": "main", "image": "main"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def _decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _note_claims(api: Side, answer: Any) -> None:
    """Write down what a token says: times as spans from its making."""
    head, claims, _ = answer.json["status"]["token"].split(".")
    found = _decoded(claims)
    made = found["iat"]
    inner = found["kubernetes.io"]
    spans = {name: found[name] - made for name in ("exp", "nbf")}
    if "warnafter" in inner:
        inner["warnafter"] -= made
    api.note({"header": sorted(_decoded(head)), "claims": found | spans | {"iat": 0}})
