"""What a reconcile says about when it wants to be called again.

A reconcile is level-triggered: it is called with a key, reads what is, and returns

- ``Done()``: the object is at rest or gone; the queue forgets the key until an event wakes it;
- ``Requeue(at)``: call again at ``at`` (an absolute, aware time, as a deadline in status is) at the latest;
- ``None``: not at rest and no deadline known; the resync floor of the settings applies.

Raising an exception asks for a retry with backoff. :class:`~operators.runtime.errors.Gone` counts as ``Done``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

__all__ = ["Done", "Requeue", "Result", "earliest"]


@dataclass(frozen=True, slots=True)
class Done:
    """At rest: forget the key."""


@dataclass(frozen=True, slots=True)
class Requeue:
    """Not at rest: call again at ``at``, or earlier when an event or the resync floor says so."""

    at: datetime
    work: bool = False
    """True: something of ours goes on until then (a scripted step, a redelivery), so the operator is busy meanwhile.
    False: a declared deadline (a time-out, a cooldown), so the operator is idle until then."""


Result: TypeAlias = Done | Requeue | None


def earliest(*wishes: datetime | Requeue | None) -> Requeue | None:
    """The one of several wishes that comes first; a plain time is a declared deadline, None is no wish.

    Of two at the same instant the one with ``work`` wins, so that going on is never mistaken for rest.
    """
    found = [wish if isinstance(wish, Requeue) else Requeue(wish) for wish in wishes if wish is not None]
    return min(found, key=lambda wish: (wish.at, not wish.work), default=None)
