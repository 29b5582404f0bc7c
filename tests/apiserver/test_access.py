"""Access where it is controlled: who gets in, and what they may do there."""

import pytest

from harness.apiserver import ServerSettings, User

from .fronts import Api
from .samples import CONFIG_MAPS

BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
MASTER = {"authorization": "Bearer sesame"}
ANN = {"authorization": "bearer open"}
TOKENS = {"sesame": User("root", groups=("system:masters",)), "open": User("ann")}


@pytest.fixture
def settings() -> ServerSettings:
    """A server with two tokens."""
    return ServerSettings(tokens=TOKENS)


def test_a_token_that_nobody_has_is_401(bare: Api) -> None:
    """Kopf runs its login handlers again on this answer."""
    answer = bare.get(CONFIG_MAPS, headers={"authorization": "Bearer wrong"})

    assert (401, "Unauthorized", "Unauthorized") == (answer.status, answer.json["reason"], answer.json["message"])
    assert "details" not in answer.json


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic sesame"}])
def test_without_a_token_a_request_is_anonymous(bare: Api, headers: dict[str, str]) -> None:
    """And nobody has given the anonymous user any rights but to look at health and version."""
    answer = bare.get(CONFIG_MAPS, headers=headers)

    assert 403 == answer.status
    assert 'User "system:anonymous" cannot list resource "configmaps"' in answer.json["message"]


def test_health_needs_no_token(bare: Api) -> None:
    """Probes have none."""
    assert 200 == bare.get("/readyz").status


def test_a_master_may_do_everything(bare: Api) -> None:
    """Whatever the roles say."""
    assert 200 == bare.get(CONFIG_MAPS, headers=MASTER).status


def test_a_binding_counts_from_the_next_request_on(bare: Api) -> None:
    """And its deletion does: a remembered decision must not outlive what it was made of."""
    binding = {
        "metadata": {"name": "ann-views"},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "User", "name": "ann"}],
    }

    before = bare.get(CONFIG_MAPS, headers=ANN)
    created = bare.request("POST", BINDINGS, binding, headers=MASTER)
    bound = bare.get(CONFIG_MAPS, headers=ANN)
    bare.request("DELETE", f"{BINDINGS}/ann-views", headers=MASTER)
    unbound = bare.get(CONFIG_MAPS, headers=ANN)

    assert 201 == created.status
    assert [403, 200, 403] == [before.status, bound.status, unbound.status]
