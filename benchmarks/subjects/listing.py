"""A list by fingerprint: what routing asks before each admission."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import orjson

from benchmarks.figure import of_times, of_values
from benchmarks.registry import subject
from benchmarks.sampling import Stopwatch
from benchmarks.ways import CORE, HTTP, HTTP_16, MEMORY, Asked, Way, each
from benchmarks.workload import REQUESTS, fingerprint, remediation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.figure import Figure

_MATCHING = 2_000
_OTHERS = 20_000
_REPEATS = 7
_LISTS = 8
"""Per repeat and request in flight."""


@subject("listing", order=20)
def listing() -> Iterator[Figure]:
    """List 2,000 objects of 1 KB by fingerprint; 20,000 others beside them must not cost anything."""
    for way in (CORE, MEMORY, HTTP, HTTP_16):
        yield from _measured(way)
    yield from _measured(CORE, others=_OTHERS)


def _measured(way: Way, *, others: int = 0) -> Iterator[Figure]:
    watch = Stopwatch()
    sizes: list[float] = []

    async def scene(client: Asked, elsewhere: Callable[[], float]) -> None:
        nonlocal watch
        watch = Stopwatch(elsewhere=elsewhere)
        await each(_MATCHING, way.in_flight, lambda n: client.send("POST", REQUESTS, remediation(f"match-{n}")))
        await each(
            others,
            way.in_flight,
            lambda n: client.send("POST", REQUESTS, remediation(f"other-{n}", of=f"other {n % 500}")),
        )
        query = {"fieldSelector": f"spec.signalFingerprint={fingerprint('the same alert')}"}
        ask = functools.partial(client.send, "GET", REQUESTS, query=query)
        found = await ask()
        items = orjson.loads(found)["items"]
        if len(items) != _MATCHING:
            raise RuntimeError(f"{len(items)} objects listed instead of {_MATCHING}")
        sizes.append(len(found) / _MATCHING / 1024)
        for _ in range(_REPEATS):
            with watch.running():
                await each(_LISTS * way.in_flight, way.in_flight, lambda _: ask())

    way.play(scene)
    beside = f" beside {others:,} others" if others else ""
    lists = _LISTS * way.in_flight
    yield of_times(f"listing/2,000 by fingerprint{beside}/{way.name}", "ms", watch.samples, operations=lists)
    if way is CORE and not others:
        yield of_values("listing/size of one object", "KB", sizes)
