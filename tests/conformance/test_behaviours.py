"""The embedded server answers as kube-apiserver does.

Each behaviour is played on both servers, in a namespace of its own; statuses, headers, bodies and events are compared after masking
(`masking`). Skipped where there is no real server (``make envtest`` builds one). `KNOWN` lists where the two differ; one that stops
differing fails here, so that the list stays true.
"""

from typing import Any

import pytest

from harness.clusters.cluster import Address

from .behaviours import BEHAVIOURS, Behaviour
from .side import Side

KNOWN: dict[str, str] = {}
"""By behaviour: in what the embedded server differs. Each has its line in docs/limitations.md."""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda one: one.__name__.replace("_", "-"))
def test_both_servers_answer_alike(
    behaviour: Behaviour, real: Address, embedded: Address, request: pytest.FixtureRequest
) -> None:
    """What a client can see is the same, or the embedded server is a bad impression of the real one."""
    name = behaviour.__name__
    if name in KNOWN:
        request.applymarker(pytest.mark.xfail(reason=KNOWN[name], strict=True))
    expected, found = (transcript(behaviour, address) for address in (real, embedded))

    assert expected == found


def transcript(behaviour: Behaviour, address: Address) -> list[dict[str, Any]]:
    """Play a behaviour on one server."""
    namespace = behaviour.__name__.replace("_", "-")[:60]
    side = Side(address, namespace)
    try:
        side.setup("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        behaviour(side)
    finally:
        side.close()
    return side.transcript


def test_known_differences_are_those_of_behaviours() -> None:
    """A renamed behaviour must not leave an excuse behind."""
    assert set(KNOWN) <= {one.__name__ for one in BEHAVIOURS}
