"""What it takes to have a server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from benchmarks.figure import of_values
from benchmarks.registry import subject
from benchmarks.serving import Served, served
from benchmarks.workload import REQUESTS, remediation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.figure import Figure

_REPEATS = 5
_OBJECTS = 2_000


@subject("starting", order=40)
def starting() -> Iterator[Figure]:
    """Start a server and apply crds/, each time in a fresh process that has imported everything; and its memory."""
    hellos: list[dict[str, Any]] = []
    full: list[float] = []
    for _ in range(_REPEATS):
        with served() as server:
            hellos.append(server.hello)
            if len(full) < 2:  # filling takes seconds
                full.append(_filled(server))
    yield of_values("starting/server on a port", "ms", [one["start_ms"] for one in hellos], target=50)
    yield of_values("starting/… and the six CRDs applied", "ms", [one["start_ms"] + one["crds_ms"] for one in hellos])
    yield of_values("starting/memory of the imports", "MB", [one["imported"] for one in hellos])
    added = [one["started"] - one["imported"] for one in hellos]
    yield of_values("starting/memory of the server", "MB", added, target=30)
    yield of_values(
        "starting/… and the six CRDs applied, memory", "MB", [one["ready"] - one["imported"] for one in hellos]
    )
    yield of_values("starting/… and 2,000 objects of 1 KB, memory", "MB", full)


def _filled(server: Served) -> float:
    async def fill() -> None:
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(headers=headers) as session:
            for number in range(_OBJECTS):
                body = orjson.dumps(remediation(f"object-{number}"))
                async with session.post(server.hello["url"] + REQUESTS, data=body) as reply:
                    reply.raise_for_status()

    asyncio.run(fill())
    return float(server.memory() - server.hello["imported"])
