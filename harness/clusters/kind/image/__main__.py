"""``make kind-node-image``."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

from harness.clusters import makefile
from harness.clusters.envtest.build import say, show
from harness.clusters.kind.engine import Engine
from harness.clusters.kind.image import pins
from harness.clusters.kind.image.assembly import assemble, made
from harness.clusters.kind.image.debian import debian
from harness.clusters.kind.image.programs import programs

if TYPE_CHECKING:
    from pathlib import Path


def make() -> None:
    """Make what is missing.

    :raises ClusterError: something stands in the way; the message says what to do.
    """
    engine, start = Engine(), time.monotonic()
    engine.check()
    if made(engine) == pins.key():
        say(f"already made: {pins.IMAGE}")
        return
    system = debian(say=say, show=show)
    parts = programs(say=say, show=show)
    begun = time.monotonic()
    assemble(engine, debian=system, programs=parts, show=show)
    size = int(engine.run("image", "inspect", "--format", "{{.Size}}", pins.IMAGE)) / 2**20
    _forget_older(keep={system.system.parent, parts["kubelet"].parent})
    say(f"node image: assembled in {time.monotonic() - begun:.0f} s")
    say(f"ready: {pins.IMAGE} ({size:.0f} MB) after {time.monotonic() - start:.0f} s; make kind-up uses it")


def _forget_older(keep: set[Path]) -> None:
    for folder in pins.home().iterdir():
        if folder not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Make what is missing; returns the exit code."""
    return makefile.run("kind-node-image", make)


if __name__ == "__main__":
    sys.exit(main())
