"""The program ``kind``: the user's own, or the one that ``make kind`` builds."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters import makefile
from harness.clusters.envtest.build import Builder, Target, say, show
from harness.clusters.envtest.pinned import cache
from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from collections.abc import Mapping

PINNED: Final = "0.33.0"
"""What ``make kind`` builds; ``tools/kind/go.mod`` says the same."""

_OLDEST: Final = (0, 32)
"""The first that configures kubeadm in the way that Kubernetes 1.36 wants it."""

_HOW: Final = "run `make kind` (Go, a minute), or install it: kind.sigs.k8s.io/docs/user/quick-start"

_TARGET: Final = Target("kind", "kind", "sigs.k8s.io/kind")

_ROOM: Final = 2**28
"""Bytes: 40 MB of modules, 11 MB of program, and what is compiled on the way."""


def find(environ: Mapping[str, str] = os.environ) -> Path:
    """Find kind: on the PATH, where it is new enough, else what ``make kind`` has built.

    :raises KindError: there is none, or the one there is is too old.
    """
    users = shutil.which("kind", path=environ.get("PATH"))
    version = _version(users) if users else None
    if users and version is not None and version >= _OLDEST:
        return Path(users)
    own = built(environ) / "kind"
    if own.exists():
        return own
    if users:
        found = ".".join(map(str, version)) if version else "none that it tells"
        raise KindError(f"{users} is too old: version {found}, needs {'.'.join(map(str, _OLDEST))}; {_HOW}")
    raise KindError(f"no kind: {_HOW}")


def built(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder in which ``make kind`` puts it."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return cache(environ) / "kind" / f"kind-{PINNED}-{sys.platform}-{machine}"


def _version(program: str) -> tuple[int, ...] | None:
    try:
        said = subprocess.run([program, "version"], capture_output=True, text=True, check=False, timeout=30).stdout  # noqa: S603  kind
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, match.groups())) if match else None


def make() -> None:
    """Build the pinned one, as ``make kind`` does.

    :raises ClusterError: something stands in the way; the message says what to do.
    """
    intent = f"building kind {PINNED} with Go: once, a minute"
    Builder(built(), say=say, show=show, room=_ROOM, intent=intent, ready="ready: make kind-up").build([_TARGET])


if __name__ == "__main__":
    sys.exit(makefile.run("kind", make))
