"""What is laid over Debian to make a node: our files as they stand in ``tools/kind-node/root``, the programs, the images."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Final

from harness.clusters.envtest.pinned import KUBERNETES
from harness.clusters.kind.image import pins

if TYPE_CHECKING:
    from pathlib import Path

    from harness.clusters.kind.image.programs import Programs

IMAGES: Final = "kind/images.tar"
"""Where the control plane's images lie until they are in containerd's store."""

LOAD: Final = "/usr/local/lib/kind-node/load-images"
"""The program that puts them there."""

MASKED: Final = (
    # consoles, logins, devices, kernel modules, what mounts on the host's /sys, timers of a system that lives for long
    "getty.target", "systemd-logind.service", "systemd-udevd.service", "systemd-udevd-control.socket", "systemd-udevd-kernel.socket",
    "systemd-modules-load.service", "modprobe@.service", "kmod-static-nodes.service", "systemd-remount-fs.service",
    "dev-hugepages.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount",
    "sys-fs-fuse-connections.mount", "systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount", "systemd-sysctl.service",
    "systemd-random-seed.service", "systemd-update-utmp.service", "systemd-update-utmp-runlevel.service", "systemd-pstore.service",
    "systemd-firstboot.service", "systemd-resolved.service", "systemd-networkd.service", "apt-daily.timer",
    "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer", "dpkg-db-backup.timer",
)  # fmt: skip
"""Units of Debian that a node does without: they would wait for, or change, what belongs to the host."""

_PLACES: Final = {
    "usr/bin": ("kubeadm", "kubelet", "kubectl"),
    "usr/local/bin": ("containerd", "containerd-shim-runc-v2", "ctr", "crictl"),
}


def write(archive: Path, programs: Programs, images: Path) -> None:
    """Write all of it as one tar file.

    :param images: the archive of the control plane's.
    """
    ours = pins.NODE / "root"
    with tarfile.open(archive, "w") as tar:
        for file in sorted(ours.rglob("*")):
            if file.is_symlink() or file.is_file():
                tar.add(file, str(file.relative_to(ours)), filter=_roots)
        for folder, names in _PLACES.items():
            for name in names:
                tar.add(programs[name], f"{folder}/{name}", filter=_roots)
        tar.add(images, IMAGES, filter=_roots)
        _link(tar, "opt/cni/bin", "/usr/lib/cni")
        for unit in MASKED:
            _link(tar, f"etc/systemd/system/{unit}", "/dev/null")
        _file(tar, "kind/version", f"v{KUBERNETES}\n")


def _roots(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644  # whatever the checkout's umask was
    return entry


def _link(tar: tarfile.TarFile, name: str, target: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    tar.addfile(entry)


def _file(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text), 0o644
    tar.addfile(entry, io.BytesIO(text.encode()))
