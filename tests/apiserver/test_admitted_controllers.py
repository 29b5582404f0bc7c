"""What controllers do of themselves is admitted, in their names; a refusal makes them try again, later and later."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from harness.apiserver import ServerSettings
from harness.apiserver.outcalls import Call, Outcome

from .samples import THINGS, thing
from .test_webhooks import GROUP, Client, answered, asked

MAPS = "/api/v1/namespaces/default/configmaps"
EVERYTHING = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}


class World(Client):
    """A client, and a webhook that answers the server's own questions at once, by ``allows``."""

    def __init__(self, settings: ServerSettings | None = None) -> None:
        super().__init__(settings or ServerSettings(gc_delay=timedelta(seconds=1)))
        self.asked: list[dict[str, Any]] = []
        self.allows: Callable[[dict[str, Any]], bool] = lambda review: True
        self.server.on_errand = self._answer

    def _answer(self, calls: Sequence[Call], resume: Callable[[Sequence[Outcome]], None]) -> None:
        self.asked += map(asked, calls)
        resume([answered(call, allowed=self.allows(asked(call))) for call in calls])

    def passes(self, seconds: float) -> None:
        """Let time pass, and the server do what is due, to the millisecond."""
        end = self.clock.now + timedelta(seconds=seconds)
        while (due := self.server.next_deadline) is not None and due <= end:
            self.clock.now = max(due, self.clock.now)
            self.server.step()
        self.clock.now = end

    def is_there(self, path: str) -> bool:
        return bool(self.send("GET", path).status == 200)


def _orphaned(world: World) -> None:
    """Leave a config map behind whose owner is gone."""
    owner = json.loads(world.send("POST", THINGS, thing("owner")).body)["metadata"]
    reference = {"apiVersion": "ex.dev/v1", "kind": "Thing", "name": "owner", "uid": owner["uid"]}
    world.send("POST", MAPS, {"metadata": {"name": "a", "ownerReferences": [reference]}})
    assert world.send("DELETE", f"{THINGS}/owner").status == 200


def test_the_collector_asks_in_its_own_name() -> None:
    """A policy that spares controllers knows them by their accounts."""
    world = World()
    _orphaned(world)
    world.hook("Validating", "check", rules=[EVERYTHING])

    world.passes(5)

    (review,) = world.asked
    assert ("DELETE", "a") == (review["operation"], review["name"])
    assert "system:serviceaccount:kube-system:generic-garbage-collector" == review["userInfo"]["username"]
    assert not world.is_there(f"{MAPS}/a")


def test_what_may_not_be_collected_stays_and_is_tried_again_later_and_later() -> None:
    """Nothing else waits for it: a server whose collector is refused is at rest."""
    world = World()
    world.allows = lambda review: False
    _orphaned(world)
    world.hook("Validating", "check", rules=[EVERYTHING])

    world.passes(2)
    soon = len(world.asked)
    assert 7 <= soon <= 9  # 5, 10, 20, … 640 ms within a second
    assert world.is_there(f"{MAPS}/a")
    assert world.server.busy() is None
    world.passes(2)
    assert len(world.asked) <= soon + 2
    world.allows = lambda review: True
    world.passes(10)
    assert not world.is_there(f"{MAPS}/a")


def test_a_policy_keeps_what_a_namespace_holds() -> None:
    """Policies need no answer from outside; the namespace says what is in its way, and ends when nothing is."""
    world = World()
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["secrets"]}
    policy = {
        "metadata": {"name": "keep"},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [
                {"expression": "!request.userInfo.username.endsWith(':namespace-controller')", "message": "kept"}
            ],
        },
    }
    binding = {"metadata": {"name": "keep"}, "spec": {"policyName": "keep", "validationActions": ["Deny"]}}
    for plural, body in (("validatingadmissionpolicies", policy), ("validatingadmissionpolicybindings", binding)):
        assert world.send("POST", f"{GROUP}/{plural}", body).status == 201
    world.send("POST", "/api/v1/namespaces", {"metadata": {"name": "b"}})
    world.send("POST", "/api/v1/namespaces/b/secrets", {"metadata": {"name": "s"}})
    world.send("DELETE", "/api/v1/namespaces/b")

    world.passes(10)

    conditions = json.loads(world.send("GET", "/api/v1/namespaces/b").body)["status"]["conditions"]
    (failure,) = (one for one in conditions if one["type"] == "NamespaceDeletionContentFailure")
    assert "True" == failure["status"]
    assert failure["message"].endswith("denied request: kept")
    assert world.send("DELETE", "/api/v1/namespaces/b/secrets/s").status == 200
    world.passes(120)
    assert not world.is_there("/api/v1/namespaces/b")


@pytest.mark.parametrize("allowed", [True, False])
def test_accounts_are_made_with_leave(*, allowed: bool) -> None:
    """A webhook about everything must not stop the server, only what it refuses."""
    world = World(ServerSettings(default_accounts=True))
    world.hook("Validating", "check", rules=[EVERYTHING | {"resources": ["serviceaccounts"]}])
    world.allows = lambda review: allowed

    world.passes(1)

    assert {"system:serviceaccount:kube-system:service-account-controller"} == {
        review["userInfo"]["username"] for review in world.asked
    }
    assert allowed is world.is_there("/api/v1/namespaces/default/serviceaccounts/default")
    assert world.is_there(f"{MAPS}/kube-root-ca.crt")
