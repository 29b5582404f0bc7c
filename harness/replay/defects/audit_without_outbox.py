"""Write, then audit: the event of a transition is lost when the process dies between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.replay.defects.defect import Defect
from operators.api.resource import uid_of
from operators.runtime.audit import AuditEvent, Receipt
from operators.runtime.outbox import Carried, Outbox, Settled
from operators.runtime.parts import Parts, using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from operators.api.kinds import Kind
    from operators.api.resource import Resource


class InMemory(Outbox):
    """Keeps what is to be audited in the process instead of in the object."""

    _waiting: dict[str, list[AuditEvent]]

    def carry(self, base: Resource, new: Sequence[AuditEvent]) -> Carried:
        """Write nothing; remember the events until after the write."""
        waiting = self.__dict__.setdefault("_waiting", {})
        waiting[uid_of(base)] = list(new)
        return Carried(())

    async def drain(self, obj: Resource) -> Receipt:
        """Post what this process remembers."""
        events = self.__dict__.setdefault("_waiting", {}).pop(uid_of(obj), [])
        return await self.audit.post([event.wire(obj, self.identity) for event in events]) if events else Receipt()

    async def settle(self, obj: Resource, *, kind: Kind) -> Settled:
        """Post after the write; there is nothing to clear."""
        del kind
        await self.drain(obj)
        return Settled(obj)


AUDIT_WITHOUT_OUTBOX = Defect(
    name="audit-without-outbox",
    sentence="Audit events are posted after the status write and are nowhere in between: a crash loses them.",
    in_force=lambda: using(Parts(outbox=InMemory)),
)
