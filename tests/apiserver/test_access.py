"""Tokens: with any configured, nobody gets in without one."""

import pytest

from harness.apiserver import ServerSettings, User

from .fronts import Api
from .samples import CONFIG_MAPS


@pytest.fixture
def settings() -> ServerSettings:
    """A server with one token."""
    return ServerSettings(tokens={"sesame": User("ann")})


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic sesame"}])
def test_without_a_known_token_a_request_is_401(bare: Api, headers: dict[str, str]) -> None:
    """Kopf runs its login handlers again on this answer."""
    answer = bare.get(CONFIG_MAPS, headers=headers)

    assert (401, "Unauthorized", "Unauthorized") == (answer.status, answer.json["reason"], answer.json["message"])
    assert "details" not in answer.json


def test_the_holder_of_a_token_gets_in(bare: Api) -> None:
    """The scheme's case does not matter."""
    assert 200 == bare.get(CONFIG_MAPS, headers={"authorization": "bearer sesame"}).status


def test_health_needs_no_token(bare: Api) -> None:
    """Probes have none."""
    assert 200 == bare.get("/readyz").status
