"""A base image with Python and nothing else, out of Debian's packages: for machines that reach no image registry.

Where a registry can be reached, any image with Python 3.11 or newer does as well: ``IMAGE_BASE=python:3.13-slim make images``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.cluster import ClusterError
from harness.clusters.kind.debootstrap import bootstrap, missing, pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.kind.engine import Engine

RELEASE: Final = "bookworm"
_PACKAGES: Final = ("python3", "ca-certificates")
NAME: Final = f"controller-rehearsal/python:debian-{RELEASE}"


def base_image(engine: Engine, *, say: Callable[[str], None]) -> str:
    """Return the name of the base image, made if need be.

    :raises ClusterError: debootstrap or the rights for it are missing, or it failed; the message says what to do.
    """
    if engine.image(NAME):
        return NAME
    if problem := missing():
        raise ClusterError(
            f"{problem}; or name an image that has Python 3.11 or newer: IMAGE_BASE=python:3.13-slim make images"
        )
    say(f"making a base image out of Debian {RELEASE} (a minute)")
    with tempfile.TemporaryDirectory(prefix="base-image-") as scratch:
        root, archive = Path(scratch) / "root", Path(scratch) / "root.tar"
        bootstrap(root, RELEASE, _PACKAGES)
        pack(root, archive)
        engine.run("import", str(archive), NAME)
    return NAME
