"""Where the CPU time of a guarded status patch in memory goes: ``python -m benchmarks.profile``.

A signal after each half millisecond of CPU time notes which function runs, so that nothing is slower for being measured; what C code
takes is counted with the function that called it. The table is that of docs/performance.md.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.ways import MEMORY, Asked
from benchmarks.workload import REQUESTS, guarded, remediation

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_ROUNDS = 30
_OPERATIONS = 300
_INTERVAL_S = 0.0005
_ROOT = str(Path(__file__).parent.parent) + os.sep

_SERVER = "harness/apiserver/"
_PARTS = (
    ("ownership of fields", (_SERVER + "managed/", _SERVER + "typed/")),
    ("validation", (_SERVER + "schema/", _SERVER + "formats")),
    ("decoding and patching", tuple(_SERVER + one for one in ("codec/", "patches/", "bodies", "jsontext"))),
    ("storing and telling", tuple(_SERVER + one for one in ("store/", "watch", "subscription", "collectors/"))),
    ("the verb", tuple(_SERVER + one for one in ("verbs/", "metadata", "resources/", "cluster", "quota/"))),
    ("the way to it and back: access, routes, admission, metrics", (_SERVER,)),
    ("the simulation", ("harness/simulation/", "harness/history/")),
    ("aiohttp and yarl", ("aiohttp/", "yarl/")),
    ("asyncio", ("asyncio/",)),
    ("this benchmark", ("benchmarks/",)),
)
_REST = "the rest: making named tuples and dataclasses, weak references, contexts"


class _Samples:
    """Counts which function ran at each tick."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.rounds_s: list[float] = []
        self._begun = 0.0

    def note(self, number: int, frame: FrameType | None) -> None:
        del number
        if frame is not None:
            self.files[frame.f_code.co_filename] += 1

    def begin(self) -> None:
        self._begun = time.process_time()
        signal.signal(signal.SIGPROF, self.note)
        signal.setitimer(signal.ITIMER_PROF, _INTERVAL_S, _INTERVAL_S)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.rounds_s.append(time.process_time() - self._begun)

    def parts(self) -> Counter[str]:
        """Return the samples of each part of the way."""
        found: Counter[str] = Counter()
        for file, count in self.files.items():
            found[_part(file)] += count
        return found


def _part(file: str) -> str:
    name = file.removeprefix(_ROOT).rpartition("site-packages/")[2]
    if "/asyncio/" in name:
        name = "asyncio/"
    return next((part for part, starts in _PARTS if name.startswith(starts)), _REST)


def _scene(samples: _Samples) -> Callable[[Asked, Callable[[], float]], Any]:
    async def scene(client: Asked, elsewhere: Callable[[], float]) -> None:
        del elsewhere
        for repeat in range(_ROUNDS):
            names = [f"round-{repeat}-{number}" for number in range(_OPERATIONS)]
            made = [await client.send("POST", REQUESTS, remediation(name, of=name)) for name in names]
            patches = [
                (f"{REQUESTS}/{name}/status", guarded(number, orjson.loads(body)["metadata"]["resourceVersion"]))
                for number, (name, body) in enumerate(zip(names, made, strict=True))
            ]
            if repeat:  # the first round warms up
                samples.begin()
            for path, body in patches:
                await client.send("PATCH", path, body)
            if repeat:
                samples.end()

    return scene


def main() -> None:
    """Measure, and print a table."""
    samples = _Samples()
    MEMORY.play(_scene(samples))
    parts, total = samples.parts(), sum(samples.files.values())
    each_us = min(samples.rounds_s) / _OPERATIONS * 1e6
    print("| part | share | of the fastest round, each |\n|---|---:|---:|")
    for part, count in parts.most_common():
        print(f"| {part} | {count / total:.0%} | {count / total * each_us:.0f} µs |")
    print(f"| all of it | 100% | {each_us:.0f} µs |")


if __name__ == "__main__":
    main()
