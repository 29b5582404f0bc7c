"""The embedded server answers as kube-apiserver does.

Each behaviour is played on both servers, in a namespace of its own; statuses, headers, bodies and events are compared after masking
(`masking`). Skipped where there is no real server (``make envtest`` builds one).
"""

from collections import Counter
from typing import Any

import pytest

from harness.clusters.cluster import Address

from .difference import differences
from .hooks import Hooks
from .script import Behaviour, behaviours
from .side import Side

BEHAVIOURS = behaviours()


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda one: f"{one.area}-{one.name}".replace("_", "-"))
def test_both_servers_answer_alike(
    behaviour: Behaviour, real: Address, embedded: Address, hooks: Hooks, request: pytest.FixtureRequest
) -> None:
    """What a client can see is the same, or the embedded server is a bad impression of the real one."""
    if behaviour.differs:
        request.applymarker(pytest.mark.xfail(reason=behaviour.differs, strict=True))
    expected, found = (transcript(behaviour, address, hooks) for address in (real, embedded))

    different = list(differences(expected, found))

    assert not different, "\n".join(["the two differ", *different])


def transcript(behaviour: Behaviour, address: Address, hooks: Hooks) -> list[dict[str, Any]]:
    """Play a behaviour on one server."""
    hooks.forget()
    side = Side(address, behaviour.namespace, hooks)
    try:
        side.setup(
            "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": side.namespace}}
        )
        behaviour.play(side)
    finally:
        side.close()
    return side.transcript


def test_each_behaviour_has_a_namespace_of_its_own() -> None:
    """Two that share one would see each other's objects."""
    twice = [name for name, count in Counter(one.namespace for one in BEHAVIOURS).items() if count > 1]

    assert [] == twice
