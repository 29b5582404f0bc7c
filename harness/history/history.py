"""Every version of every object of the recorded kinds, in the order of the store.

On the embedded cluster the versions come from a watch that ends in the store itself, so none is missed or late. (On real
clusters they come from watches; a gap there is reported, never papered over.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from harness.apiserver import Reply, Request
from harness.history.expectations import Watched
from harness.history.versions import Version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from harness.apiserver import ApiServer
    from harness.clusters.client import Plural
    from harness.history.subject import Subject
    from harness.simulation.tape import Tape


class History:
    """Records versions and hands out what is known of one object.

    :param now: the run's clock.
    :param settled: waits for a quiescence point, see `clusters.cluster.Cluster.settled`.
    :param tape: where a story finds what was read; ``None`` where there is no tape.
    """

    def __init__(
        self, *, now: Callable[[], datetime], settled: Callable[..., Awaitable[None]], tape: Tape | None = None
    ) -> None:
        self.now, self.settled, self.tape = now, settled, tape
        self._lines: dict[Plural, list[tuple[datetime, bytes]]] = {}
        self._versions: dict[Plural, list[Version]] = {}
        self.listeners: dict[Plural, list[Callable[[], None]]] = {}

    def record(self, server: ApiServer, plural: Plural) -> None:
        """Watch one kind from now on."""
        request = Request(
            method="GET", path=plural.path(), query={"watch": "true"}, headers={"user-agent": "history"}, body=b""
        )
        watch = server.handle(request)
        if isinstance(watch, Reply):
            raise TypeError(f"cannot watch {plural.plural}: {watch.body.decode()}")
        self._lines.setdefault(plural, [])
        self.listeners.setdefault(plural, [])
        watch.attach(lambda line: self._take(plural, line), lambda: None)

    def of(self, subject: Subject | Any) -> Watched:
        """Speak about one object: a `Subject`, or anything that has one as its ``subject``."""
        found: Subject = getattr(subject, "subject", subject)
        return Watched(self, found)

    def versions(self, subject: Subject) -> list[Version]:
        """Return what is recorded of an object, oldest first."""
        return [one for one in self._of_kind(subject.plural) if _is(one, subject)]

    def _take(self, plural: Plural, line: bytes) -> None:
        self._lines[plural].append((self.now(), line))
        for listener in tuple(self.listeners[plural]):
            listener()

    def _of_kind(self, plural: Plural) -> list[Version]:
        """Parse what has come in since the last question: most runs ask about few objects."""
        known = self._versions.setdefault(plural, [])
        for at, line in self._lines.get(plural, [])[len(known) :]:
            event = orjson.loads(line)
            known.append(Version(at, event["type"], event["object"]))
        return known


def _is(version: Version, subject: Subject) -> bool:
    metadata = version.object["metadata"]
    return (
        metadata.get("name") == subject.name
        and metadata.get("namespace", "") == subject.namespace
        and subject.uid in {"", metadata.get("uid")}
    )
