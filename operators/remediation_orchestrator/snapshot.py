"""What a decision rests on: one request, the others of its fingerprint, the claim on that fingerprint, the child at work.

A snapshot is what was read from the API server for one decision, and nothing else: `decide` sees no object, no client
and no clock. Fields that a decision does not need stay in ``resource``, for those who build bodies out of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from operators.api import times
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.phases import TERMINAL_REMEDIATION, RemediationPhase
from operators.api.resource import controller_of, status_of


@dataclass(frozen=True, slots=True)
class Request:
    """A RemediationRequest as the orchestrator looks at it.

    Beside `operators.api.RemediationRequestView` it has its own reading of the limits: as text, because a limit that cannot
    be parsed is something to decide about, not a reason to be blind for the request and for all others of its fingerprint.

    :ivar created: ``metadata.creationTimestamp``, whole seconds.
    :ivar completed: ``status.completedAt``, microseconds; None while the request is under way.
    :ivar phase_started: when each stage began, by the name of its status field.
    :ivar resource: the object as it was read.
    """

    namespace: str
    name: str
    uid: str
    fingerprint: str
    phase: RemediationPhase
    deleting: bool
    created: datetime
    completed: datetime | None
    started: datetime | None
    phase_started: Mapping[str, datetime]
    timeout_config: Mapping[str, str]
    block_reason: str
    blocked_until: datetime | None
    duplicate_of: str
    failure_phase: str
    timeout_phase: str
    outcome: str
    has_outbox: bool
    resource: Mapping[str, Any] = field(compare=False, repr=False)

    @classmethod
    def of(cls, resource: Mapping[str, Any]) -> Self:
        """The view of one object as the API server returned it."""
        metadata, status = resource["metadata"], status_of(resource)
        return cls(
            namespace=metadata["namespace"],
            name=metadata["name"],
            uid=metadata["uid"],
            fingerprint=resource["spec"]["signalFingerprint"],
            phase=RemediationPhase(status.get("overallPhase", "")),
            deleting="deletionTimestamp" in metadata,
            created=times.parse(metadata["creationTimestamp"]),
            completed=_time(status, "completedAt"),
            started=_time(status, "startTime"),
            phase_started={name: times.parse(text) for name, text in status.items() if name in _STAGE_STARTS},
            timeout_config=status.get("timeoutConfig") or {},
            block_reason=status.get("blockReason", ""),
            blocked_until=_time(status, "blockedUntil"),
            duplicate_of=status.get("duplicateOf", ""),
            failure_phase=status.get("failurePhase", ""),
            timeout_phase=status.get("timeoutPhase", ""),
            outcome=status.get("outcome", ""),
            has_outbox=bool(status.get("outbox")),
            resource=resource,
        )

    @property
    def is_terminal(self) -> bool:
        """Whether the request has ended: nobody of ours moves it again."""
        return self.phase in TERMINAL_REMEDIATION

    @property
    def age_key(self) -> tuple[datetime, str]:
        """Older first; the name settles what whole seconds cannot."""
        return self.created, self.name


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to proceed for one (namespace, fingerprint), as it was found.

    :ivar holder: uid of the request that holds it; empty when nobody does.
    :ivar fresh: this very reconcile created it, so nobody can have acted on an older version of it.
    :ivar lease: the Lease as it was read; its resourceVersion guards every change.
    """

    holder: str
    fresh: bool
    lease: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Child:
    """The SignalProcessing, AIAnalysis or WorkflowExecution that a stage waits for.

    :ivar owner: uid of its controller; anything but the request's own means that the name is taken by a stranger.
    """

    name: str
    owner: str
    phase: str
    status: Mapping[str, Any]

    @classmethod
    def of(cls, resource: Mapping[str, Any]) -> Self:
        """The view of one child as the API server returned it."""
        status = status_of(resource)
        owner = controller_of(resource, REMEDIATION_REQUEST)
        return cls(
            name=resource["metadata"]["name"],
            owner=str(owner["uid"]) if owner else "",
            phase=status.get("phase", ""),
            status=status,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one decision was made on.

    :ivar others: the other requests of the same fingerprint in the same namespace, from the API server; None when the
        phase does not ask for them.
    :ivar claim: None until the claim has been looked at.
    :ivar child: the child of the present stage; None when it does not exist (yet).
    :ivar source: the child of the stage before, read only when the present one has to be made; what its body needs.
    """

    request: Request
    others: tuple[Request, ...] | None = None
    claim: Claim | None = None
    child: Child | None = None
    source: Child | None = None


_STAGE_STARTS = frozenset({"processingStartTime", "analyzingStartTime", "executingStartTime"})


def _time(status: Mapping[str, Any], name: str) -> datetime | None:
    text = status.get(name)
    return times.parse(text) if text else None
