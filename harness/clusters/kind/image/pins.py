"""The versions in a node image, what it is called, and the key that tells whether one is of these.

Versions of programs are pinned by ``tools/*/go.mod`` with checksums; the ones here are names that kubeadm expects, and a test compares
the two. Debian is the current state of a release: a new key, not a new day, makes a new root file system.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from harness.clusters.envtest.build import TOOLS
from harness.clusters.envtest.pinned import ETCD, KUBERNETES, cache

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

IMAGE: Final = f"controller-rehearsal/kind-node:v{KUBERNETES}"

LABEL: Final = "controller-rehearsal.pins"
"""Of the image: the key it was made for."""

CONTAINERD: Final = "2.4.2"

COREDNS: Final = "1.14.2"
"""What kubeadm of this Kubernetes installs."""

ETCD_TAG: Final = "3.6.8-0"
"""What kubeadm calls etcd's image. The program in it is the later patch release that `make envtest` builds."""

PAUSE: Final = "registry.k8s.io/pause:3.10.2"

RELEASE: Final = "bookworm"

PACKAGES: Final = (
    "systemd", "systemd-sysv", "dbus", "runc", "iptables", "nftables", "iproute2", "conntrack", "ethtool", "socat", "mount", "kmod",
    "procps", "ipset", "ebtables", "jq", "curl", "ca-certificates", "containernetworking-plugins", "libseccomp2",
)  # fmt: skip
"""Beside Debian's minimal base. kubeadm looks for some of them, containerd for runc, the network unit for the plugins."""

_FORMAT: Final = 2
"""Counts changes of how the parts are put together."""

NODE: Final = TOOLS / "kind-node"
"""What is ours in the image."""


def key() -> str:
    """Return what an image of these pins is marked with."""
    return _digest((NODE, *_go()), _FORMAT, KUBERNETES, ETCD, CONTAINERD, COREDNS, ETCD_TAG, PAUSE, debian_key())


def programs_key() -> str:
    """Return what the folder of the programs is called by."""
    return _digest(_go(), KUBERNETES)


def debian_key() -> str:
    """Return what the root file system is called by."""
    return _digest((), RELEASE, *PACKAGES)


def home() -> Path:
    """Return the folder where the parts are kept."""
    return cache() / "kind-node"


def _go() -> tuple[Path, ...]:
    of_kubernetes = [TOOLS / "kubernetes" / one for one in ("go.mod", "go.sum", "crictl", "pause")]
    return (*of_kubernetes, TOOLS / "containerd", TOOLS / "coredns")


def _digest(sources: Iterable[Path], *words: object) -> str:
    found = hashlib.sha256(repr(words).encode())
    for source in sources:
        for file in sorted([source, *source.rglob("*")]):
            if file.is_symlink():
                content = str(file.readlink()).encode()
            elif file.is_file():
                content = file.read_bytes()
            else:
                continue
            found.update(f"{file.relative_to(TOOLS)} {file.lstat().st_mode & 0o111} {len(content)} ".encode() + content)
    return found.hexdigest()[:12]
