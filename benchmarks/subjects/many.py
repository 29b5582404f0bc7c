"""Many objects and many watchers, on the core, each scene in a process of its own."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks import heavy
from benchmarks.figure import Figure, of_values
from benchmarks.registry import subject

if TYPE_CHECKING:
    from collections.abc import Iterator


@subject("many", order=25)
def many() -> Iterator[Figure]:
    """A list by selectable field among 22,000 and 100,000 objects, the memory of 100,000, and 200 watchers of 1,000 writes."""
    for stored, times in heavy.run("listing").items():
        yield of_values(f"many/2,000 of 1 KB by fingerprint, {stored} stored", "ms", times, target=5)
    kept = heavy.run("memory")
    yield of_values("many/100,000 objects, size of one", "KB", [kept["size"]])
    yield of_values("many/100,000 objects, memory of the process", "MB", [kept["resident"]], target=600)
    found = heavy.run("fanout")
    rates = found["rates"]
    yield Figure(
        name="many/events to 200 watchers of 1,000 writes",
        unit="/s",
        best=max(rates),
        median=statistics.median(rates),
        cpu=None,
        repeats=len(rates),
    )
    yield of_values("many/growth after six more rounds of them", "MB", [max(0.0, found["growth"])], target=5)
