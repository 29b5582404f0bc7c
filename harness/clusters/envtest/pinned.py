"""The versions that ``make envtest`` builds, and where they are kept. ``tools/*/go.mod`` say the same; a test compares them."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KUBERNETES: Final = "1.36.3"

ETCD: Final = "3.6.13"
"""From 3.6 on the API server can ask for progress notifications, without which it sends no bookmarks."""

CACHE_VARIABLE: Final = "HARNESS_CACHE"
"""Names the folder for what is made once and used by every later run."""


def cache(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the harness's cache folder: HARNESS_CACHE, or one below the user's cache folder (XDG Base Directory)."""
    if own := environ.get(CACHE_VARIABLE):
        return Path(own).absolute()
    base = environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if Path(base).is_absolute() else Path("~/.cache").expanduser()  # relative ones are to be ignored
    return root / "controller-rehearsal"


def built(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the programs that ``make envtest`` builds for this machine."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return cache(environ) / "envtest" / f"kubernetes-{KUBERNETES}-etcd-{ETCD}-{sys.platform}-{machine}"
