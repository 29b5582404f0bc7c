"""Building with Go: what is built, what is not built twice, and what is refused. Go itself is a script here; it would take minutes."""

import sys
from pathlib import Path

import pytest

from harness.clusters.envtest.build import Builder
from harness.clusters.envtest.errors import BinariesError

GO = """
case "$1" in
  version) echo "go version go1.26.0 linux/amd64" ;;
  env) echo "$PWD" ;;
  list) printf 'a\\nb\\nc\\n' ;;
  build)
    echo "$PWD $*" >> "$(dirname "$0")/calls"
    while [ "$1" != -o ]; do shift; done
    echo compiled >&2; echo program > "$2" ;;
esac
"""


class Told:
    """A builder's audience."""

    def __init__(self) -> None:
        self.stays: list[str] = []
        self.passes: list[str] = []

    def builder(self, folder: Path, go: Path | str, **options) -> Builder:
        return Builder(folder, say=self.stays.append, show=self.passes.append, go=str(go), room=0, **options)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def go(tmp_path, program):
    return program(tmp_path / "bin" / "go", GO)


def test_three_programs_are_built_from_two_modules(tmp_path, told, go):
    """Kubernetes and etcd disagree on versions, so each has a go.mod; all that is left in the folder are the programs."""
    programs = told.builder(tmp_path / "out", go).build()

    calls = (tmp_path / "bin" / "calls").read_text().splitlines()
    assert ["etcd", "kubernetes", "kubernetes"] == [Path(call.partition(" ")[0]).name for call in calls]
    assert all("gitVersion=v1.36.3" in call for call in calls[1:])
    assert sorted(programs) == sorted((tmp_path / "out").iterdir())
    assert "4 GB of disk" in told.stays[0]
    assert "[1/3] etcd: fetching modules" == told.passes[0]
    assert told.stays[-1].startswith("ready: harness cluster up envtest")


def test_what_is_there_is_not_built_again(tmp_path, told, go):
    """Later runs are offline, and do not even need Go."""
    told.builder(tmp_path / "out", go).build()
    told.builder(tmp_path / "out", "/no/such/go").build()

    assert f"already built: {tmp_path / 'out'}" == told.stays[-1]


def test_a_failed_build_leaves_nothing_and_repeats_what_go_said(tmp_path, told, program):
    """Half a program in the cache would fail every later run in stranger ways."""
    go = program(tmp_path / "go", GO.replace("echo compiled >&2;", "echo no space left >&2; exit 1;"))

    with pytest.raises(BinariesError, match=r"go build of etcd failed: no space left"):
        told.builder(tmp_path / "out", go).build()
    assert not list((tmp_path / "out").iterdir())


def test_without_go_one_line_says_what_to_install(tmp_path, told):
    """Not a traceback."""
    with pytest.raises(BinariesError, match=r"cannot run /no/such/go: .*install Go"):
        told.builder(tmp_path / "out", "/no/such/go").build()


def test_a_go_that_cannot_fetch_a_newer_one_is_refused(tmp_path, told, program):
    """Go 1.20 would fail on go.mod with a message that helps nobody."""
    go = program(tmp_path / "go", GO.replace("go1.26.0", "go1.20.4"))

    with pytest.raises(BinariesError, match=r"needs Go 1.21 or newer, found: go version go1.20.4"):
        told.builder(tmp_path / "out", go).build()


def test_too_little_room_is_told_before_the_first_byte(tmp_path, go):
    """A disk that fills up after ten minutes is the worse answer."""
    builder = Builder(tmp_path / "out", say=print, show=print, go=str(go), room=sys.maxsize)

    with pytest.raises(BinariesError, match=r"needs \d+ GB free in .*, found .*HARNESS_CACHE elsewhere"):
        builder.build()
