"""The virtual clock by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.figure import of_times
from benchmarks.registry import subject
from benchmarks.sampling import repeated
from harness.simulation.clock import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.figure import Figure

_SLEEPS = 10_000


@subject("clock", order=50)
def clock() -> Iterator[Figure]:
    """10,000 sleeps, one after the other and all at once."""

    async def in_turn() -> None:
        for _ in range(_SLEEPS):
            await asyncio.sleep(1)

    async def at_once() -> None:
        await asyncio.gather(*(asyncio.sleep(number) for number in range(_SLEEPS)))

    yield of_times("clock/10,000 sleeps in turn", "ms", repeated(lambda: run(in_turn()), 7))
    yield of_times("clock/10,000 sleeps at once", "ms", repeated(lambda: run(at_once()), 7))
