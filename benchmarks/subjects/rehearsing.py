"""Whole rehearsals: operators, API server, audit trail and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.figure import Figure, of_times
from benchmarks.registry import subject
from benchmarks.sampling import Stopwatch, repeated
from benchmarks.staging import complete, five, ours, play

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.stage import Stage

_REPEATS = 7
_SMALL_REPEATS = 20
_MANY = 30


@subject("rehearsing", order=60)
def rehearsing() -> Iterator[Figure]:
    """A whole small scenario, and remediations per second, with validation and PostgreSQL on."""
    yield from _small()
    yield from _many()


def _small() -> Iterator[Figure]:
    config = five()

    def scenario() -> None:
        play(config, lambda stage: complete(stage, 3))

    scenario()  # the first one starts PostgreSQL and imports the operators
    scenario()
    samples = repeated(scenario, _SMALL_REPEATS)
    yield of_times("rehearsing/five operators, three requests, start to end", "s", samples, target=0.3)

    def idle() -> None:
        play(config, _nothing)

    yield of_times("rehearsing/five operators up and down", "s", repeated(idle, _REPEATS))


def _many() -> Iterator[Figure]:
    watch = Stopwatch()

    async def scene(stage: Stage) -> None:
        with watch.running():
            await complete(stage, _MANY)

    for _ in range(_REPEATS):
        play(ours(), scene)
    times = of_times("", "s", watch.samples, operations=_MANY)
    assert times.cpu is not None
    yield Figure(
        name="rehearsing/remediations to Completed per second",
        unit="/s",
        best=1 / times.best,
        median=1 / times.median,
        cpu=1 / times.cpu,
        repeats=_REPEATS,
    )


async def _nothing(stage: Stage) -> None:
    """Let the operators come to rest."""
    await stage.cluster.settled()
