"""``make envtest``: builds etcd, kube-apiserver and kube-controller-manager out of Go modules, once; ``make kubectl``: kubectl.

Needs Go 1.21 or newer (which fetches the release that Kubernetes wants, if it is older), and the network for the first run: a
module proxy such as Go's own. The programs land in the cache folder (`pinned.built`), each whole or not at all, and every later
run, of any checkout, finds them there. ``GOFLAGS`` is respected: ``GOFLAGS=-p=1`` leaves the other cores to others.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.clusters import makefile
from harness.clusters.envtest.binaries import API_SERVER, CONTROLLER_MANAGER, ETCD
from harness.clusters.envtest.errors import BinariesError
from harness.clusters.envtest.pinned import ETCD as ETCD_VERSION
from harness.clusters.envtest.pinned import KUBERNETES, built

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOOLS: Final = Path(__file__).parents[3] / "tools"
"""Where the go.mod files are: a checkout has them."""

_ROOM: Final = 5 * 2**30
"""Bytes: 1 GB of modules, 2 GB of compiled packages, 0.2 GB of programs, and as much again while linking."""

_OLDEST_GO: Final = (1, 21)
"""The first that fetches a newer release of itself when a go.mod asks for one."""

_SAY_EVERY_S: Final = 15.0
"""Between two lines of progress where lines cannot be written over."""

_OVER: Final = "\r\x1b[K" if sys.stdout.isatty() else ""
"""What writes over the line before, where that can be done."""

_INTENT: Final = (
    f"building Kubernetes {KUBERNETES} and etcd {ETCD_VERSION} with Go: once, 5 to 15 minutes on two cores, "
    f"1 GB to download, 4 GB of disk (0.3 GB of it in the end)"
)

_VERSION: Final = "k8s.io/component-base/version"
_CLIENT_VERSION: Final = "k8s.io/client-go/pkg/version"


@dataclass(frozen=True, slots=True)
class Target:
    """One program.

    :ivar module: the folder in `TOOLS` whose go.mod pins it.
    :ivar package: its main package.
    :ivar stamps: variables that the linker sets.
    """

    name: str
    module: str
    package: str
    stamps: tuple[str, ...] = ()


def of_kubernetes(name: str) -> Target:
    """Return one of Kubernetes' own programs, which has to know its version."""
    major, minor, _ = KUBERNETES.split(".")
    stamps = (
        f"{_VERSION}.gitVersion=v{KUBERNETES}",
        f"{_CLIENT_VERSION}.gitVersion=v{KUBERNETES}",
        f"{_VERSION}.gitMajor={major}",
        f"{_VERSION}.gitMinor={minor}",
        f"{_VERSION}.gitTreeState=clean",
    )
    return Target(name, "kubernetes", f"k8s.io/kubernetes/cmd/{name}", stamps)


TARGETS: Final = (
    Target(ETCD, "etcd", "go.etcd.io/etcd/server/v3"),
    of_kubernetes(API_SERVER),
    of_kubernetes(CONTROLLER_MANAGER),
)


KUBECTL: Final = of_kubernetes("kubectl")


class Builder:
    """Builds what is missing in a folder.

    :param say: takes a line that stays.
    :param show: takes a line of progress, which the next line may be written over.
    :param go: the Go command.
    :param room: bytes that must be free.
    :param intent: what is said before the first build.
    :param ready: what is said when all are there; empty for nothing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Callable[[str], None],
        show: Callable[[str], None],
        go: str = "go",
        room: int = _ROOM,
        intent: str = _INTENT,
        ready: str = "ready: harness cluster up envtest, make conformance",
    ) -> None:
        self._folder, self._say, self._show, self._go, self._room = folder, say, show, go, room
        self._intent, self._ready = intent, ready

    def build(self, targets: Sequence[Target] = TARGETS) -> list[Path]:
        """Build what is not there yet; returns all programs.

        :raises BinariesError: Go or room is missing, or a build failed; the message says what to do.
        """
        programs = [self._folder / one.name for one in targets]
        missing = [one for one, program in zip(targets, programs, strict=True) if not program.exists()]
        if not missing:
            if self._ready:
                self._say(f"already built: {self._folder}")
            return programs
        self._check()
        self._say(f"{self._intent}, into {self._folder}")
        for number, target in enumerate(missing, 1):
            self._build(target, f"[{number}/{len(missing)}] {target.name}")
        if self._ready:
            self._say(f"{self._ready} ({_size(programs)})")
        return programs

    def _check(self) -> None:
        found = re.search(r"go(\d+)\.(\d+)", self._ask("version"))
        if found is None or tuple(map(int, found.groups())) < _OLDEST_GO:
            raise BinariesError(f"needs Go {'.'.join(map(str, _OLDEST_GO))} or newer, found: {self._ask('version')}")
        if not TOOLS.is_dir():
            raise BinariesError(f"{TOOLS} is not there: run it in a checkout of the project")
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in (Path(self._ask("env", "GOCACHE")), self._folder):
            free = shutil.disk_usage(_existing(folder)).free
            if free < self._room:
                raise BinariesError(
                    f"needs {self._room / 2**30:.0f} GB free in {folder}, found {free / 2**30:.1f}: make room, "
                    f"or point GOCACHE, GOMODCACHE or HARNESS_CACHE elsewhere"
                )

    def _build(self, target: Target, title: str) -> None:
        start = time.monotonic()
        module = TOOLS / target.module
        self._show(f"{title}: fetching modules")
        # One question that downloads what is needed, and counts what there is to compile.
        total = len(self._ask("list", "-deps", target.package, folder=module).splitlines())
        scratch = self._folder / f".{target.name}.{os.getpid()}"
        stamps = "".join(f" -X {stamp}" for stamp in target.stamps)
        command = [self._go, "build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"]
        command += [f"-ldflags=-s -w{stamps}", "-o", str(scratch), target.package]
        compiled, words, tell = 0, [""], paced(self._show)
        try:
            with subprocess.Popen(  # noqa: S603  Go, on our own go.mod
                command, cwd=module, env=_environ(), stderr=subprocess.PIPE, text=True, errors="replace"
            ) as process:
                assert process.stderr is not None
                for line in process.stderr:
                    words = [*words[-4:], line.strip()]
                    compiled += 1
                    tell(f"{title}: {compiled} of {total} packages, {time.monotonic() - start:.0f} s")
            if process.returncode:
                raise BinariesError(f"go build of {target.name} failed: {' / '.join(filter(None, words))}")
            scratch.replace(self._folder / target.name)
        finally:
            scratch.unlink(missing_ok=True)
        self._say(f"{title}: built in {time.monotonic() - start:.0f} s")

    def _ask(self, *words: str, folder: Path | None = None) -> str:
        try:
            done = subprocess.run(  # noqa: S603  Go
                [self._go, *words],
                cwd=folder,
                env=_environ(),
                check=False,
                capture_output=True,
                text=True,
            )
        except OSError as error:
            raise BinariesError(
                f"cannot run {self._go}: {error.strerror}; install Go (go.dev/dl), or set KUBEBUILDER_ASSETS"
            ) from error
        if done.returncode:
            last = " / ".join(done.stderr.strip().splitlines()[-3:])
            raise BinariesError(f"go {' '.join(words)} failed: {last}")
        return done.stdout.strip()


def _environ() -> dict[str, str]:
    """Programs without C, so that they run on any Linux of this architecture; no workspace file of a folder above."""
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _size(programs: Sequence[Path]) -> str:
    return f"{sum(one.stat().st_size for one in programs) / 2**20:.0f} MB"


def paced(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Let through every line where one is written over the other, and elsewhere one now and then."""
    said = time.monotonic()

    def passes(line: str) -> None:
        nonlocal said
        if _OVER or time.monotonic() - said > _SAY_EVERY_S:
            said = time.monotonic()
            tell(line)

    return passes


def say(line: str) -> None:
    """Print a line that stays."""
    print(f"{_OVER}{line}", flush=True)  # noqa: T201  a command's output


def show(line: str) -> None:
    """Print a line of progress: the next one is written over it, where that can be done."""
    print(f"{_OVER}{line}", end="" if _OVER else "\n", flush=True)  # noqa: T201


def main(words: Sequence[str]) -> int:
    """Build what is missing of a control plane, or ``kubectl`` if that is the word; returns the exit code."""
    if KUBECTL.name not in words:
        return makefile.run("envtest", Builder(built(), say=say, show=show).build)
    intent = (
        f"building kubectl {KUBERNETES} with Go: once, a minute on two cores, 1 GB of disk (0.06 GB of it in the end)"
    )
    builder = Builder(built(), say=say, show=show, intent=intent, ready="ready")
    return makefile.run("kubectl", lambda: builder.build([KUBECTL]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
