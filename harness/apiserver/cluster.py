"""What the verbs share: the store, the table of resources, the clock and the sources of names."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from harness.apiserver.agenda import Agenda
from harness.apiserver.resources import Registry
from harness.apiserver.settings import ServerSettings
from harness.apiserver.store import Store

if TYPE_CHECKING:
    from harness.apiserver.access import Access


@dataclass(slots=True, eq=False)
class Cluster:
    """The state of one server. ``suffixes`` is the stream that generated names draw from; ``access`` knows who may what."""

    store: Store
    registry: Registry
    settings: ServerSettings
    clock: Callable[[], datetime]
    new_uid: Callable[[], str]
    suffixes: random.Random
    agenda: Agenda = field(default_factory=Agenda)
    access: "Access" = field(init=False)
    _second: tuple[datetime | None, str] = (None, "")

    def now(self) -> str:
        """Return the time as metadata carries it: whole seconds, UTC."""
        second = self.clock().replace(microsecond=0)
        if second != self._second[0]:  # formatting is the dearest part of a small write
            self._second = (second, timestamp(second))
        return self._second[1]


def timestamp(moment: datetime) -> str:
    """Return ``moment`` in RFC 3339 with whole seconds and ``Z``, as ``metav1.Time`` prints it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
