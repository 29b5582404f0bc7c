"""From a write to the event that tells of it."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import TYPE_CHECKING

from benchmarks.figure import of_values
from benchmarks.registry import subject
from benchmarks.ways import CORE, HTTP, MEMORY, Asked, Way
from benchmarks.workload import REQUESTS, progress, remediation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.figure import Figure

_REPEATS = 7
_WRITES = 200
_wall = time.perf_counter  # real, also where a virtual clock is in force


@subject("watching", order=30)
def watching() -> Iterator[Figure]:
    """From sending a status patch to the arrival of its watch event at the client, in real time."""
    for way in (CORE, MEMORY, HTTP):
        yield from _measured(way)


def _measured(way: Way) -> Iterator[Figure]:
    middles: list[float] = []
    tails: list[float] = []

    async def scene(client: Asked, _: Callable[[], float]) -> None:
        await client.send("POST", REQUESTS, remediation("watched"))
        for repeat in range(_REPEATS + 1):
            found = await spans(client, first=repeat * _WRITES, count=_WRITES)
            if repeat:  # the first round warms up
                cuts = statistics.quantiles(found, n=100)
                middles.append(cuts[49] * 1e6)
                tails.append(cuts[98] * 1e6)

    way.play(scene)
    yield of_values(f"watching/write to event, p50/{way.name}", "µs", middles)
    yield of_values(f"watching/write to event, p99/{way.name}", "µs", tails)


async def spans(client: Asked, *, first: int, count: int, name: str = "") -> list[float]:
    """Write ``count`` times to the object ``watched``, and return the seconds from each write to its event.

    :param name: of the one object that is watched, where others are there, too.
    """
    arrivals: asyncio.Queue[float] = asyncio.Queue()
    close = await client.watch(REQUESTS, lambda: arrivals.put_nowait(_wall()), name=name)
    await arrivals.get()  # the object as it stands
    found = []
    for number in range(first, first + count):
        sent = _wall()
        writing = asyncio.ensure_future(client.send("PATCH", f"{REQUESTS}/watched/status", progress(number)))
        found.append(await arrivals.get() - sent)
        await writing
    close()
    return found
