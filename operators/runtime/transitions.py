"""Writing a phase: the only place in the code base that does.

A transition names the phase it leaves and the one it enters and is written on the version of the object that the decision
was made on (:mod:`operators.runtime.guard`). One write carries everything that belongs to it: the phase, the ordinal
(``status.transitionCount``), the fields of the decision, the conditions, and the intent to audit it (``status.outbox``).
Either all of it happened or nothing did.

Substitution: a historic defect such as a write without guard is a subclass that overrides :meth:`Transitions.write`, put in
place by :func:`operators.runtime.parts.using`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operators.api.conditions import Condition, apply_conditions
from operators.api.edges import EDGES, is_legal
from operators.api.kinds import Kind
from operators.api.resource import Resource, generation_of, key_of, phase_of, status_of, uid_of
from operators.runtime.audit import AuditEvent, AuditIntent
from operators.runtime.errors import IllegalEdge
from operators.runtime.guard import Guard, Moved
from operators.runtime.metrics import Metrics
from operators.runtime.outbox import Outbox

__all__ = ["Inputs", "Superseded", "Transitions", "spec_and_status"]

# Written by others, or bookkeeping of ours that no decision rests on; a change of these lets a transition try again.
_NOT_INPUT = frozenset(
    {
        "conditions",
        "deduplication",
        "lastModifiedAt",
        "lastModifiedBy",
        "notificationRequestRefs",
        "notificationStatus",
        "observedGeneration",
        "outbox",
    },
)

Inputs = Callable[[Resource], Any]
"""What a decision rested on, as a value that can be compared with ``==``."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """Somebody moved the object first: the decision is void, reconcile again."""

    found_phase: str
    obj: Resource
    """The object as it was found; fresh enough to go on with."""


def spec_and_status(obj: Resource) -> Any:
    """The default inputs of a decision: the spec, and the status but for what others write and for bookkeeping.

    The ordinal is part of it, so a phase that was left and entered again in between is another one.
    """
    status = {name: value for name, value in status_of(obj).items() if name not in _NOT_INPUT}
    return obj.get("spec"), status


class Transitions:
    """Moves objects along the edges of their kind's phase graph."""

    def __init__(self, *, guard: Guard, outbox: Outbox, metrics: Metrics) -> None:
        self.guard = guard
        self.outbox = outbox
        self.metrics = metrics

    async def transition(
        self,
        seen: Resource,
        *,
        kind: Kind,
        leaving: str,
        entering: str,
        now: datetime,
        events: Sequence[AuditIntent] = (),
        conditions: Sequence[Condition] = (),
        inputs: Inputs = spec_and_status,
        **status: Any,
    ) -> Resource | Superseded:
        """Move one object from phase ``leaving`` to ``entering``, unless somebody moved it first.

        Without a conflict this is exactly one request. On a conflict the object is read again: the same phase and the same
        inputs are tried once more, anything else supersedes the decision. A terminal phase is never left.

        :param seen: the object that the decision was made on, as the API server sent it.
        :param now: the time of the transition: of its audit events and of conditions that change.
        :param events: audited together with this edge, in this order.
        :param conditions: set on the version that is written to, so that conditions of others stay.
        :param status: further fields of status; None removes one; lists replace lists. ``observedGeneration`` and
            ``transitionCount`` are filled in.
        :returns: the stored object, or :class:`Superseded`.
        :raises Gone: the object no longer exists; the caller forgets the key.
        :raises IllegalEdge: the kind's graph has no such edge.
        :raises Conflict: it kept changing; reconcile again later.
        """
        if not is_legal(kind, leaving, entering):
            raise IllegalEdge(
                f"{kind.kind} {key_of(seen)}: {leaving or '(unset)'} → {entering} is no edge; "
                f"from there lead: {', '.join(sorted(EDGES[kind].get(leaving, ()))) or 'none'}",
            )
        found = phase_of(seen, kind)
        if found != leaving:
            return Superseded(found, seen)
        decided_on = inputs(seen)

        def build(base: Resource) -> Mapping[str, Any]:
            return self._patch(base, entering, kind=kind, now=now, events=events, conditions=conditions, status=status)

        def still(base: Resource) -> bool:
            return phase_of(base, kind) == leaving and inputs(base) == decided_on

        written = await self.write(seen, kind=kind, build=build, still=still)
        if isinstance(written, Moved):
            self.metrics.superseded.inc()
            return Superseded(phase_of(written.obj, kind), written.obj)
        self.metrics.transitions.labels(kind=kind.kind, from_phase=leaving, to_phase=entering).inc()
        return written

    async def write(
        self,
        seen: Resource,
        *,
        kind: Kind,
        build: Callable[[Resource], Mapping[str, Any]],
        still: Callable[[Resource], bool],
    ) -> Resource | Moved:
        """Carry out the write of a transition, guarded; what a historic defect replaces."""
        return await self.guard.write(seen, kind=kind, build=build, still=still)

    def _patch(
        self,
        base: Resource,
        entering: str,
        *,
        kind: Kind,
        now: datetime,
        events: Sequence[AuditIntent],
        conditions: Sequence[Condition],
        status: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        before = status_of(base)
        ordinal = int(before.get("transitionCount") or 0) + 1
        named = [AuditEvent.of(intent, uid=uid_of(base), ordinal=ordinal, now=now) for intent in events]
        carried = self.outbox.carry(base, named)
        patch = {
            **status,
            kind.phase_field: entering,
            "transitionCount": ordinal,
            "observedGeneration": generation_of(base),
        }
        if carried.items or before.get("outbox"):
            patch["outbox"] = list(carried.items) or None
        changes = (*conditions, *carried.conditions)
        if changes:
            patch["conditions"] = apply_conditions(before.get("conditions") or (), changes, now=now)
        return patch
