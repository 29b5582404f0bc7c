"""What the mode of authorization decides."""

import pytest

from harness.apiserver import ServerSettings, User

from .fronts import ManualClock, core_front
from .samples import CONFIG_MAPS

TOKENS = {"open": User("ann")}
ANN = {"authorization": "Bearer open"}


def test_always_allow_lets_everybody_with_a_token_do_everything() -> None:
    """And nobody without one: as in kube-apiserver, there is no anonymous user then."""
    with core_front(ManualClock(), ServerSettings(tokens=TOKENS, authorization="AlwaysAllow")) as api:
        assert 200 == api.get(CONFIG_MAPS, headers=ANN).status
        assert 401 == api.get(CONFIG_MAPS).status
        assert 401 == api.get("/readyz").status


def test_without_tokens_everybody_is_an_administrator() -> None:
    """Scenarios and `harness serve --no-tls` need no tokens."""
    with core_front(ManualClock(), ServerSettings()) as api:
        assert 200 == api.get(CONFIG_MAPS).status
        assert 200 == api.get(CONFIG_MAPS, headers={"authorization": "Bearer whatever"}).status


def test_rbac_can_be_asked_for_without_tokens() -> None:
    """Service accounts alone can get in then."""
    with core_front(ManualClock(), ServerSettings(authorization="RBAC")) as api:
        assert 403 == api.get(CONFIG_MAPS).status


def test_an_unknown_mode_is_refused() -> None:
    """At once, not at the first request."""
    with (
        pytest.raises(ValueError, match="expected one of AlwaysAllow, RBAC"),
        core_front(ManualClock(), ServerSettings(authorization="ABAC")),
    ):
        pass
