"""The control plane's images in one file, in the format of ``docker save``: one layer each, the same bytes for the same programs."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.clusters.envtest.binaries import API_SERVER, CONTROLLER_MANAGER, ETCD
from harness.clusters.envtest.pinned import KUBERNETES
from harness.clusters.kind.image import pins
from harness.clusters.kind.image.programs import architecture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.clusters.kind.image.debian import Debian
    from harness.clusters.kind.image.programs import Programs

_EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Image:
    """One image.

    :ivar name: with its tag.
    :ivar program: what it is for.
    :ivar path: where the program lies in it.
    :ivar base: a tar file of what else is in it.
    """

    name: str
    program: Path
    path: str
    base: Path | None = None


def of_a_control_plane(programs: Programs, debian: Debian) -> list[Image]:
    """Return what kubeadm and the kubelet ask for, under the names they ask by."""
    of_kubernetes = (API_SERVER, CONTROLLER_MANAGER, "kube-scheduler")
    return [
        *(
            Image(f"registry.k8s.io/{one}:v{KUBERNETES}", programs[one], f"usr/local/bin/{one}")
            for one in of_kubernetes
        ),
        Image(
            f"registry.k8s.io/kube-proxy:v{KUBERNETES}",
            programs["kube-proxy"],
            "usr/local/bin/kube-proxy",
            base=debian.iptables,
        ),
        Image(f"registry.k8s.io/etcd:{pins.ETCD_TAG}", programs[ETCD], "usr/local/bin/etcd"),
        Image(f"registry.k8s.io/coredns/coredns:v{pins.COREDNS}", programs["coredns"], "coredns"),
        Image(pins.PAUSE, programs["pause"], "pause"),
    ]


def write(archive: Path, images: Iterable[Image]) -> None:
    """Write images to a file."""
    manifest = []
    with tarfile.open(archive, "w") as tar, tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        for image in images:
            layer = Path(scratch) / "layer.tar"
            _write_layer(layer, image)
            digest = _sha256(layer)
            config = json.dumps(_config(image, digest)).encode()
            config_name = f"{hashlib.sha256(config).hexdigest()}.json"
            tar.add(layer, f"{digest}/layer.tar", filter=_plain)
            _add(tar, config_name, config)
            manifest.append({"Config": config_name, "RepoTags": [image.name], "Layers": [f"{digest}/layer.tar"]})
        _add(tar, "manifest.json", json.dumps(manifest).encode())


def _write_layer(layer: Path, image: Image) -> None:
    if image.base is None:
        tarfile.open(layer, "w").close()
    else:
        shutil.copyfile(image.base, layer)
    with tarfile.open(layer, "a") as tar:
        tar.add(image.program, image.path, filter=_plain)


def _config(image: Image, digest: str) -> dict[str, Any]:
    return {
        "architecture": architecture(),
        "os": "linux",
        "created": _EPOCH,
        "config": {
            "Entrypoint": [f"/{image.path}"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        "history": [{"created": _EPOCH, "created_by": "make kind-node-image"}],
    }


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take owner and time away: they say where and when it was built."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
