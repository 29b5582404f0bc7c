"""Calls to webhooks, seen from the core: what is asked, what an answer is worth when the world has moved on meanwhile."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from harness.apiserver import Answered, ApiServer, Outcall, Reply, Request, ServerSettings, Unanswered

from .fronts import ManualClock, new_server
from .samples import CRDS, THINGS, definition, thing

GROUP = "/apis/admissionregistration.k8s.io/v1"


Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Client:
    """Somebody who sends requests and lets webhooks answer when it likes."""

    def __init__(self, settings: ServerSettings | None = None) -> None:
        self.clock = ManualClock()
        self.server: ApiServer = new_server(self.clock, settings or ServerSettings())
        self.send("POST", CRDS, definition())

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Return what the server answers, before any webhook has."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return self.server.handle(
            Request(
                method, path, headers={"content-type": kind}, body=b"" if body is None else json.dumps(body).encode()
            )
        )

    def hook(self, kind: str, *names: str, **more: Any) -> None:
        """Register webhooks for every write of things."""
        rule = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]}
        hooks = [
            {
                "name": f"{name}.ex.dev",
                "clientConfig": {"url": f"https://hooks/{name}"},
                "rules": [rule],
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
            }
            | more
            for name in names
        ]
        body = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": "-".join(names)},
            "webhooks": hooks,
        }
        answer = self.send("POST", f"{GROUP}/{kind.lower()}webhookconfigurations", body)
        assert answer.status == 201, answer.body


def asked(call: Any) -> dict[str, Any]:
    """Return the request of the review that a call carries."""
    found: dict[str, Any] = json.loads(call.body)["request"]
    return found


def answered(call: Any, **response: Any) -> Answered:
    """Return an answer to a call."""
    body = {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {"uid": asked(call)["uid"], "allowed": True} | response,
    }
    return Answered(200, json.dumps(body).encode(), "application/json")


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    """Return the part of an answer that changes the object."""
    return {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(operations).encode()).decode()}


def written(answer: Any) -> Any:
    """Return the object in a reply."""
    assert isinstance(answer, Reply), answer
    assert answer.status in {200, 201}, answer.body
    return json.loads(answer.body)


@pytest.fixture
def client() -> Client:
    return Client()


def test_nothing_is_written_before_every_webhook_has_answered(client: Client) -> None:
    """A request that waits has not happened: nobody sees it, and its client may still vanish."""
    client.hook("Validating", "check")

    waiting = client.send("POST", THINGS, thing("one"))
    seen_meanwhile = client.send("GET", f"{THINGS}/one")
    done = waiting.resume([answered(waiting.calls[0])])

    assert isinstance(waiting, Outcall)
    assert seen_meanwhile.status == 404
    assert written(done)["metadata"]["name"] == "one"


def test_validating_webhooks_are_asked_at_the_same_time(client: Client) -> None:
    """Ten of them must not take ten time limits."""
    client.hook("Validating", "first", "second")

    waiting = client.send("POST", THINGS, thing("one"))

    assert ["https://hooks/first?timeout=10s", "https://hooks/second?timeout=10s"] == [one.url for one in waiting.calls]


def test_mutating_webhooks_see_what_those_before_them_changed(client: Client) -> None:
    """They are called one after the other, each with the object as it is by then."""
    client.hook("Mutating", "first", "second")
    label = {"op": "add", "path": "/metadata/labels", "value": {"by": "first"}}

    waiting = client.send("POST", THINGS, thing("one"))
    waiting = waiting.resume([answered(waiting.calls[0], **patch(label))])

    assert "https://hooks/second?timeout=10s" == waiting.calls[0].url
    assert {"by": "first"} == asked(waiting.calls[0])["object"]["metadata"]["labels"]


def test_a_repeated_attempt_draws_the_same_name_and_uid(client: Client) -> None:
    """Otherwise each answer would belong to an object that is never made, and the webhook would be asked for ever."""
    client.hook("Validating", "check")
    body = thing("x")
    body["metadata"] = {"generateName": "gen-"}

    waiting = client.send("POST", THINGS, body)
    client.clock.now += timedelta(seconds=5)
    made = written(waiting.resume([answered(waiting.calls[0])]))

    promised = asked(waiting.calls[0])["object"]["metadata"]
    assert {name: promised[name] for name in ("name", "uid", "creationTimestamp")} == {
        name: made["metadata"][name] for name in ("name", "uid", "creationTimestamp")
    }


def test_two_that_wait_together_draw_different_names(client: Client) -> None:
    """What is drawn belongs to its request, not to the moment."""
    client.hook("Validating", "check")
    body = thing("x")
    body["metadata"] = {"generateName": "gen-"}

    waiting = [client.send("POST", THINGS, body) for _ in range(2)]
    made = [written(one.resume([answered(one.calls[0])])) for one in waiting]

    assert 2 == len({one["metadata"]["name"] for one in made})


def test_a_webhook_is_asked_again_about_an_object_that_has_changed_meanwhile(client: Client) -> None:
    """An unconditional patch is admitted for the version that it is applied to, as in a guarded update that starts again."""
    client.send("POST", THINGS, thing("one"))
    client.hook("Validating", "check")

    waiting = client.send("PATCH", f"{THINGS}/one", {"spec": {"size": 7}})
    other = client.send("PATCH", f"{THINGS}/one", {"metadata": {"labels": {"mine": "yes"}}})
    written(other.resume([answered(other.calls[0])]))
    again = waiting.resume([answered(waiting.calls[0])])
    done = written(again.resume([answered(again.calls[0])]))

    assert {"mine": "yes"} == asked(again.calls[0])["oldObject"]["metadata"]["labels"]
    assert ({"mine": "yes"}, 7) == (done["metadata"]["labels"], done["spec"]["size"])


def test_a_conditional_update_conflicts_with_what_has_happened_meanwhile(client: Client) -> None:
    """An answer admits, it does not lock."""
    stored = written(client.send("POST", THINGS, thing("one")))
    client.hook("Validating", "check")

    waiting = client.send("PUT", f"{THINGS}/one", stored | {"spec": stored["spec"] | {"size": 7}})
    other = client.send("PATCH", f"{THINGS}/one", {"metadata": {"labels": {"mine": "yes"}}})
    written(other.resume([answered(other.calls[0])]))
    done = waiting.resume([answered(waiting.calls[0])])

    assert done.status == 409


def test_a_name_that_was_taken_meanwhile_is_refused(client: Client) -> None:
    """Two creations may wait together; one of them is first."""
    client.hook("Validating", "check")

    waiting = [client.send("POST", THINGS, thing("one")) for _ in range(2)]
    statuses = [one.resume([answered(one.calls[0])]).status for one in waiting]

    assert [201, 409] == statuses


def test_a_failure_is_what_the_policy_makes_of_it(client: Client) -> None:
    """Fail closed by default, open on request."""
    client.hook("Validating", "open", failurePolicy="Ignore")
    waiting = client.send("POST", THINGS, thing("one"))
    let_pass = waiting.resume([Unanswered("context deadline exceeded")])
    client.hook("Validating", "shut")
    waiting = client.send("POST", THINGS, thing("two"))
    refused = waiting.resume([Unanswered("EOF"), Unanswered("EOF")])

    assert (201, 500) == (let_pass.status, refused.status)
    assert b'failed calling webhook \\"shut.ex.dev\\": failed to call webhook: Post' in refused.body


@pytest.mark.slow
def test_webhooks_that_never_agree_come_to_an_end(client: Client) -> None:
    """Somebody who changes the object at every answer must not keep a request for ever."""
    client.send("POST", THINGS, thing("one"))
    client.hook("Validating", "check")

    answer = client.send("PATCH", f"{THINGS}/one", {"spec": {"size": 7}})
    for number in range(300):
        if isinstance(answer, Reply):
            break
        other = client.send("PATCH", f"{THINGS}/one", {"metadata": {"labels": {"n": str(number)}}})
        other.resume([answered(other.calls[0])])
        answer = answer.resume([answered(answer.calls[0])])

    assert answer.status == 500
