"""The client of the Kubernetes API over a real socket: paths, headers, bodies, and errors by what one can do about them."""

from datetime import timedelta

import kopf
import pytest

from operators.api import LEASE, REMEDIATION_REQUEST, Kind
from operators.runtime import (
    AlreadyExists,
    BadRequest,
    Conflict,
    Forbidden,
    HttpTransport,
    Invalid,
    Kube,
    KubeError,
    NotFound,
    Throttled,
    Unauthorized,
    Unavailable,
)

ROOT = "/apis/kubernaut.ai/v1alpha1"
NAMESPACE = Kind("", "v1", "namespaces", "Namespace")


@pytest.fixture
async def kube(server):
    info = kopf.ConnectionInfo(server=server.url, token="secret")
    made = Kube(HttpTransport(info, timeout=timedelta(seconds=5)), name="remediation-orchestrator")
    yield made
    await made.close()


async def test_every_request_says_who_asks_and_every_write_who_manages(kube, server):
    """The timeline on every cluster is made of managedFields and user agents."""
    await kube.get(REMEDIATION_REQUEST, "a", "web")
    await kube.patch_status(REMEDIATION_REQUEST, "a", "web", {"status": {}})
    await kube.create(LEASE, "a", {"metadata": {"name": "claim"}})
    await kube.replace(LEASE, "a", "claim", {"metadata": {"name": "claim"}})

    assert {"remediation-orchestrator"} == {request.headers["User-Agent"] for request in server.requests}
    assert {"Bearer secret"} == {request.headers["Authorization"] for request in server.requests}
    assert [None, *["remediation-orchestrator"] * 3] == [
        request.query.get("fieldManager") for request in server.requests
    ]


async def test_each_verb_goes_where_the_api_has_it(kube, server):
    """Namespaced, cluster-scoped, core group, all namespaces: one rule makes every path."""
    await kube.get(REMEDIATION_REQUEST, "a", "web")
    await kube.get(NAMESPACE, "", "a")
    await kube.list(REMEDIATION_REQUEST, "")
    await kube.list(LEASE, "a", field_selector="metadata.name=x", label_selector="k=v")
    await kube.create(LEASE, "a", {})
    await kube.patch_status(REMEDIATION_REQUEST, "a", "web", {})
    await kube.replace(LEASE, "a", "claim", {})
    await kube.delete(LEASE, "a", "claim")

    assert [
        ("GET", f"{ROOT}/namespaces/a/remediationrequests/web", {}),
        ("GET", "/api/v1/namespaces/a", {}),
        ("GET", f"{ROOT}/remediationrequests", {}),
        (
            "GET",
            "/apis/coordination.k8s.io/v1/namespaces/a/leases",
            {"fieldSelector": "metadata.name=x", "labelSelector": "k=v"},
        ),
        ("POST", "/apis/coordination.k8s.io/v1/namespaces/a/leases", {"fieldManager": "remediation-orchestrator"}),
        (
            "PATCH",
            f"{ROOT}/namespaces/a/remediationrequests/web/status",
            {"fieldManager": "remediation-orchestrator"},
        ),
        (
            "PUT",
            "/apis/coordination.k8s.io/v1/namespaces/a/leases/claim",
            {"fieldManager": "remediation-orchestrator"},
        ),
        ("DELETE", "/apis/coordination.k8s.io/v1/namespaces/a/leases/claim", {}),
    ] == [(request.method, request.path, dict(request.query)) for request in server.requests]


async def test_a_status_patch_is_a_merge_patch(kube, server):
    """Not a strategic merge (custom resources have none) and not a JSON patch."""
    await kube.patch_status(REMEDIATION_REQUEST, "a", "web", {"status": {"x": None}})

    assert server.requests[0].headers["Content-Type"] == "application/merge-patch+json"
    assert server.bodies[0] == {"status": {"x": None}}


async def test_created_objects_say_what_they_are(kube, server):
    """The API server refuses a custom resource without kind."""
    await kube.create(REMEDIATION_REQUEST, "a", {"metadata": {"name": "web"}})

    assert server.bodies[0] == {
        "apiVersion": "kubernaut.ai/v1alpha1",
        "kind": "RemediationRequest",
        "metadata": {"name": "web"},
    }


async def test_items_of_a_list_say_what_they_are_too(kube, server):
    """The API server leaves kind out of built-in items; a controller should not have to know."""
    server.will_answer(200, {"items": [{"metadata": {"name": "x"}}, {"kind": "Other"}]})
    items = await kube.list(LEASE, "a")

    assert [item["kind"] for item in items] == ["Lease", "Other"]


async def test_a_delete_states_its_preconditions(kube, server):
    """Releasing a claim that somebody took over meanwhile would free what is theirs."""
    await kube.delete(LEASE, "a", "claim", uid="u", resource_version="7")

    assert server.bodies[0]["preconditions"] == {"uid": "u", "resourceVersion": "7"}
    assert server.bodies[0]["propagationPolicy"] == "Background"


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (400, "BadRequest", BadRequest),
        (401, "Unauthorized", Unauthorized),
        (403, "Forbidden", Forbidden),
        (404, "NotFound", NotFound),
        (409, "Conflict", Conflict),
        (409, "AlreadyExists", AlreadyExists),
        (422, "Invalid", Invalid),
        (429, "TooManyRequests", Throttled),
        (500, "InternalError", Unavailable),
        (504, "Timeout", Unavailable),
        (418, "Teapot", KubeError),
    ],
)
async def test_each_refusal_is_an_error_of_its_own(kube, server, status, reason, expected):
    """A caller chooses by type: retry, read again, give up."""
    body = {"kind": "Status", "reason": reason, "message": "no", "details": {"causes": [{"reason": "X"}]}}
    server.will_answer(status, body, **{"Retry-After": "3"})

    with pytest.raises(expected) as raised:
        await kube.get(REMEDIATION_REQUEST, "a", "web")
    assert type(raised.value) is expected
    assert (status, reason, "no", 3.0) == (
        raised.value.status,
        raised.value.reason,
        raised.value.message,
        raised.value.retry_after,
    )
    assert raised.value.causes == ({"reason": "X"},)


async def test_a_page_of_a_proxy_is_an_error_too(kube, server):
    """Not everything between us and the API server speaks JSON."""
    server.will_answer(502, b"<h1>Bad gateway</h1>")

    with pytest.raises(Unavailable, match="Bad gateway"):
        await kube.get(REMEDIATION_REQUEST, "a", "web")


async def test_no_server_and_no_answer_are_unavailable():
    """Whether a write was carried out is then unknown: the caller reads before it decides again."""
    gone = Kube(
        HttpTransport(kopf.ConnectionInfo(server="http://127.0.0.1:9"), timeout=timedelta(seconds=5)),
        name="x",
    )

    with pytest.raises(Unavailable, match="GET /api/v1/namespaces/a: "):
        await gone.get(NAMESPACE, "", "a")
    await gone.close()


async def test_a_server_that_keeps_silent_is_given_up(server):
    """A request must not hold a reconcile for ever."""
    server.silent = True
    impatient = Kube(
        HttpTransport(kopf.ConnectionInfo(server=server.url), timeout=timedelta(milliseconds=20)),
        name="x",
    )

    with pytest.raises(Unavailable, match=r"no reply within 0\.02 s"):
        await impatient.get(NAMESPACE, "", "a")
    await impatient.close()


async def test_a_token_that_was_replaced_is_found_again(server):
    """A pod's token is renewed every hour; an operator must outlive its first one."""
    info = kopf.ConnectionInfo(server=server.url, token="old")
    transport = HttpTransport(
        info,
        timeout=timedelta(seconds=5),
        renew=lambda: kopf.ConnectionInfo(server=server.url, token="new"),
    )
    kube = Kube(transport, name="x")
    server.will_answer(401, {"reason": "Unauthorized"})
    await kube.get(NAMESPACE, "", "a")
    await kube.close()

    assert [request.headers["Authorization"] for request in server.requests] == ["Bearer old", "Bearer new"]


async def test_a_token_that_is_simply_wrong_is_not_tried_twice(server):
    """The same credentials get the same answer."""
    info = kopf.ConnectionInfo(server=server.url, token="wrong")
    kube = Kube(HttpTransport(info, timeout=timedelta(seconds=5), renew=lambda: info), name="x")
    server.will_answer(401, {"reason": "Unauthorized"})

    with pytest.raises(Unauthorized):
        await kube.get(NAMESPACE, "", "a")
    assert len(server.requests) == 1
    await kube.close()
