"""A kind cluster as a place for scenarios: the one that ``harness cluster up kind`` has made, or a context that a person names.

It outlives the session, and several sessions may play on it at the same time: the workers of a parallel run do. Each has an administrator
and namespaces of its own, and leaves nothing behind; what a killed one left is removed by the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.clusters.envtest.pinned import cache
from harness.clusters.kind import api, lifecycle, program
from harness.clusters.kind.administrator import appoint, dismiss
from harness.clusters.kind.command import Kind
from harness.clusters.kind.engine import Engine
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.kubeconfig import Access
from harness.clusters.kind.record import Place
from harness.clusters.kind.sessions import LABEL, ended, session
from harness.clusters.real.venue import Venue

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from harness.clusters.cluster import Address

NAME = "kind"


@dataclass(frozen=True, slots=True)
class _Target:
    """Which cluster is meant.

    :ivar owner: where it is, with the rights of whoever made it.
    :ivar what: what it is called, for people.
    :ivar remedy: what helps when it does not answer.
    """

    owner: Address
    what: str
    remedy: str

    @property
    def sessions(self) -> Path:
        """Where the sessions on it are noted."""
        return cache() / "sessions" / hashlib.sha256(self.owner.server.encode()).hexdigest()[:12]


def check(context: str = "") -> str:
    """Look whether it answers; returns what it is, for people.

    :param context: of the person's kubeconfig; without one, the cluster that we made.
    :raises KindError: there is none, or it does not answer; the message says what to do.
    """
    with _target(context) as target:
        return _about(target)


@contextlib.contextmanager
def venue(context: str = "") -> Iterator[Venue]:
    """Play on it while the block runs; at its end all is gone that was made there, definitions of kinds excepted.

    :raises KindError: it does not answer, or something does not go.
    """
    with _target(context) as target:
        about = _about(target)
        with ended(target.sessions) as marks:
            for one in marks:
                _run(dismiss(target.owner, one))
        with session(target.sessions) as mark:
            try:
                token = _run(appoint(target.owner, mark))
                address = replace(target.owner, token=token, client_file=None)
                load = None if context else _load
                yield Venue(name=NAME, address=address, about=about, load=load, labels={LABEL: mark}, shared=True)
            finally:
                _run(dismiss(target.owner, mark))


def _load(image: str) -> None:
    """Bring a local image onto the nodes of our cluster; those that have it are left alone.

    :raises KindError: kind cannot; in its words.
    """
    place = Place()
    kind = Kind(program.find(), Engine(lifecycle.standing(place).engine))
    kind.run("load", "docker-image", image, "--name", place.name, log=place.log)


def _about(target: _Target) -> str:
    try:
        return f"Kubernetes {api.version(target.owner)} ({target.what})"
    except KindError as error:
        raise KindError(f"{error}; {target.remedy}") from error


@contextlib.contextmanager
def _target(context: str) -> Iterator[_Target]:
    if not context:
        place = Place()
        owner = lifecycle.address(place, lifecycle.standing(place))
        yield _Target(
            owner, f"kind cluster {place.name}", remedy="make kind-up brings it back, make kind-down forgets it"
        )
        return
    with tempfile.TemporaryDirectory() as folder:  # 0700: the files in it let in whoever reads them
        owner = Access.read(_kubeconfig(), context).address(Path(folder))
        yield _Target(owner, f"context {context}", remedy="see whether kubectl gets through")


def _kubeconfig() -> Path:
    """Return the person's kubeconfig; of several that KUBECONFIG names, the first."""
    named = (os.environ.get("KUBECONFIG") or "").split(os.pathsep)[0]
    return Path(named or "~/.kube/config").expanduser()


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run something to its end on a loop of its own: this is called between scenarios, when none runs."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)
