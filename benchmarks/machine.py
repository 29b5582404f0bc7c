"""The machine that figures were taken on, as far as it matters to them; nothing that names it."""

from __future__ import annotations

import os
import platform
import time
from typing import Any

_CALIBRATION_LOOPS = 1_000_000
_QUIET = 1.05
"""Wall over CPU time up to which a core counts as our own."""


def describe() -> dict[str, Any]:
    """Return cores, system and Python."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def load() -> float:
    """Return how many processes wanted to run in the last minute, this one included."""
    return round(os.getloadavg()[0], 2)


def wait_for_quiet(patience_seconds: float) -> None:
    """Wait until nobody else has wanted the core for a second or so, at the longest as long as told."""
    end = time.monotonic() + patience_seconds
    while time.monotonic() < end and calibrate(15)["busy"] > _QUIET:
        time.sleep(1)


def calibrate(times: int = 5) -> dict[str, float]:
    """Measure the machine's speed by a loop of arithmetic that will never change.

    ``calibration_ms``: the least wall time; it compares machines. ``busy``: the median of wall over CPU time, 1.0 where nobody else wanted
    the core. Figures that were taken at another calibration or at ``busy`` 2 are no regression.
    """
    walls, ratios = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        total = 0
        for number in range(_CALIBRATION_LOOPS):
            total += number * number
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        walls.append(wall)
        ratios.append(wall / cpu)
    return {"calibration_ms": round(min(walls) * 1e3, 1), "busy": round(sorted(ratios)[len(ratios) // 2], 2)}
