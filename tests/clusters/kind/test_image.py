"""``make kind-node-image``: what it refuses, and what it does not do twice. Docker is a script here."""

import os
import tarfile
from collections import defaultdict

import pytest

from harness.clusters.kind.engine import Engine
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.image import __main__ as command
from harness.clusters.kind.image import pins
from harness.clusters.kind.image.assembly import assemble
from harness.clusters.kind.image.debian import Debian, debian
from harness.clusters.kind.image.programs import Programs


def test_an_image_of_these_pins_is_not_made_again(only, program, capfd):
    """It takes minutes, root, Go and a network; a second run needs none of them."""
    program("docker", f'case "$*" in *Labels*) echo {pins.key()} ;; esac')

    assert 0 == command.main()
    assert f"already made: {pins.IMAGE}\n" == capfd.readouterr().out


def test_without_docker_one_line_says_what_to_install(only, capfd):
    """The first thing that is looked for: all else is in vain without it."""
    assert 2 == command.main()

    told = capfd.readouterr().err
    assert told.startswith("make kind-node-image: cannot run docker")
    assert "apt-get install docker.io" in told


def test_a_root_file_system_is_refused_to_everybody_but_root(only, monkeypatch):
    """That program would say so, too, after fetching its first packages."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(KindError, match=r"as root .*; then sudo -E make kind-node-root"):
        debian(say=print, show=print)


def test_without_debootstrap_one_line_says_what_to_install(only, monkeypatch):
    """Not a traceback."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(KindError, match=r"no debootstrap: .*apt-get install debootstrap"):
        debian(say=print, show=print)


def test_what_root_made_belongs_to_the_person_behind_sudo(only, program, monkeypatch, tmp_path):
    """It lies in that person's cache, and is that person's to remove."""
    given = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.append((path.name, user, group)))
    monkeypatch.setenv("SUDO_UID", "1000")
    monkeypatch.setenv("SUDO_GID", "100")
    program("debootstrap", 'mkdir -p "$4/usr/sbin"')
    program("chroot")
    debian(say=print, show=print)

    assert {
        ("parts", 1000, 100),
        ("system.tar", 1000, 100),
        ("iptables.tar", 1000, 100),
        ("kind-node", 1000, 100),
    } == set(given)
    (made,) = (tmp_path / "cache" / "kind-node").iterdir()
    assert {"system.tar", "iptables.tar"} == {one.name for one in made.iterdir()}


def test_a_debootstrap_that_fails_leaves_nothing_and_repeats_its_last_words(only, program, monkeypatch, tmp_path):
    """A mirror that cannot be reached, most of the time."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program("debootstrap", 'echo "I: Retrieving"; echo "E: Failed getting release file"; exit 1')

    with pytest.raises(KindError, match=r"debootstrap failed: E: Failed getting release file; DEBIAN_MIRROR names"):
        debian(say=print, show=print)
    assert not list((tmp_path / "cache" / "kind-node").iterdir())


ENGINE = r"""
echo "$*" >> {calls}
case "$1 $2" in
  "image inspect") case "$*" in *Id*) echo the-one-before ;; esac ;;
  import*) cat > /dev/null; echo the-base ;;
  create*) echo the-container ;;
  cp*) cat > /dev/null ;;
  wait*) echo {code} ;;
esac
"""


@pytest.fixture
def assembled(only, program, tmp_path):
    """Assemble an image of parts that are hardly there; return what the engine was told to remove."""
    part = tmp_path / "part"
    part.write_bytes(b"a program")
    with tarfile.open(tmp_path / "debian.tar", "w"):
        pass

    def assemble_with(code):
        program("docker", ENGINE.format(calls=tmp_path / "calls", code=code))
        pins.home().mkdir(parents=True)
        parts = Programs(defaultdict(lambda: part))
        system = Debian(tmp_path / "debian.tar", tmp_path / "debian.tar")
        try:
            assemble(Engine(), debian=system, programs=parts, show=lambda _: None)
        finally:
            assert not list(pins.home().iterdir())

    def removed():
        return [one for one in (tmp_path / "calls").read_text().splitlines() if one.startswith("rm")]

    assemble_with.removed = removed
    return assemble_with


def test_a_new_image_takes_the_place_of_the_one_before(assembled):
    """Nearly a gigabyte each. What is in use stays: the engine refuses."""
    assembled(0)

    assert ["rm --force --volumes the-container", "rmi the-base", "rmi the-one-before"] == assembled.removed()


def test_a_failed_one_leaves_the_one_before_and_nothing_else(assembled):
    """It would have been the better of the two."""
    with pytest.raises(KindError, match=r"containerd did not take the control plane's images \(exit code 3\)"):
        assembled(3)

    assert ["rm --force --volumes the-container", "rmi the-base"] == assembled.removed()
