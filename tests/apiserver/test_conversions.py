"""Conversion webhooks, seen from the core: when they are asked, and that nothing is written or shown before they have answered."""

import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.apiserver import (
    Answered,
    ApiServer,
    Call,
    Outcall,
    Reply,
    Request,
    ServerSettings,
    Subscription,
    Unanswered,
)

from .fronts import ManualClock, new_server
from .samples import CRDS

V1, V2 = (f"/apis/ex.dev/{version}/namespaces/default/places" for version in ("v1", "v2"))
SCHEMA = {"type": "object", "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}

Resume = Callable[[Sequence[Answered | Unanswered]], None]


class World:
    """A server with a kind that a webhook converts: ``spec.host`` of v1 is ``spec.name`` of v2."""

    def __init__(self) -> None:
        self.server: ApiServer = new_server(ManualClock(), ServerSettings())
        self.errands: deque[tuple[Sequence[Call], Resume]] = deque()
        self.server.on_errand = lambda calls, resume: self.errands.append((calls, resume))
        assert 201 == self.send("POST", CRDS, _definition()).status

    def send(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Return what the server answers before anybody has converted anything."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        data = b"" if body is None else json.dumps(body).encode()
        return self.server.handle(Request(method, path, query=query, headers={"content-type": kind}, body=data))

    def done(self, answer: Any) -> Any:
        """Return the answer to a request, its conversions made."""
        while isinstance(answer, Outcall):
            answer = answer.resume([converted(call) for call in answer.calls])
        return answer

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Return the JSON of a successful reply."""
        answer = self.done(self.send(method, path, body, **query))
        assert isinstance(answer, Reply)
        assert answer.status in {200, 201}, answer.body
        return json.loads(answer.body)

    def run_errands(self) -> None:
        """Answer what the server asks by itself."""
        while self.errands:
            calls, resume = self.errands.popleft()
            resume([converted(call) for call in calls])


def _definition() -> dict[str, Any]:
    versions = [
        {"name": name, "served": True, "storage": name == "v1", "schema": {"openAPIV3Schema": SCHEMA}}
        for name in ("v1", "v2")
    ]
    webhook = {"clientConfig": {"url": "https://hooks/convert"}, "conversionReviewVersions": ["v1"]}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "places.ex.dev"},
        "spec": {
            "group": "ex.dev",
            "scope": "Namespaced",
            "names": {"plural": "places", "kind": "Place"},
            "versions": versions,
            "conversion": {"strategy": "Webhook", "webhook": webhook},
        },
    }


def converted(call: Call) -> Answered:
    """Answer one call."""
    review = json.loads(call.body)
    wanted = review["request"]["desiredAPIVersion"]
    mine, other = ("name", "host") if wanted.endswith("v2") else ("host", "name")
    objects = [
        one | {"apiVersion": wanted, "spec": {mine if key == other else key: item for key, item in one["spec"].items()}}
        for one in review["request"]["objects"]
    ]
    response = {"uid": review["request"]["uid"], "convertedObjects": objects, "result": {"status": "Success"}}
    return Answered(200, json.dumps(review | {"response": response}).encode(), "application/json")


def place(name: str, version: str = "v1", /, **spec: str) -> dict[str, Any]:
    """Return an object."""
    return {"apiVersion": f"ex.dev/{version}", "kind": "Place", "metadata": {"name": name}, "spec": spec}


def lines(watch: Subscription) -> list[bytes]:
    """Return the list into which a watch's lines come."""
    found: list[bytes] = []
    watch.attach(found.append, lambda: found.append(b"end"))
    return found


@pytest.fixture
def world() -> World:
    return World()


def test_the_stored_version_needs_nobody(world: World) -> None:
    """A webhook that is down stops those alone who want the other version."""
    assert isinstance(world.send("POST", V1, place("one", host="a")), Reply)
    assert isinstance(world.send("GET", f"{V1}/one"), Reply)
    assert isinstance(world.send("GET", f"{V2}/one"), Outcall)


def test_nothing_is_written_before_it_can_be_stored_and_shown(world: World) -> None:
    """The reply needs a conversion, too; asked for after the write, a repeated request would write twice."""
    waiting = world.send("POST", V2, place("one", "v2", name="a"))
    assert 404 == world.send("GET", f"{V1}/one").status
    made = json.loads(world.done(waiting).body)

    assert {"name": "a"} == made["spec"]
    assert {"host": "a"} == world.ask("GET", f"{V1}/one")["spec"]


def test_a_version_is_put_on_after_the_webhook(world: World) -> None:
    """Otherwise the question would change with every write elsewhere, and be asked again without end."""
    world.send("POST", V1, place("one", host="a"))

    call = world.send("GET", f"{V2}/one").calls[0]

    assert "resourceVersion" not in json.loads(call.body)["request"]["objects"][0]["metadata"]
    assert "resourceVersion" in world.ask("GET", f"{V2}/one")["metadata"]


def test_a_list_asks_about_all_at_once_and_only_once(world: World) -> None:
    """One after the other, a thousand objects would take a thousand times as long."""
    for number in range(3):
        world.send("POST", V1, place(f"p{number}", host="a"))

    first = world.send("GET", V2)
    assert 3 == len(first.calls)
    world.done(first)

    assert isinstance(world.send("GET", V2), Reply)


def test_selectors_see_the_version_that_is_asked_for(world: World) -> None:
    """A webhook may give an object other labels, and a field of that name need not be there in the stored one."""
    world.send("POST", V1, place("one", host="a"))

    assert ["one"] == [
        one["metadata"]["name"] for one in world.ask("GET", V2, fieldSelector="metadata.name=one")["items"]
    ]


def test_events_come_converted_and_in_order(world: World) -> None:
    """Changes are made faster than a webhook answers."""
    seen = lines(world.done(world.send("GET", V2, watch="true")))
    world.send("POST", V1, place("one", host="a"))
    world.send("PATCH", f"{V1}/one", {"spec": {"host": "b"}})
    world.send("DELETE", f"{V1}/one")
    assert [] == seen
    assert "the answer of a webhook" == world.server.busy()
    world.run_errands()

    events = [json.loads(line) for line in seen]
    assert ["ADDED", "MODIFIED", "DELETED"] == [one["type"] for one in events]
    assert [{"name": "a"}, {"name": "b"}, {"name": "b"}] == [one["object"]["spec"] for one in events]
    assert world.server.busy() is None


def test_a_watch_ends_where_its_events_cannot_be_converted(world: World) -> None:
    """What was not seen must be looked for again; an event left out would never be missed."""
    seen = lines(world.done(world.send("GET", V2, watch="true")))
    world.send("POST", V1, place("one", host="a"))
    _, resume = world.errands.popleft()
    resume([Unanswered("connection refused")])

    assert [b"end"] == seen


def test_a_collection_is_deleted_after_its_list_is_known(world: World) -> None:
    """The reply shows what was there, all of it."""
    for number in range(3):
        world.send("POST", V1, place(f"p{number}", host="a"))

    gone = world.ask("DELETE", V2)

    assert ["p0", "p1", "p2"] == [one["metadata"]["name"] for one in gone["items"]]
    assert [] == world.ask("GET", V1)["items"]


def test_what_was_stored_in_another_version_is_converted_when_it_is_read(world: World) -> None:
    """Changing the storage version rewrites nothing."""
    world.send("POST", V1, place("one", host="a"))
    versions = [version | {"storage": version["name"] == "v2"} for version in _definition()["spec"]["versions"]]
    world.ask("PATCH", f"{CRDS}/places.ex.dev", {"spec": {"versions": versions}})

    assert {"name": "a"} == world.ask("GET", f"{V2}/one")["spec"]
    assert {"host": "a"} == world.ask("GET", f"{V1}/one")["spec"]


def test_a_failing_webhook_is_a_refusal_with_its_reason(world: World) -> None:
    """In the words of the real server, without a reason in the Status."""
    world.send("POST", V1, place("one", host="a"))

    answer = world.send("GET", f"{V2}/one").resume([Answered(500, b"boom", "text/plain")])

    assert (
        'conversion webhook for ex.dev/v1, Kind=Place failed: an error on the server ("boom") has prevented the request '
        "from succeeding"
    ) == json.loads(answer.body)["message"]
    assert (500, False) == (answer.status, "reason" in json.loads(answer.body))
