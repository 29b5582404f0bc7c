"""What a target of the Makefile is in Python: work that says what stands in its way in one line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable


def run(name: str, work: Callable[[], object]) -> int:
    """Do what ``make NAME`` is for; returns the exit code: 0 done, 2 something stood in the way, 130 interrupted."""
    try:
        work()
    except ClusterError as error:
        print(f"make {name}: {error}", file=sys.stderr)  # noqa: T201  a command's output
        return 2
    except KeyboardInterrupt:
        return 130
    return 0
