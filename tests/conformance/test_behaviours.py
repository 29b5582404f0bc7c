"""The embedded server answers as kube-apiserver does.

Each behaviour is played on the real server and on ours behind both of its fronts, in a namespace of its own; statuses, headers,
bodies and events are compared after masking (`masking`). Skipped where there is no real server (``make envtest`` builds one).
"""

from collections import Counter
from typing import Any

import pytest

from harness.clusters.cluster import Address

from .connections import Place
from .difference import differences
from .hooks import Hooks
from .memory import Memory
from .script import Behaviour, behaviours
from .side import Side

BEHAVIOURS = behaviours()


def _each(*, controllers: bool = False, forgetful: bool = False) -> pytest.MarkDecorator:
    found = [one for one in BEHAVIOURS if (one.controllers, one.forgetful) == (controllers, forgetful)]
    return pytest.mark.parametrize("behaviour", found, ids=lambda one: f"{one.area}-{one.name}".replace("_", "-"))


@pytest.mark.slow
@_each()
def test_all_answer_alike(
    behaviour: Behaviour, real: Address, embedded: Address, memory: Memory, hooks: Hooks, request: pytest.FixtureRequest
) -> None:
    """What a client can see is the same, or the embedded server is a bad impression of the real one."""
    _compare(behaviour, real, embedded, memory, hooks, request)


@pytest.mark.slow
@_each(controllers=True)
def test_all_come_to_the_same_end(
    behaviour: Behaviour,
    governed: Address,
    governed_embedded: Address,
    governed_memory: Memory,
    hooks: Hooks,
    request: pytest.FixtureRequest,
) -> None:
    """What controllers do of themselves is the same, for each object by itself; or a rehearsal ends otherwise than the show."""
    _compare(behaviour, governed, governed_embedded, governed_memory, hooks, request)


@pytest.mark.slow
@_each(forgetful=True)
def test_all_forget_alike(
    behaviour: Behaviour,
    forgetful: Address,
    forgetful_embedded: Address,
    forgetful_memory: Memory,
    hooks: Hooks,
    request: pytest.FixtureRequest,
) -> None:
    """What has been compacted away cannot be read, continued or resumed from; clients live by how they are told."""
    _compare(behaviour, forgetful, forgetful_embedded, forgetful_memory, hooks, request)


def _compare(
    behaviour: Behaviour, real: Address, embedded: Address, memory: Memory, hooks: Hooks, request: pytest.FixtureRequest
) -> None:
    if behaviour.differs:
        request.applymarker(pytest.mark.xfail(reason=behaviour.differs, strict=True))
    expected = transcript(behaviour, real, hooks)
    found = {"http": transcript(behaviour, embedded, hooks)}
    if not behaviour.sockets:
        found["memory"] = transcript(behaviour, memory, hooks)

    different = {front: list(differences(expected, one)) for front, one in found.items()}

    assert not any(different.values()), "\n".join(
        f"over {front} it differs\n" + "\n".join(lines) for front, lines in different.items() if lines
    )


def transcript(behaviour: Behaviour, place: Place, hooks: Hooks) -> list[dict[str, Any]]:
    """Play a behaviour on one server."""
    hooks.forget()
    side = Side(place, behaviour.namespace, hooks)
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
