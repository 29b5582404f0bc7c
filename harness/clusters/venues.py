"""The clusters that scenarios run on, by name, and where the real ones come from.

A real cluster needs two functions: ``check()`` looks whether there is what it takes, and says what will run; ``venue()`` is a
context manager that gives a `real.venue.Venue`. The modules are imported when they are asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from harness.clusters.real.venue import Venue

EMBEDDED: Final = "embedded"

_REAL: Final = {"envtest": "harness.clusters.envtest.venue"}

_PLANNED: Final = ("kind",)

NAMES: Final = (EMBEDDED, *_REAL, *_PLANNED)


def is_real(name: str) -> bool:
    """Whether a cluster has real time."""
    return name != EMBEDDED


def check(name: str) -> str:
    """Look whether scenarios can run on a cluster, before any does; returns what it is, for people.

    :raises ClusterError: there is no such cluster, or it lacks something; the message says what to do.
    """
    if name not in NAMES:
        raise ClusterError(f"unknown; there are: {', '.join(NAMES)}")
    if name in _PLANNED:
        raise ClusterError(f"not built yet (docs/limitations.md); use {' or '.join((EMBEDDED, *_REAL))}")
    return str(_module(name).check()) if is_real(name) else ""


def venue(name: str) -> AbstractContextManager[Venue]:
    """Provide the server of a real cluster while the block runs.

    :raises ClusterError: it does not start.
    """
    found: AbstractContextManager[Venue] = _module(name).venue()
    return found


def _module(name: str) -> Any:
    return importlib.import_module(_REAL[name])
