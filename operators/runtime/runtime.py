"""What a reconcile has at hand: one frozen value per running operator, made when it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from structlog.typing import FilteringBoundLogger

from operators.api.conditions import Condition
from operators.api.kinds import Kind
from operators.api.resource import Resource
from operators.runtime.audit import AuditClient, AuditIdentity, AuditIntent
from operators.runtime.guard import Guard
from operators.runtime.kube import Kube
from operators.runtime.metrics import Metrics
from operators.runtime.outbox import Outbox, Settled
from operators.runtime.parts import Parts
from operators.runtime.recorder import Recorder
from operators.runtime.settings import RuntimeSettings
from operators.runtime.transitions import Inputs, Superseded, Transitions, spec_and_status
from operators.runtime.transport import Transport

__all__ = ["Runtime", "make_runtime"]

SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)
SettingsT_co = TypeVar("SettingsT_co", bound=RuntimeSettings, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime(Generic[SettingsT_co]):
    """The collaborators of one operator."""

    name: str
    kube: Kube
    audit: AuditClient
    outbox: Outbox
    transitions: Transitions
    recorder: Recorder
    settings: SettingsT_co
    metrics: Metrics
    log: FilteringBoundLogger

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
        """Move an object to another phase; see :meth:`operators.runtime.transitions.Transitions.transition`."""
        return await self.transitions.transition(
            seen,
            kind=kind,
            leaving=leaving,
            entering=entering,
            now=now,
            events=events,
            conditions=conditions,
            inputs=inputs,
            **status,
        )

    async def settle(self, obj: Resource, *, kind: Kind) -> Settled:
        """Deliver an object's audit events; see :meth:`operators.runtime.outbox.Outbox.settle`."""
        return await self.outbox.settle(obj, kind=kind)

    async def close(self) -> None:
        """Give all connections back."""
        await self.audit.close()
        await self.kube.close()


def make_runtime(
    *,
    name: str,
    transport: Transport,
    settings: SettingsT,
    identity: AuditIdentity,
    parts: Parts,
    metrics: Metrics,
    log: FilteringBoundLogger,
) -> Runtime[SettingsT]:
    """Put the collaborators together; needs a running loop only where ``transport`` does."""
    kube = Kube(transport, name=name)
    audit = AuditClient(settings.datastorage_url, name=name, timeout=settings.audit_timeout)
    guard = Guard(
        kube,
        attempts=settings.conflict_attempts,
        backoff=settings.conflicts,
        on_conflict=lambda _kind: metrics.conflicts.inc(),
    )
    outbox = parts.outbox(
        guard=guard,
        audit=audit,
        identity=identity,
        backoff=settings.audit_retry,
        metrics=metrics,
    )
    return Runtime(
        name=name,
        kube=kube,
        audit=audit,
        outbox=outbox,
        transitions=parts.transitions(guard=guard, outbox=outbox, metrics=metrics),
        recorder=Recorder(kube, log, component=identity.actor),
        settings=settings,
        metrics=metrics,
        log=log,
    )
