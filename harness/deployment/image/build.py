"""The image, under a tag that follows from what is in it: who has the tag has the content, and nothing is built twice."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.cluster import ClusterError
from harness.clusters.kind.engine import Engine
from harness.deployment.image.base import base_image
from harness.deployment.image.packages import install, python_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.config import Image

_EPOCH: Final = 1767225600
"""Every file's time of change, 2026-01-01: the same content makes the same layers."""

_KEPT: Final = frozenset({".py", ".rego", ".yaml", ".json", ".mako", ".ini", ".gz", ".typed"})
"""Endings of the files that a package consists of; the rest is what running it left behind."""


@dataclass(frozen=True, slots=True)
class Built:
    """An image.

    :ivar name: with the tag of its content.
    :ivar fresh: whether it was built just now.
    """

    name: str
    fresh: bool


def build(image: Image, *, say: Callable[[str], None]) -> Built:
    """Build an image, unless there is one of this content; it is tagged ``dev`` as well.

    :raises ClusterError: something that it takes is missing, or refused; the message says what.
    """
    engine = Engine.chosen()
    base = os.environ.get("IMAGE_BASE") or base_image(engine, say=say)
    name = f"{image.name}:{tag(image, base=_pulled(engine, base))}"
    if fresh := not engine.image(name):
        with tempfile.TemporaryDirectory(prefix="image-") as scratch:
            context = Path(scratch)
            say("installing the packages of the image")
            install(
                context / "packages" / "app" / "site-packages",
                requirements=image.requirements,
                python=python_of(engine, base),
            )
            for package in image.packages:
                for file in _files(package):
                    target = context / "own" / "app" / package.name / file.relative_to(package)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, target)
            shutil.copyfile(image.dockerfile, context / "Dockerfile")
            _settle(context)
            say(f"building {name} on {base}")
            # No network: what it needs is in the context.
            arguments = [f"--build-arg=BASE={base}", f"--build-arg=EPOCH={_EPOCH}"]
            engine.run("build", "--quiet", "--network=none", *arguments, f"--tag={name}", str(context))
    engine.run("tag", name, f"{image.name}:dev")
    return Built(name, fresh=fresh)


def tag(image: Image, *, base: str) -> str:
    """Return a digest of everything that goes into an image.

    :param base: the id of the image that it is built on.
    """
    digest = hashlib.sha256(base.encode())
    for file in (image.dockerfile, image.requirements):
        digest.update(file.read_bytes())
    for package in image.packages:
        for file in _files(package):
            digest.update(f"{package.name}/{file.relative_to(package)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _pulled(engine: Engine, image: str) -> str:
    """Return the id of an image, which is pulled if it is not there."""
    if not engine.image(image):
        engine.run("pull", "--quiet", image)
    return engine.image(image)


def _files(package: Path) -> Iterator[Path]:
    if not package.is_dir():
        raise ClusterError(f"{package}: no such package; [tool.harness.image] packages names what goes into the image")
    yield from sorted(file for file in package.rglob("*") if file.is_file() and file.suffix in _KEPT)


def _settle(context: Path) -> None:
    """Give every file the same time and the rights that a stranger needs to read it."""
    for path in (context, *context.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            os.utime(path, (_EPOCH, _EPOCH))
