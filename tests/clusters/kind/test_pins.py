"""What a node image is made of, and when it is made again."""

import re
from pathlib import Path

import pytest

from harness.clusters.kind import program as kind
from harness.clusters.kind.image import pins

TOOLS = Path(__file__).parents[3] / "tools"


@pytest.mark.parametrize(
    ("module", "path", "version"),
    [
        ("containerd", r"github\.com/containerd/containerd/v2", pins.CONTAINERD),
        ("coredns", r"github\.com/coredns/coredns", pins.COREDNS),
        ("kind", r"sigs\.k8s\.io/kind", kind.PINNED),
    ],
)
def test_the_named_versions_are_those_of_the_module_files(module, path, version):
    """What is told, and what images are called, must not drift apart from what is built."""
    found = re.findall(rf"{path} v(\S+)", (TOOLS / module / "go.mod").read_text())

    assert [version] == found


def test_containerd_uses_the_pause_image_that_is_in_the_node():
    """Any other would have to be pulled, and no pod would ever start."""
    configuration = (TOOLS / "kind-node/root/etc/containerd/config.toml").read_text()

    assert f"sandbox = '{pins.PAUSE}'" in configuration


def test_the_key_changes_with_any_file_of_ours(tmp_path, monkeypatch):
    """An image is made again when what it is made of changes, mode included, and at no other time."""
    for name in ("kind-node/root/kind/one", "kubernetes/go.mod", "containerd/go.mod", "coredns/go.mod"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(pins, "TOOLS", tmp_path)
    monkeypatch.setattr(pins, "NODE", tmp_path / "kind-node")
    keys = [pins.key()]
    again = pins.key()

    (tmp_path / "kind-node/root/kind/one").chmod(0o755)
    keys.append(pins.key())
    (tmp_path / "kind-node/root/kind/one").write_text("2")
    keys.append(pins.key())
    (tmp_path / "coredns/go.mod").write_text("2")
    keys.append(pins.key())

    assert keys[0] == again
    assert len(keys) == len(set(keys))
