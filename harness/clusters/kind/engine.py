"""The container engine, by its command: ``docker``, or ``podman`` where KIND_EXPERIMENTAL_PROVIDER says so, as it does to kind itself.

What stands between us and the engine (there is none, nobody answers, no rights, no room) is told in one line that says what to do.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from harness.clusters.kind.errors import KindError

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER: Final = "KIND_EXPERIMENTAL_PROVIDER"

_KNOWN_TROUBLE: Final = {
    r"permission denied.*(docker|podman).*sock": "no permission to talk to {engine}: add yourself to its group (sudo usermod -aG {engine} "
    "$USER, log in again), or use sudo",
    r"cannot connect to the docker daemon|is the docker daemon running|connection refused|error during connect": "the {engine} daemon "
    "does not answer: start it (sudo systemctl start {engine}), then again",
    r"no space left on device": "no room left where {engine} keeps its data: make some (docker system df, docker system prune)",
}  # fmt: skip
"""What is said about what the engine says."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine.

    :ivar name: its command.
    """

    name: str = "docker"

    @classmethod
    def chosen(cls, environ: Mapping[str, str] = os.environ) -> Engine:
        """Return the one that kind will use.

        :raises KindError: KIND_EXPERIMENTAL_PROVIDER names none that we know.
        """
        name = environ.get(PROVIDER) or "docker"
        if name not in {"docker", "podman"}:
            raise KindError(f"{PROVIDER}={name}: unknown; there are docker and podman")
        return cls(name)

    def check(self) -> None:
        """Look whether it answers.

        :raises KindError: it does not; the message says why.
        """
        self.run("info", "--format", "{{.OperatingSystem}}" if self.name == "docker" else "{{.Host.Os}}")

    def run(self, *words: str, stdin: IO[bytes] | None = None) -> str:
        """Run one command; returns what it wrote.

        :raises KindError: it failed.
        """
        try:
            done = subprocess.run(  # noqa: S603  the engine, with words of ours
                [self.name, *words],
                stdin=stdin or subprocess.DEVNULL,
                check=False,
                capture_output=True,
            )
        except OSError as error:
            raise KindError(
                f"cannot run {self.name} ({error.strerror}): install Docker (docs.docker.com/engine/install; on Debian apt-get "
                f"install docker.io), or use --cluster embedded or envtest, which need none"
            ) from error
        if done.returncode:
            raise KindError(self.said(words[0], done.stderr.decode("utf-8", "replace")))
        return done.stdout.decode("utf-8", "replace").strip()

    def there(self, *words: str) -> bool:
        """Whether an ``inspect`` finds something.

        :raises KindError: the engine does not answer.
        """
        try:
            self.run(*words)
        except KindError as error:
            if re.search(r"no such|not found|no \w+ with name", str(error), re.IGNORECASE):
                return False
            raise
        return True

    def image(self, name: str) -> str:
        """Return the id of an image that is at hand; empty when there is none of that name.

        :raises KindError: the engine does not answer.
        """
        return self.run("images", "--no-trunc", "--quiet", name).partition("\n")[0]

    def said(self, what: str, words: str) -> str:
        """Say in one line what went wrong."""
        if trouble := self.known_trouble(words):
            return trouble
        return f"{self.name} {what} failed: {' / '.join(words.strip().splitlines()[-3:])}"

    def known_trouble(self, words: str) -> str:
        """Recognise what has a remedy; empty for anything else."""
        for pattern, advice in _KNOWN_TROUBLE.items():
            if re.search(pattern, words, re.IGNORECASE):
                return advice.format(engine=self.name)
        return ""
