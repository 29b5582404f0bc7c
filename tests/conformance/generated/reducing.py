"""Smaller scripts of the same class of difference: Hypothesis shrinks what it drew, this what a survey has found."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from .steps import Step

Holds = Callable[[list[Step]], bool]


def reduced(steps: Sequence[Step], holds: Holds, *, tries: int) -> list[Step]:
    """Return the script without whatever can go while it ``holds``; at most so many ``tries`` are played."""
    best = list(steps)
    found = True
    while found:
        found = False
        for smaller in _smaller(best):
            if tries == 0:
                return best
            tries -= 1
            if holds(smaller):
                best, found = smaller, True
                break
    return best


def _smaller(steps: list[Step]) -> Iterator[list[Step]]:
    """Yield scripts with something less: a step, a parameter, a part of a body; what is large first."""
    if len(steps) > 1:
        for index in reversed(range(len(steps))):
            yield steps[:index] + steps[index + 1 :]
    for index, step in enumerate(steps):
        for name in step.query:
            query = {key: value for key, value in step.query.items() if key != name}
            yield [*steps[:index], replace(step, query=query), *steps[index + 1 :]]
        for body in _less(step.body):
            yield [*steps[:index], replace(step, body=body), *steps[index + 1 :]]


def _less(value: Any) -> Iterator[Any]:
    inside = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, _ in inside:
        yield _without(value, key)
    for key, one in inside:
        for less in _less(one):
            copied = value.copy()
            copied[key] = less
            yield copied


def _without(value: Any, key: Any) -> Any:
    copied = value.copy()
    del copied[key]
    return copied
