"""The embedded server answers as kube-apiserver does.

Each behaviour is played on both servers, in a namespace of its own; statuses, headers, bodies and events are compared after masking
(`masking`). Skipped where there is no real server (``make envtest`` builds one). `KNOWN` lists where the two differ; one that stops
differing fails here, so that the list stays true.
"""

from typing import Any

import pytest

from harness.clusters.cluster import Address

from .behaviours import BEHAVIOURS, Behaviour
from .difference import differences
from .side import Side

_MEDIA = "media types: JSON alone is taken and given"
_FIELDS = "fieldsV1: not computed, so that an empty one is not left out either"
_REFUSALS = "definitions: refused for the same reasons, in other words and from other paths"

KNOWN: dict[str, str] = {
    "create_of_another_kind_than_the_paths": "warnings: of unknown fields, under a version that does not exist",
    "an_unknown_content_type": _MEDIA,
    "an_unacceptable_accept": _MEDIA,
    "a_patch_of_the_wrong_content_type": _MEDIA,
    "a_required_field_is_missing": _FIELDS,
    "lists_of_a_custom_and_a_built_in_kind": f"built-in kinds: without a schema nothing empty is left out; {_FIELDS}",
    "values_of_the_wrong_type": "warnings: of unknown fields, in a value of the wrong type",
    "a_bad_continue_token": "continue: another token, so another reason why one is unreadable",
    "a_table": "tables: includeObject is not looked at",
    "definitions_that_are_refused": _REFUSALS,
    "a_definition_whose_rule_does_not_compile": _REFUSALS,
    "verbs_that_a_path_does_not_know": "odd paths: 405 where the real server takes a POST to an object's own path",
}
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

    different = list(differences(expected, found))

    assert not different, "\n".join(["the two differ", *different])


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
