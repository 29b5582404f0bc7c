"""Service accounts: what a namespace is given, what a pod is given, and how long a token holds."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from harness.apiserver import ServerSettings, User
from harness.apiserver.access.signer import Signer, encoded, new_key

from .fronts import Api, ManualClock, core_front

MASTER = {"authorization": "Bearer sesame"}
SPACE = "/api/v1/namespaces/default"
ACCOUNTS, MAPS, PODS = f"{SPACE}/serviceaccounts", f"{SPACE}/configmaps", f"{SPACE}/pods"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
KEY = new_key()
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
def settings() -> ServerSettings:
    """A server with accounts in each namespace, admission by them, and a key that the tests know."""
    return ServerSettings(
        tokens={"sesame": User("root", groups=("system:masters",))},
        service_account_key=KEY,
        default_accounts=True,
        root_ca="the certificate",
        admit_service_accounts=True,
    )


def ask(api: Api, method: str, path: str, body: Any = None) -> Any:
    return api.request(method, path, body, headers=MASTER)


def token(api: Api, **spec: Any) -> str:
    found: str = ask(api, "POST", f"{ACCOUNTS}/default/token", {"spec": spec}).json["status"]["token"]
    return found


def error(api: Api, token: str) -> str:
    found: str = ask(api, "POST", REVIEWS, {"spec": {"token": token}}).json["status"].get("error", "")
    return found


def pod(**spec: Any) -> Any:
    return {"metadata": {"name": "one"}, "spec": {"containers": [{"name": "main", "image": "main"}]} | spec}


def test_a_namespace_is_given_an_account_and_the_certificate(bare: Api) -> None:
    """Soon after it is made, and again when they are deleted."""
    bare.advance(MOMENT)
    certificate = ask(bare, "GET", f"{MAPS}/kube-root-ca.crt")
    first = ask(bare, "GET", f"{ACCOUNTS}/default").json["metadata"]["uid"]
    ask(bare, "DELETE", f"{ACCOUNTS}/default")
    bare.advance(MOMENT)

    assert {"ca.crt": "the certificate"} == certificate.json["data"]
    assert "kube-controller-manager" == certificate.json["metadata"]["managedFields"][0]["manager"]
    assert first != ask(bare, "GET", f"{ACCOUNTS}/default").json["metadata"]["uid"]


def test_a_namespace_that_is_being_deleted_is_given_nothing(bare: Api) -> None:
    """Its content goes for good."""
    ask(bare, "POST", "/api/v1/namespaces", {"metadata": {"name": "short"}})
    bare.advance(MOMENT)
    ask(bare, "DELETE", "/api/v1/namespaces/short")
    bare.advance(timedelta(seconds=30))

    assert 404 == ask(bare, "GET", "/api/v1/namespaces/short").status


def test_a_token_ends_with_its_time(bare: Api) -> None:
    """By the server's clock, with a minute for clocks that differ."""
    bare.advance(MOMENT)
    short = token(bare, expirationSeconds=600)

    said = []
    for span in (timedelta(0), timedelta(seconds=659), timedelta(seconds=2)):
        bare.advance(span)
        said.append(error(bare, short))

    assert ["", "", "[invalid bearer token, service account token has expired]"] == said
    assert 401 == bare.get(MAPS, headers={"authorization": f"Bearer {short}"}).status


def test_tokens_in_secrets_hold_as_long_as_the_secret_carries_them(bare: Api) -> None:
    """The legacy ones, that a controller has signed; they do not end with time."""
    bare.advance(MOMENT)
    account = ask(bare, "GET", f"{ACCOUNTS}/default").json["metadata"]
    prefix = "kubernetes.io/serviceaccount"
    claims = {
        "iss": "kubernetes/serviceaccount",
        "sub": "system:serviceaccount:default:default",
        f"{prefix}/namespace": "default",
        f"{prefix}/secret.name": "old",
        f"{prefix}/service-account.name": "default",
        f"{prefix}/service-account.uid": account["uid"],
    }
    old = Signer(KEY, seed=0).sign(claims)
    without = error(bare, old)
    data = {"token": base64.b64encode(old.encode()).decode()}
    annotations = {"kubernetes.io/service-account.name": "default", "kubernetes.io/service-account.uid": account["uid"]}
    secret = {
        "metadata": {"name": "old", "annotations": annotations},
        "type": "kubernetes.io/service-account-token",
        "data": data,
    }
    created = ask(bare, "POST", f"{SPACE}/secrets", secret)
    within = error(bare, old)
    ask(bare, "DELETE", f"{SPACE}/secrets/old")

    assert 201 == created.status
    assert "[invalid bearer token, Token has been invalidated]" == without == error(bare, old)
    assert "" == within


def test_a_pod_runs_as_the_default_account_and_mounts_its_token(bare: Api) -> None:
    """The volume's name is drawn from the server's stream."""
    bare.advance(MOMENT)
    spec = ask(bare, "POST", PODS, pod()).json["spec"]

    (volume,) = spec["volumes"]
    assert "default" == spec["serviceAccountName"]
    assert ["serviceAccountToken", "configMap", "downwardAPI"] == [
        next(iter(one)) for one in volume["projected"]["sources"]
    ]
    mount = {"name": volume["name"], "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    assert [mount] == spec["containers"][0]["volumeMounts"]


def test_a_pod_may_do_without_the_token(bare: Api) -> None:
    """Its own word counts before the account's."""
    bare.advance(MOMENT)

    assert "volumes" not in ask(bare, "POST", PODS, pod(automountServiceAccountToken=False)).json["spec"]


def test_a_pod_of_an_account_that_is_not_there_is_refused(bare: Api) -> None:
    """It could not prove who it is."""
    answer = ask(bare, "POST", PODS, pod(serviceAccountName="ghost"))

    assert 403 == answer.status
    why = 'error looking up service account default/ghost: serviceaccount "ghost" not found'
    assert f'pods "one" is forbidden: {why}' == answer.json["message"]


def test_tokens_are_the_same_in_every_run() -> None:
    """The key follows from the seed and signatures are deterministic: a tape plays again to the byte."""
    made = []
    for seed in (1, 1, 2):
        with core_front(ManualClock(), ServerSettings(seed=seed)) as api:
            api.post(ACCOUNTS, {"metadata": {"name": "robot"}})
            made.append(api.post(f"{ACCOUNTS}/robot/token", {}).json["status"]["token"])

    assert made[0] == made[1] != made[2]


def test_a_forged_token_is_refused() -> None:
    """Signed by somebody else, or changed after it was signed."""
    mine, stranger = Signer(KEY, seed=0), Signer("", seed=7)
    good = mine.sign({"sub": "ann"})
    head, _, signature = good.split(".")
    changed = f"{head}.{encoded(json.dumps({'sub': 'root'}).encode())}.{signature}"

    verdicts = [
        mine.verifies(one) for one in (good, changed, stranger.sign({"sub": "ann"}), f"{good[:-8]}", "", "a.b.c")
    ]

    assert [True, False, False, False, False, False] == verdicts
