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

KIND: Final = "kind"

_REAL: Final = {"envtest": "harness.clusters.envtest.venue", KIND: "harness.clusters.kind.venue"}

NAMES: Final = (EMBEDDED, *_REAL)


def is_real(name: str) -> bool:
    """Whether a cluster has real time."""
    return name != EMBEDDED


def check(name: str, *, context: str = "") -> str:
    """Look whether scenarios can run on a cluster, before any does; returns what it is, for people.

    :param context: of a person's kubeconfig, to play on a cluster that we did not make; for kind alone.
    :raises ClusterError: there is no such cluster, or it lacks something; the message says what to do.
    """
    if name not in NAMES:
        raise ClusterError(f"unknown; there are: {', '.join(NAMES)}")
    if context and name != KIND:
        raise ClusterError(f"--context goes with --cluster {KIND}")
    return str(_module(name).check(*_given(context))) if is_real(name) else ""


def venue(name: str, *, context: str = "") -> AbstractContextManager[Venue]:
    """Provide the server of a real cluster while the block runs.

    :raises ClusterError: it does not start.
    """
    found: AbstractContextManager[Venue] = _module(name).venue(*_given(context))
    return found


def _given(context: str) -> tuple[str, ...]:
    return (context,) if context else ()


def _module(name: str) -> Any:
    return importlib.import_module(_REAL[name])
