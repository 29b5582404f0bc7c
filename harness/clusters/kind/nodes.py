"""The containers that a cluster is made of, and their network, as the engine shows them."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from harness.clusters.kind.engine import Engine

_LABEL: Final = "io.x-k8s.kind.cluster"
"""By which kind knows its nodes."""

_NETWORK: Final = "KIND_EXPERIMENTAL_DOCKER_NETWORK"
"""Names another network than ``kind``, to kind as to us."""

_ROOM: Final = 2 * 2**30
"""Bytes: what a node of ours writes while it starts, and as much again for images and objects."""


def nodes(engine: Engine, cluster: str) -> tuple[str, ...]:
    """Return the ids of a cluster's containers, running or not."""
    found = engine.run("ps", "--all", "--no-trunc", "--quiet", "--filter", f"label={_LABEL}={cluster}")
    return tuple(sorted(found.split()))


def start(engine: Engine, ids: tuple[str, ...]) -> None:
    """Start the containers that do not run: the machine was started anew, say."""
    engine.run("start", *ids)


def remove(engine: Engine, ids: tuple[str, ...]) -> None:
    """Remove containers with all that is theirs."""
    if ids:
        engine.run("rm", "--force", "--volumes", *ids)


def has_network(engine: Engine) -> bool:
    """Whether there is the network that kind puts its nodes on."""
    return engine.there("network", "inspect", _network())


def remove_network(engine: Engine) -> None:
    """Remove it, unless somebody else is on it."""
    with contextlib.suppress(KindError):  # another cluster's nodes are on it: theirs by now
        engine.run("network", "rm", _network())


def check_room(engine: Engine) -> None:
    """Look whether a node fits on the disk.

    :raises KindError: it does not.
    """
    where = "{{.DockerRootDir}}" if engine.name == "docker" else "{{.Store.GraphRoot}}"
    folder = Path(engine.run("info", "--format", where))
    if not folder.is_dir():
        return  # on another machine, or in a virtual one
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        raise KindError(
            f"needs {_ROOM / 2**30:.0f} GB free in {folder}, found {free / 2**30:.1f}: make room ({engine.name} system df, "
            f"{engine.name} system prune)"
        )


def _network() -> str:
    return os.environ.get(_NETWORK) or "kind"
