"""The verbs that operators use most, each in every way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.figure import of_times
from benchmarks.registry import subject
from benchmarks.sampling import Stopwatch
from benchmarks.ways import CORE, HTTP, HTTP_16, MEMORY, Asked, Way, each
from benchmarks.workload import REQUESTS, progress, remediation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from benchmarks.figure import Figure

_REPEATS = 7
_OPERATIONS = 300
"""Per repeat: as many objects as operators of a busy cluster handle in a minute."""

VERBS = ("create", "status merge patch", "get")


@subject("verbs", order=10)
def verbs() -> Iterator[Figure]:
    """Create, status merge patch and get of one object of 1 KB, with schema and CEL validation."""
    for way in (CORE, MEMORY, HTTP, HTTP_16):
        yield from _measured(way)


def _measured(way: Way) -> Iterator[Figure]:
    watches: dict[str, Stopwatch] = {}

    async def scene(client: Asked, elsewhere: Callable[[], float]) -> None:
        watches.update({verb: Stopwatch(elsewhere=elsewhere) for verb in VERBS})
        await _round(client, way, "warm-up", {verb: Stopwatch() for verb in VERBS})
        for repeat in range(_REPEATS):
            await _round(client, way, f"round-{repeat}", watches)

    way.play(scene)
    for verb in VERBS:
        yield of_times(f"verbs/{verb}/{way.name}", "µs", watches[verb].samples, operations=_OPERATIONS)


async def _round(client: Asked, way: Way, name: str, watches: dict[str, Stopwatch]) -> None:
    def create(number: int) -> Awaitable[bytes]:
        return client.send("POST", REQUESTS, remediation(f"{name}-{number}", of=f"{name}-{number}"))

    def patch(number: int) -> Awaitable[bytes]:
        return client.send("PATCH", f"{REQUESTS}/{name}-{number}/status", progress(number))

    def get(number: int) -> Awaitable[bytes]:
        return client.send("GET", f"{REQUESTS}/{name}-{number}")

    for verb, one in zip(VERBS, (create, patch, get), strict=True):
        with watches[verb].running():
            await each(_OPERATIONS, way.in_flight, one)
