"""All parts, made an image: Debian is imported, the rest laid over it, the control plane's images put into containerd's store.

The last step runs in a container of the image to be, privileged, for containerd; it starts no container itself.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.kind.errors import KindError
from harness.clusters.kind.image import archive, overlay, pins

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.kind.engine import Engine
    from harness.clusters.kind.image.debian import Debian
    from harness.clusters.kind.image.programs import Programs

_ENTRYPOINT: Final = ["/usr/local/bin/entrypoint", "/sbin/init"]


def made(engine: Engine) -> str:
    """Return the key of the image there is; empty for none."""
    if not engine.there("image", "inspect", pins.IMAGE):
        return ""
    return engine.run("image", "inspect", "--format", f'{{{{index .Config.Labels "{pins.LABEL}"}}}}', pins.IMAGE)


def assemble(engine: Engine, *, debian: Debian, programs: Programs, show: Callable[[str], None]) -> None:
    """Make the image.

    :raises KindError: the engine refuses; nothing is left of what was begun.
    """
    with tempfile.TemporaryDirectory(prefix=".image-", dir=pins.home()) as scratch:
        images, over = Path(scratch) / "images.tar", Path(scratch) / "overlay.tar"
        show("node image: packing the control plane's images")
        archive.write(images, archive.of_a_control_plane(programs, debian))
        overlay.write(over, programs, images)
        images.unlink()
        show("node image: importing Debian")
        with debian.system.open("rb") as system:
            base = engine.run("import", "--change", "ENV container=docker", "-", stdin=system)
        container, older = "", _id(engine)
        try:
            container = engine.run("create", "--privileged", "--entrypoint", overlay.LOAD, base, f"/{overlay.IMAGES}")
            show("node image: laying programs and images over it")
            with over.open("rb") as stream:
                engine.run("cp", "-", f"{container}:/", stdin=stream)
            _fill(engine, container)
            show("node image: committing")
            engine.run(
                *("commit", "--change", f"ENTRYPOINT {json.dumps(_ENTRYPOINT)}", "--change", "CMD []"),
                *("--change", f'LABEL {pins.LABEL}="{pins.key()}"', container, pins.IMAGE),
            )
        finally:
            if container:
                engine.run("rm", "--force", "--volumes", container)
            _forget(engine, base)  # unless it has become the parent of an image, with which it goes
    if older:
        _forget(engine, older)  # unless a cluster is made of it


def _forget(engine: Engine, image: str) -> None:
    with contextlib.suppress(KindError):
        engine.run("rmi", image)


def _id(engine: Engine) -> str:
    """Return the id of the image there is; empty for none."""
    found = engine.there("image", "inspect", pins.IMAGE)
    return engine.run("image", "inspect", "--format", "{{.Id}}", pins.IMAGE) if found else ""


def _fill(engine: Engine, container: str) -> None:
    engine.run("start", container)
    code = engine.run("wait", container)
    if code != "0":
        last = engine.run("logs", "--tail", "3", container)
        raise KindError(
            f"containerd did not take the control plane's images (exit code {code}): {last}; see docs/kind.md for hosts "
            f"without CAP_SYS_RESOURCE"
        )
