"""The outbox: what an object still owes to the audit trail, kept in its own status.

A transition writes its events into ``status.outbox`` together with the phase, so an event exists exactly when its edge was
walked, whatever crashes. The same reconcile then delivers them (:meth:`Outbox.settle`); the *next* transition leaves the
delivered ones out, and at a terminal phase one extra write removes them, the only write allowed at rest. Delivery twice is
harmless, because an event's id is derived and the sink keeps one of each.

The memory of what was delivered saves repeats between a delivery and the write that clears it; losing it costs idempotent
repeats and nothing else. A sink that does not answer delays (condition ``AuditDelayed``), one that refuses an event for good
(4xx) is not asked again (condition ``AuditRefused``, in which the event is named); neither ever holds a transition up.

Limits: at most 16 entries. What does not fit is dropped and said so in ``AuditDelayed``, with the metric
``audit_dropped_total``: the earlier events keep their places, so the trail has a gap at its end, never in its middle.

Substitution: a historic defect such as posting after the write is a subclass that overrides :meth:`Outbox.carry`,
:meth:`Outbox.drain` and :meth:`Outbox.settle` (which rests when status holds no entries), put in place by :func:`operators.runtime.parts.using`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from operators.api.conditions import Condition, apply_conditions, find_condition
from operators.api.edges import is_terminal
from operators.api.kinds import Kind
from operators.api.reasons import ConditionType
from operators.api.resource import Key, Resource, key_of, phase_of, status_of, uid_of
from operators.runtime.audit import AuditClient, AuditEvent, AuditIdentity, Receipt
from operators.runtime.backoff import Backoff
from operators.runtime.guard import Guard, Moved
from operators.runtime.metrics import Metrics
from operators.runtime.results import Requeue

__all__ = ["MAX_ENTRIES", "Carried", "Outbox", "Settled"]

MAX_ENTRIES = 16


@dataclass(frozen=True, slots=True)
class Carried:
    """What the next write does to the outbox."""

    items: tuple[Mapping[str, Any], ...]
    """The new content."""
    conditions: tuple[Condition, ...] = ()
    """Changes of the audit conditions that go with it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An object after its events were attended to."""

    obj: Resource
    """As it is stored now, as far as we wrote it."""
    again: Requeue | None = None
    """When to try once more, if something could not be delivered; combine it with the reconcile's own wish."""


class Outbox:
    """Keeps and delivers the audit events of one operator's objects."""

    def __init__(
        self,
        *,
        guard: Guard,
        audit: AuditClient,
        identity: AuditIdentity,
        backoff: Backoff,
        metrics: Metrics,
    ) -> None:
        self.guard = guard
        self.audit = audit
        self.identity = identity
        self._backoff = backoff
        self._metrics = metrics
        self._closed: dict[str, dict[str, str]] = {}  # uid -> event id -> why it was refused; "" when delivered
        self._failures: dict[str, int] = {}  # uid -> deliveries in a row that met no sink
        self._buried: dict[Key, Resource] = {}

    def carry(self, base: Resource, new: Sequence[AuditEvent]) -> Carried:
        """What the outbox of ``base`` holds after a write that adds ``new``: the undelivered ones, then the new ones."""
        pending = self._pending(base)
        room = MAX_ENTRIES - len(pending)
        dropped = new[max(room, 0) :]
        if dropped:
            self._metrics.audit_dropped.inc(len(dropped))
        items = (*pending, *(event.item() for event in new[: max(room, 0)]))
        return Carried(items, self._conditions(base, pending=pending, dropped=dropped))

    async def drain(self, obj: Resource) -> Receipt:
        """Deliver what ``status.outbox`` holds and this process has not delivered yet, in one request, in order."""
        pending = self._pending(obj)
        self._remember(obj)
        if not pending:
            return Receipt()
        events = [AuditEvent.from_item(item).wire(obj, self.identity) for item in pending]
        receipt = await self.audit.post(events)
        closed = self._closed.setdefault(uid_of(obj), {})
        closed.update(dict.fromkeys(receipt.delivered, ""))
        closed.update(receipt.refused)
        self._metrics.audit_posted.inc(len(receipt.delivered))
        self._metrics.audit_refused.inc(len(receipt.refused))
        return receipt

    async def settle(self, obj: Resource, *, kind: Kind) -> Settled:
        """Deliver, and write down what needs writing: a delay, and at a terminal phase the emptied outbox.

        Call it with the object that a reconcile read, and again with what a transition returned. It writes nothing when
        there is nothing to say.

        :raises Gone: the object no longer exists; its events were delivered or will be from its deletion.
        """
        if not status_of(obj).get("outbox"):
            self._forget(uid_of(obj))
            return Settled(obj)
        receipt = await self.drain(obj)
        if receipt.unreachable:
            return await self._delayed(obj, kind=kind, problem=receipt.unreachable)
        self._failures.pop(uid_of(obj), None)
        if not is_terminal(kind, phase_of(obj, kind)):
            return Settled(obj)
        return Settled(await self._clear(obj, kind=kind))

    def bury(self, obj: Resource) -> None:
        """Keep the last state of a deleted object until its events are delivered (:meth:`drain_buried`)."""
        if self._pending(obj):
            self._buried[key_of(obj)] = obj
        else:
            self._forget(uid_of(obj))

    async def drain_buried(self, key: Key) -> Requeue | None:
        """Deliver what a deleted object of this name left; a wish to be called again when the sink does not answer."""
        obj = self._buried.get(key)
        if obj is None:
            return None
        receipt = await self.drain(obj)
        if receipt.unreachable:
            return self._later(uid_of(obj))
        del self._buried[key]
        self._forget(uid_of(obj))
        return None

    def depth(self) -> int:
        """Deleted objects whose events still wait."""
        return len(self._buried)

    def _pending(self, obj: Resource) -> list[Mapping[str, Any]]:
        closed = self._closed.get(uid_of(obj), {})
        return [item for item in status_of(obj).get("outbox") or () if item["id"] not in closed]

    def _remember(self, obj: Resource) -> None:
        """Drop the memory of entries that a write has removed since."""
        closed = self._closed.get(uid_of(obj))
        if closed:
            present = {item["id"] for item in status_of(obj).get("outbox") or ()}
            self._closed[uid_of(obj)] = {event: why for event, why in closed.items() if event in present}

    def _forget(self, uid: str) -> None:
        self._closed.pop(uid, None)
        self._failures.pop(uid, None)

    def _later(self, uid: str) -> Requeue:
        attempt = self._failures[uid] = self._failures.get(uid, 0) + 1
        return Requeue(datetime.now(UTC) + self._backoff.delay(attempt, uid), work=True)

    async def _delayed(self, obj: Resource, *, kind: Kind, problem: str) -> Settled:
        again = self._later(uid_of(obj))
        if _is_true(obj, ConditionType.AUDIT_DELAYED):
            return Settled(obj, again)
        said = Condition(ConditionType.AUDIT_DELAYED, "True", "SinkUnreachable", problem)
        written = await self._write(obj, kind=kind, changes=(said,), empty=False)
        return Settled(written, again)

    async def _clear(self, obj: Resource, *, kind: Kind) -> Resource:
        changes = self._conditions(obj, pending=(), dropped=())
        written = await self._write(obj, kind=kind, changes=changes, empty=True)
        self._forget(uid_of(obj))
        return written

    async def _write(
        self,
        obj: Resource,
        *,
        kind: Kind,
        changes: Sequence[Condition],
        empty: bool,
    ) -> Resource:
        """Write conditions and, if ``empty``, remove the entries; another phase or other entries supersede that."""
        phase, entries = phase_of(obj, kind), status_of(obj).get("outbox")
        now = datetime.now(UTC)

        def build(base: Resource) -> Mapping[str, Any]:
            patch: dict[str, Any] = {"outbox": None} if empty else {}
            if changes:
                patch["conditions"] = apply_conditions(status_of(base).get("conditions") or (), changes, now=now)
            return patch

        def still(base: Resource) -> bool:
            return phase_of(base, kind) == phase and status_of(base).get("outbox") == entries

        written = await self.guard.write(obj, kind=kind, build=build, still=still)
        return written.obj if isinstance(written, Moved) else written

    def _conditions(
        self,
        base: Resource,
        *,
        pending: Sequence[Mapping[str, Any]],
        dropped: Sequence[AuditEvent],
    ) -> tuple[Condition, ...]:
        changes: list[Condition] = []
        refused = {event: why for event, why in self._closed.get(uid_of(base), {}).items() if why}
        if refused:
            said = "; ".join(f"{event}: {why}" for event, why in refused.items())
            changes.append(Condition(ConditionType.AUDIT_REFUSED, "True", "SinkRefused", said))
        if dropped:
            names = ", ".join(event.type for event in dropped)
            said = f"the outbox is full ({MAX_ENTRIES} entries); dropped: {names}"
            changes.append(Condition(ConditionType.AUDIT_DELAYED, "True", "OutboxFull", said))
        elif not pending and _is_true(base, ConditionType.AUDIT_DELAYED):
            changes.append(Condition(ConditionType.AUDIT_DELAYED, "False", "Delivered", "nothing waits any more"))
        return tuple(changes)


def _is_true(obj: Resource, condition: ConditionType) -> bool:
    found = find_condition(status_of(obj).get("conditions") or (), condition)
    return found is not None and found.get("status") == "True"
