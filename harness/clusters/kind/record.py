"""What we made: the one thing by which a cluster of ours is told from somebody else's.

It is written before kind begins, so that a half-made cluster is known, too; with the ids of the containers when it is ready, so that a
cluster which somebody else made later under the same name is not taken for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

import orjson

from harness.clusters.envtest.pinned import cache
from harness.clusters.kind.errors import KindError
from harness.clusters.private import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME: Final = "controller-rehearsal"
"""Of the cluster, where nobody names another."""

NAME_VARIABLE: Final = "KIND_CLUSTER_NAME"
"""Names another, to us as to kind."""


def name_in(environ: Mapping[str, str] = os.environ) -> str:
    """Return the name of the cluster that is meant."""
    return environ.get(NAME_VARIABLE) or NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A cluster of ours.

    :ivar engine: what its nodes are containers of.
    :ivar nodes: their ids; none as long as it is not ready.
    :ivar server: the URL of its API; empty as long as it is not ready.
    :ivar network: whether the containers' network was made for it.
    """

    name: str
    engine: str
    image: str
    since: datetime
    network: bool
    nodes: tuple[str, ...] = ()
    server: str = ""

    @property
    def ready(self) -> bool:
        """Whether it was made to the end."""
        return bool(self.nodes)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read what `write` wrote."""
        found = orjson.loads(content)
        return cls(**{**found, "since": datetime.fromisoformat(found["since"]), "nodes": tuple(found["nodes"])})

    def write(self) -> bytes:
        """Return it as JSON."""
        return orjson.dumps(asdict(self))


class Place:
    """The files of one cluster, in the cache folder.

    :ivar kubeconfig: the cluster's own; a person's is never touched.
    :ivar log: what kind said.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name or name_in()
        self.folder = cache() / "clusters" / "kind" / self.name
        self.kubeconfig, self.log = self.folder / "kubeconfig", self.folder / "kind.log"
        self._state = self.folder / "state.json"

    def read(self) -> Record | None:
        """Return what was noted; ``None`` when there is no cluster of ours."""
        try:
            return Record.read(self._state.read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise KindError(
                f"{self._state} cannot be read ({error}): remove it, and the cluster: kind delete cluster"
            ) from error

    def note(self, record: Record) -> None:
        """Write down what is there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._state, record.write())

    def clear(self) -> None:
        """Forget it. What kind said stays, until it says something again: it may be why."""
        for one in self.folder.glob("*"):
            if one.is_dir():
                shutil.rmtree(one, ignore_errors=True)
            elif one.name != "lock" and one != self.log:
                one.unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from bringing it up or down while the block runs.

        :raises KindError: somebody else is at it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise KindError(f"{self.name} is on its way up or down in another terminal: wait for it") from None
            yield
        finally:
            os.close(handle)
