"""What Hypothesis draws is answered alike, too; what is not shrinks to a behaviour, which the failure prints.

The profile ``ci`` draws the same small number each time. ``CONFORMANCE_PROFILE=long`` draws anew, for minutes.
"""

import itertools
import os
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.clusters.cluster import Address

from .connections import Place
from .difference import differences
from .generated.builtin import built_in
from .generated.schemas import definitions
from .generated.scripts import customs, defined, scripts
from .generated.steps import Step, play, printed
from .memory import Memory
from .side import Side

_LONG = os.environ.get("CONFORMANCE_PROFILE") == "long"
_NUMBERS = itertools.count(1)
_SHOWN = re.compile(
    r"""Invalid value: (?:\{"(?:Spec|metadata)":.*?\}: (?=field is immutable)|"\{\\"apiVersion\\":.*?\}": )""",
    re.DOTALL,
)
"""The template of a job, which is shown as Go prints it, and what a patch left that cannot be read (names in Go's order)."""


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
@given(steps=scripts())
def test_verbs_by_several_clients(steps: list[Step], real: Address, embedded: Address, memory: Memory) -> None:
    """Sequences that nobody thought of: options, stale versions, broken bodies, in any order."""
    _compare(steps, None, real, embedded, memory)


@pytest.mark.slow
@_profile(150)
@given(steps=defined())
def test_definitions_sound_or_not(steps: list[Step], real: Address, embedded: Address, memory: Memory) -> None:
    """Whether a definition is taken, and what is said of one that is not."""
    _compare(steps, None, real, embedded, memory)


@pytest.mark.slow
@_profile(8)
@given(drawn=customs())
def test_objects_of_drawn_definitions(
    drawn: tuple[Any, list[Step]], real: Address, embedded: Address, memory: Memory
) -> None:
    """What a schema prunes, defaults and refuses. Few: the real server needs two seconds for a definition."""
    definition, steps = drawn
    _compare(steps, definition, real, embedded, memory)


@pytest.mark.slow
@_profile(150)
@given(steps=built_in())
def test_objects_of_built_in_kinds(steps: list[Step], real: Address, embedded: Address, memory: Memory) -> None:
    """What the kinds make of whatever the OpenAPI document lets one write."""
    _compare(steps, None, real, embedded, memory)


@settings(database=None, derandomize=True, max_examples=20)
@given(steps=scripts(), definition=st.none() | definitions(sound=True))
def test_a_printed_script_is_the_script(steps: list[Step], definition: Any) -> None:
    """What is printed is put into a file as it is."""
    taken: list[Any] = []
    names = {"behaviour": lambda play: play, "Side": Any, "Step": Step, "play": lambda _, *given: taken.extend(given)}
    exec(printed("found", steps, definition), names)  # noqa: S102 - that it can be run is what is tested
    names["found"](None)

    assert [steps] + ([definition] if definition is not None else []) == taken


def _compare(steps: Sequence[Step], definition: Any, real: Address, *fronts: Place) -> None:
    number = next(_NUMBERS)
    namespace = f"drawn-{os.getpid()}-{number}"
    expected, *found = (_plain(_transcript(place, namespace, steps, definition)) for place in (real, *fronts))

    different = [line for one in found for line in differences(expected, one)]

    assert not different, "\n".join(["they differ", *different, "", printed("found", steps, definition)])


def _plain(transcript: Any) -> Any:
    """Leave out of refusals what docs/limitations.md says of them: whole built-in objects are not shown alike."""
    if isinstance(transcript, dict):
        return {name: _plain(one) for name, one in transcript.items()}
    if isinstance(transcript, list):
        return [_plain(one) for one in transcript]
    return _SHOWN.sub("Invalid value: <shown>: ", transcript) if isinstance(transcript, str) else transcript


def _transcript(place: Place, namespace: str, steps: Sequence[Step], definition: Any) -> list[dict[str, Any]]:
    side = Side(place, namespace)
    try:
        side.setup("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        play(side, steps, definition)
    finally:
        side.close()
    return side.transcript
