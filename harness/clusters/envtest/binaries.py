"""Finds the programs of a control plane.

In this order: ``KUBEBUILDER_ASSETS``, a person's word, which is followed or refused but never passed over; what ``make envtest``
has built, which is complete and of the pinned version; the newest version in setup-envtest's folder. Assets of setup-envtest hold
no kube-controller-manager: a cluster on them deletes no namespace and collects no garbage.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters.envtest.errors import BinariesError
from harness.clusters.envtest.pinned import built

if TYPE_CHECKING:
    from collections.abc import Mapping

ETCD: Final = "etcd"
API_SERVER: Final = "kube-apiserver"
CONTROLLER_MANAGER: Final = "kube-controller-manager"

_ASSETS: Final = "KUBEBUILDER_ASSETS"


@dataclass(frozen=True, slots=True)
class Binaries:
    """Where the programs are.

    :ivar controller_manager: ``None`` where there is none; see `missing`.
    :ivar source: where they come from, for people: ``make envtest``, ``KUBEBUILDER_ASSETS``, ``setup-envtest``.
    """

    etcd: Path
    api_server: Path
    controller_manager: Path | None
    source: str

    @property
    def missing(self) -> str:
        """Say what a cluster of these lacks, in one line; empty for nothing."""
        if self.controller_manager is not None:
            return ""
        return (
            f"{self.source} has no {CONTROLLER_MANAGER}: namespaces are never deleted, garbage is not collected; "
            f"`make envtest` builds one"
        )


def find(environ: Mapping[str, str] = os.environ) -> Binaries:
    """Find the programs.

    :raises BinariesError: there are none; the message says where they were looked for.
    """
    if assets := environ.get(_ASSETS):
        return _required(Path(assets))
    for folder, source in ((built(environ), "make envtest"), (_newest(_setup_envtest(environ)), "setup-envtest")):
        if folder is not None and (found := _in(folder, source)) is not None:
            return found
    raise BinariesError(
        f"no kube-apiserver and etcd: run `make envtest` (once; Go, minutes, 5 GB), or set {_ASSETS}; "
        f"looked in {built(environ)} and {_setup_envtest(environ)}"
    )


def _required(folder: Path) -> Binaries:
    if (found := _in(folder, _ASSETS)) is None:
        absent = " and ".join(name for name in (ETCD, API_SERVER) if not _runs(folder / name))
        raise BinariesError(f"{_ASSETS}={folder}: holds no executable {absent}; unset it, or run `make envtest`")
    return found


def _in(folder: Path, source: str) -> Binaries | None:
    if not (_runs(folder / ETCD) and _runs(folder / API_SERVER)):
        return None
    manager = folder / CONTROLLER_MANAGER
    return Binaries(folder / ETCD, folder / API_SERVER, manager if _runs(manager) else None, source)


def _runs(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def _setup_envtest(environ: Mapping[str, str]) -> Path:
    """Return the folder in which setup-envtest keeps a folder per version, as its documentation gives it."""
    home = Path("~").expanduser()
    if sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "kubebuilder-envtest" / "k8s"


def _newest(folder: Path) -> Path | None:
    """Return the folder of the newest version; they are called ``1.36.0-linux-amd64``."""
    versions = {
        tuple(map(int, match.groups())): one
        for one in (folder.iterdir() if folder.is_dir() else ())
        if (match := re.match(r"(\d+)\.(\d+)\.(\d+)-", one.name)) and _in(one, "")
    }
    return versions[max(versions)] if versions else None
