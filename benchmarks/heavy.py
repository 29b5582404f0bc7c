"""Scenes with many objects or watchers, each in a process of its own: ``python -m benchmarks.heavy NAME``.

What they take of memory would stand in the way of what is measured after them. Each prints one JSON object.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.serving import resident
from benchmarks.ways import apply_definitions, asked, opened
from benchmarks.workload import REQUESTS, fingerprint, progress, remediation
from harness.apiserver import ApiServer

_MATCHING = 2_000
_STORED = (22_000, 100_000)
_LISTS = 15
_MANY = 100_000
_SECOND_KB = "q" * 1_000
_WATCHERS = 200
_WRITES = 1_000
_ROUNDS = 6
"""So many writes fill the log of events (5,000), which would pass for growth otherwise."""


def run(name: str) -> dict[str, Any]:
    """Play a scene in a fresh process; returns what it found."""
    done = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", "benchmarks.heavy", name],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _server() -> ApiServer:
    server = ApiServer(clock=lambda: datetime.now(UTC), new_uid=lambda: str(uuid.uuid4()))
    apply_definitions(server)
    return server


def listing() -> dict[str, Any]:
    """List 2,000 objects of 1 KB by a selectable field beside 20,000 others, and beside 98,000; milliseconds of each list."""
    server = _server()
    for number in range(_MATCHING):
        asked(server, "POST", REQUESTS, remediation(f"match-{number}"))
    found, others = {}, 0
    query = {"fieldSelector": f"spec.signalFingerprint={fingerprint('the same alert')}"}
    for stored in _STORED:
        while _MATCHING + others < stored:
            asked(server, "POST", REQUESTS, remediation(f"other-{others}", of=f"other {others % 500}"))
            others += 1
        times = []
        for _ in range(_LISTS):
            gc.collect()
            begun = time.perf_counter()
            body = asked(server, "GET", REQUESTS, query=query)
            times.append((time.perf_counter() - begun) * 1e3)
        if body.count(b'"uid"') != _MATCHING:
            raise RuntimeError(f"{body.count(b'uid')} objects listed instead of {_MATCHING}")
        found[f"{stored:,}"] = times
    return found


def memory() -> dict[str, Any]:
    """Store 100,000 objects of 2 KB; the memory of the whole process in MB, and the size of an object in KB."""
    server = _server()
    for number in range(_MANY):
        manifest = remediation(f"object-{number}", of=f"alert {number % 500}")
        manifest["metadata"]["annotations"]["example.org/more"] = _SECOND_KB
        body = asked(server, "POST", REQUESTS, manifest)
    gc.collect()
    return {"resident": resident(), "size": len(body) / 1024}


def fanout() -> dict[str, Any]:
    """Write 1,000 times for 200 watchers, close them, and again; events per second, and memory in MB after each round."""
    server = _server()
    asked(server, "POST", REQUESTS, remediation("watched"))
    rates, kept = [], []
    for number in range(_ROUNDS * 2):
        watchers = [opened(server, REQUESTS) for _ in range(_WATCHERS)]
        seen = [0]

        def sink(line: bytes, seen: list[int] = seen) -> None:
            seen[0] += line.count(b"\n")

        for watcher in watchers:
            watcher.attach(sink, lambda: None)
        before = seen[0]
        begun = time.perf_counter()
        for write in range(_WRITES):
            asked(server, "PATCH", f"{REQUESTS}/watched/status", progress(number * _WRITES + write))
        took = time.perf_counter() - begun
        events = seen[0] - before
        if events != _WATCHERS * _WRITES:
            raise RuntimeError(f"{events} events instead of {_WATCHERS * _WRITES}")
        for watcher in watchers:
            watcher.close()
        del watchers, watcher
        gc.collect()
        rates.append(events / took)
        kept.append(resident())
    # The log of events fills in the first rounds; from then on nothing may be kept.
    return {"rates": rates, "growth": kept[-1] - kept[_ROUNDS - 1]}


if __name__ == "__main__":
    print(json.dumps({"listing": listing, "memory": memory, "fanout": fanout}[sys.argv[1]]()))
