"""The programs in a node: those of ``make envtest``, and what a node needs beside them."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.clusters.envtest import build
from harness.clusters.envtest.build import Builder, Target, of_kubernetes
from harness.clusters.envtest.pinned import KUBERNETES, built
from harness.clusters.kind.image import pins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CONTAINERD: Final = "github.com/containerd/containerd/v2/cmd"
_VERSION_OF_CONTAINERD: Final = f"github.com/containerd/containerd/v2/version.Version=v{pins.CONTAINERD}"

_TARGETS: Final = (
    *(of_kubernetes(name) for name in ("kubeadm", "kubelet", "kubectl", "kube-scheduler", "kube-proxy")),
    *(
        Target(name, "containerd", f"{_CONTAINERD}/{name}", (_VERSION_OF_CONTAINERD,))
        for name in ("containerd", "containerd-shim-runc-v2", "ctr")
    ),
    Target("coredns", "coredns", "github.com/coredns/coredns"),
    Target("crictl", "kubernetes", "./crictl"),
    Target("pause", "kubernetes", "./pause"),
)


@dataclass(frozen=True, slots=True)
class Programs:
    """Where each one is, by name."""

    paths: Mapping[str, Path]

    def __getitem__(self, name: str) -> Path:
        return self.paths[name]


def programs(*, say: Callable[[str], None], show: Callable[[str], None]) -> Programs:
    """Return all programs, built if need be.

    :raises BinariesError: Go or room is missing, or a build failed.
    """
    shared = Builder(built(), say=say, show=show, ready="").build(build.TARGETS)
    folder = pins.home() / f"programs-{pins.programs_key()}"
    own = Builder(
        folder,
        say=say,
        show=show,
        intent=f"building a node's programs (Kubernetes {KUBERNETES}, containerd {pins.CONTAINERD}, CoreDNS {pins.COREDNS}) "
        f"with Go: once, 5 to 10 minutes on two cores, 2 GB to download",
        ready="",
    ).build(_TARGETS)
    return Programs({one.name: one for one in (*shared, *own)})


def architecture() -> str:
    """Return how images name this machine's processor."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
