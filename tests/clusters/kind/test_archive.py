"""The control plane's images in one file: what ``ctr images import`` reads."""

import hashlib
import json
import os
import tarfile

from harness.clusters.kind.image.archive import Image, write


def image(tmp_path, name="registry.example/one:1", **options):
    program = tmp_path / "one"
    program.write_bytes(b"a program")
    program.chmod(0o755)
    return Image(name, program, "usr/local/bin/one", **options)


def test_an_image_has_one_layer_whose_digest_is_that_of_its_bytes(tmp_path):
    """It is checked when it is loaded, and an archive that does not fit is refused."""
    write(tmp_path / "archive.tar", [image(tmp_path)])

    with tarfile.open(tmp_path / "archive.tar") as tar:
        (entry,) = json.load(tar.extractfile("manifest.json"))
        config = tar.extractfile(entry["Config"]).read()
        (layer,) = (tar.extractfile(one).read() for one in entry["Layers"])
    assert ["registry.example/one:1"] == entry["RepoTags"]
    assert [f"sha256:{hashlib.sha256(layer).hexdigest()}"] == json.loads(config)["rootfs"]["diff_ids"]
    assert f"{hashlib.sha256(config).hexdigest()}.json" == entry["Config"]
    assert ["/usr/local/bin/one"] == json.loads(config)["config"]["Entrypoint"]


def test_the_same_programs_make_the_same_bytes(tmp_path):
    """Neither when nor by whom they were built gets into an image."""
    write(tmp_path / "first.tar", [image(tmp_path)])
    os.utime(tmp_path / "one", (1, 1))
    write(tmp_path / "second.tar", [image(tmp_path)])

    assert (tmp_path / "first.tar").read_bytes() == (tmp_path / "second.tar").read_bytes()


def test_what_a_program_needs_lies_in_the_same_layer(tmp_path):
    """kube-proxy calls iptables."""
    (tmp_path / "iptables").write_text("rules")
    with tarfile.open(tmp_path / "base.tar", "w") as base:
        base.add(tmp_path / "iptables", "usr/sbin/iptables")
    write(tmp_path / "archive.tar", [image(tmp_path, base=tmp_path / "base.tar")])

    with tarfile.open(tmp_path / "archive.tar") as tar:
        (entry,) = json.load(tar.extractfile("manifest.json"))
        with tarfile.open(fileobj=tar.extractfile(entry["Layers"][0])) as layer:
            names = layer.getnames()
    assert ["usr/sbin/iptables", "usr/local/bin/one"] == names
