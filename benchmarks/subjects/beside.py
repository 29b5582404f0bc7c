"""The embedded server beside a real kube-apiserver: the same requests, the same client, in turn, in one run."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.figure import Sample, of_ratios, of_times, of_values
from benchmarks.registry import subject
from benchmarks.rivals import REAL, Rival, rivals
from benchmarks.sampling import Stopwatch
from benchmarks.subjects.watching import spans
from benchmarks.ways import Client, each
from benchmarks.workload import REQUESTS, guarded, remediation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from benchmarks.figure import Figure

_REPEATS = 7
_OPERATIONS = {1: 150, 16: 450}
"""By how many are in flight. With 16 client and server work at the same time; a kernel takes some milliseconds until it has given each a core of its own."""
_WATCHED_WRITES = 200
_APPLY = "application/apply-patch+yaml"
_JSON_PATCH = "application/json-patch+json"

VERBS = ("create", "update", "status patch", "get", "JSON patch", "apply")


@subject("beside", order=15)
def beside() -> Iterator[Figure]:
    """Every verb on the embedded server and on a real kube-apiserver, over TLS, with full validation; and the ratio of both."""
    with rivals() as pair:
        yield from _starts(pair)
        for in_flight in (1, 16):
            watches = {one.name: {verb: Stopwatch(elsewhere=one.cpu) for verb in VERBS} for one in pair}
            asyncio.run(_verbs(pair, in_flight, watches))
            yield from _compared(pair, in_flight, watches)
        yield from _events(pair, asyncio.run(_watched(pair)))


def _starts(pair: Sequence[Rival]) -> Iterator[Figure]:
    ours, real = pair
    yield of_values(f"beside/ready/{ours.name}", "ms", [ours.start_s * 1e3])
    yield of_values(f"beside/ready/{real.name}", "ms", [real.start_s * 1e3])
    yield of_values(f"beside/memory when ready/{ours.name}", "MB", [ours.memory_mb], target=30)
    yield of_values(f"beside/memory when ready/{real.name} and etcd", "MB", [real.memory_mb])


async def _verbs(pair: Sequence[Rival], in_flight: int, watches: Mapping[str, Mapping[str, Stopwatch]]) -> None:
    """Do every verb on both, one right after the other and in turn, so that a machine that slows down does it to both."""
    async with contextlib.AsyncExitStack() as stack:
        clients = {one.name: await stack.enter_async_context(one.client()) for one in pair}
        for repeat in range(-1, _REPEATS):  # the first round warms up
            rounds = {name: _Round(client, f"of-{in_flight}-{repeat + 1}") for name, client in clients.items()}
            for verb in VERBS:
                for one in pair if repeat % 2 else reversed(pair):
                    for other in pair:
                        await other.at_rest()
                    watch = watches[one.name][verb] if repeat >= 0 else Stopwatch()
                    with watch.running():
                        await each(_OPERATIONS[in_flight], in_flight, rounds[one.name].verb(verb))


class _Round:
    """Objects of one round on one server, and what is done to them. Writes carry the version that they were made of."""

    def __init__(self, client: Client, prefix: str) -> None:
        self._client, self._prefix = client, prefix
        self._seen: dict[int, dict[str, Any]] = {}

    def verb(self, name: str) -> Callable[[int], Awaitable[None]]:
        return {
            "create": self._create,
            "update": self._update,
            "status patch": self._patch_status,
            "get": self._get,
            "JSON patch": self._json_patch,
            "apply": self._apply,
        }[name]

    def _path(self, number: int) -> str:
        return f"{REQUESTS}/{self._prefix}-{number}"

    async def _create(self, number: int) -> None:
        name = f"{self._prefix}-{number}"
        self._seen[number] = orjson.loads(await self._client.send("POST", REQUESTS, remediation(name, of=name)))

    async def _update(self, number: int) -> None:
        seen = self._seen[number]
        metadata = {**seen["metadata"], "labels": {"example.org/step": "updated"}}
        found = await self._client.send("PUT", self._path(number), {**seen, "metadata": metadata})
        self._seen[number] = orjson.loads(found)

    async def _patch_status(self, number: int) -> None:
        change = guarded(number, self._seen[number]["metadata"]["resourceVersion"])
        await self._client.send("PATCH", f"{self._path(number)}/status", change)

    async def _get(self, number: int) -> None:
        await self._client.send("GET", self._path(number))

    async def _json_patch(self, number: int) -> None:
        change = [{"op": "replace", "path": "/metadata/labels/example.org~1step", "value": "patched"}]
        await self._client.send("PATCH", self._path(number), change, content=_JSON_PATCH)

    async def _apply(self, number: int) -> None:
        name = f"{self._prefix}-{number}"
        wanted = remediation(name, of=name)
        wanted["metadata"]["labels"] = {"example.org/applied": "yes"}
        query = {"fieldManager": "applier", "force": "true"}
        await self._client.send("PATCH", self._path(number), wanted, query=query, content=_APPLY)


def _compared(
    pair: Sequence[Rival], in_flight: int, watches: Mapping[str, Mapping[str, Stopwatch]]
) -> Iterator[Figure]:
    for verb in VERBS:
        name = f"beside/{verb}, {in_flight} in flight/{{}}"
        samples = [watches[one.name][verb].samples for one in pair]
        for one, measured in zip(pair, samples, strict=True):
            yield of_times(name.format(one.name), "µs", measured, operations=_OPERATIONS[in_flight])
        yield of_ratios(name.format("ratio"), *samples, target=2)


async def _watched(pair: Sequence[Rival]) -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = {one.name: [] for one in pair}
    async with contextlib.AsyncExitStack() as stack:
        clients = {one.name: await stack.enter_async_context(one.client()) for one in pair}
        for client in clients.values():
            await client.send("POST", REQUESTS, remediation("watched"))
        for repeat in range(_REPEATS + 1):
            for one in pair if repeat % 2 else reversed(pair):
                for other in pair:
                    await other.at_rest()
                name, client = one.name, clients[one.name]
                first = repeat * _WATCHED_WRITES
                measured = await spans(client, first=first, count=_WATCHED_WRITES, name="watched")
                if repeat:  # the first round warms up
                    found[name].append(measured)
    return found


def _events(pair: Sequence[Rival], found: Mapping[str, Sequence[Sequence[float]]]) -> Iterator[Figure]:
    middles = []
    for one in pair:
        cuts = [statistics.quantiles(measured, n=100) for measured in found[one.name]]
        target = None if one.name == REAL else 1000
        name = f"beside/write to event, {{}}/{one.name}"
        middles.append([Sample(cut[49], 0) for cut in cuts])
        yield of_values(name.format("p50"), "µs", [cut[49] * 1e6 for cut in cuts], target=target)
        yield of_values(name.format("p99"), "µs", [cut[98] * 1e6 for cut in cuts])
    yield of_ratios("beside/write to event, p50/ratio", *middles, target=2)
