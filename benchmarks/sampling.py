"""Measuring: wall and CPU time of a piece of work, often enough."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.figure import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Bound before any virtual clock replaces what it may: these two stay real.
_wall, _cpu = time.perf_counter, time.process_time


class Stopwatch:
    """Collects samples.

        watch = Stopwatch()
        with watch.running():
            work()

    :param elsewhere: CPU seconds so far of another process that takes part; added to our own.
    """

    def __init__(self, *, elsewhere: Callable[[], float] = lambda: 0.0) -> None:
        self.samples: list[Sample] = []
        self._elsewhere = elsewhere

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the body. Garbage of before is collected before."""
        gc.collect()
        there = self._elsewhere()
        cpu, wall = _cpu(), _wall()
        yield
        wall, cpu = _wall() - wall, _cpu() - cpu
        self.samples.append(Sample(wall, cpu + self._elsewhere() - there))


def repeated(work: Callable[[], object], times: int) -> list[Sample]:
    """Measure ``work`` so many times."""
    watch = Stopwatch()
    for _ in range(times):
        with watch.running():
            work()
    return watch.samples
