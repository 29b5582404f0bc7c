"""Operators at rest: what a span of virtual time costs in which nothing happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.figure import of_times, of_values
from benchmarks.registry import subject
from benchmarks.sampling import Stopwatch
from benchmarks.staging import complete, example, ours, play
from harness.tenants import Tenants

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from benchmarks.figure import Figure
    from harness.config import Config
    from harness.stage import Stage

_REPEATS = 7
_HOUR, _DAY = 3600.0, 86400.0


@subject("resting", order=70)
def resting() -> Iterator[Figure]:
    """An hour and a day of virtual time at rest, with finished objects in the cluster; and the requests sent meanwhile."""
    yield from _at_rest("the example's operator, an hour", example(), _expired_grant, span=_HOUR, target=5)
    yield from _at_rest("the example's operator, a day", example(), _expired_grant, span=_DAY, target=200)
    # Our other operators are there, too: the orchestrator needs them to finish something. What is measured is all of them.
    yield from _at_rest("the orchestrator and its company, an hour", ours(), _finished, span=_HOUR, target=40)


def _at_rest(
    name: str, config: Config, before: Callable[[Stage], Awaitable[object]], *, span: float, target: float
) -> Iterator[Figure]:
    watch = Stopwatch()
    messages: list[float] = []

    async def scene(stage: Stage) -> None:
        await before(stage)
        await stage.cluster.settled()
        seen = len(stage.simulation.tape.messages)
        with watch.running():
            await asyncio.sleep(span)
        messages.append(len(stage.simulation.tape.messages) - seen)

    for _ in range(_REPEATS):
        play(config, scene)
    yield of_times(f"resting/{name}", "ms", watch.samples, target=target)
    yield of_values(f"resting/{name}, messages", "", messages, target=0)


async def _finished(stage: Stage) -> None:
    await complete(stage, 3)


async def _expired_grant(stage: Stage) -> None:
    (tenant,) = await Tenants(stage.cluster)("tenant")
    granted = await stage.cluster.create(
        {
            "apiVersion": "example.org/v1",
            "kind": "AccessGrant",
            "metadata": {"name": "for-ada"},
            "spec": {"user": "ada", "minutes": 60},
        },
        namespace=tenant,
    )
    await stage.cluster.history.of(granted).reaches("Expired")
