"""What Hypothesis draws is answered alike, too; what is not shrinks to a behaviour, which the failure prints.

The profile ``ci`` draws the same small number each time. ``CONFORMANCE_PROFILE=long`` draws anew, for minutes; `survey` does so for
hours, and goes on after the first difference.
"""

import itertools
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.clusters.cluster import Address

from .generated.comparing import compare
from .generated.drawn import DRAWN
from .generated.steps import Script, Step, printed
from .memory import Memory

_LONG = os.environ.get("CONFORMANCE_PROFILE") == "long"
_NUMBERS = itertools.count(1)


def _profile(examples: int) -> Any:
    return settings(
        max_examples=examples * (20 if _LONG else 1),
        derandomize=not _LONG,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@_profile(100)
@given(script=DRAWN["verbs"].scripts)
def test_verbs_by_several_clients(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    """Sequences that nobody thought of: options, stale versions, broken bodies, in any order."""
    _compare(script, real, embedded, memory)


@pytest.mark.slow
@_profile(150)
@given(script=DRAWN["definitions"].scripts)
def test_definitions_sound_or_not(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    """Whether a definition is taken, and what is said of one that is not."""
    _compare(script, real, embedded, memory)


@pytest.mark.slow
@_profile(8)
@given(script=DRAWN["customs"].scripts)
def test_objects_of_drawn_definitions(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    """What a schema prunes, defaults and refuses. Few: the real server needs two seconds for a definition."""
    _compare(script, real, embedded, memory)


@pytest.mark.slow
@_profile(150)
@given(script=DRAWN["built_in"].scripts)
def test_objects_of_built_in_kinds(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    """What the kinds make of whatever the OpenAPI document lets one write."""
    _compare(script, real, embedded, memory)


@pytest.mark.slow
@_profile(80)
@given(script=DRAWN["lives"].scripts)
def test_lives_of_built_in_objects(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    """What becomes of objects of the kinds of Kubernetes that are changed in whatever way."""
    _compare(script, real, embedded, memory)


@pytest.mark.parametrize("name", ["verbs", "customs", "lives"])
@settings(database=None, deadline=None, derandomize=True, max_examples=20)
@given(data=st.data())
def test_a_printed_script_is_the_script(name: str, data: st.DataObject) -> None:
    """What is printed is put into a file as it is."""
    script = data.draw(DRAWN[name].scripts)
    taken: list[Any] = []
    names = {"behaviour": lambda play: play, "Side": Any, "Step": Step, "play": lambda _, *given: taken.extend(given)}
    exec(printed("found", script), names)  # noqa: S102 - that it can be run is what is tested
    names["found"](None)

    assert [list(script.steps)] + ([script.definition] if script.definition else []) == taken


def _compare(script: Script, real: Address, embedded: Address, memory: Memory) -> None:
    different = compare(script, f"drawn-{os.getpid()}-{next(_NUMBERS)}", real, embedded, memory)

    assert not different, "\n".join(["they differ", *different, "", printed("found", script)])
