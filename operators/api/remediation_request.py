"""A RemediationRequest as its readers see it: frozen, typed, nothing read twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from operators.api.names import correlation_id
from operators.api.phases import TERMINAL_REMEDIATION, RemediationPhase
from operators.api.resource import Key, annotations_of, status_of
from operators.api.times import parse, parse_duration

__all__ = ["RemediationRequestView"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemediationRequestView:
    """The fields of a RemediationRequest that decisions rest on.

    Times are aware datetimes or None; texts that are absent are empty. Build one with :meth:`of`, or directly in a test.
    """

    namespace: str
    name: str
    uid: str
    created: datetime
    """``metadata.creationTimestamp``: whole seconds, so ties are common."""
    deleting: bool = False
    fingerprint: str = ""
    severity: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)
    status: Mapping[str, Any] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    phase: RemediationPhase = RemediationPhase.UNSET
    started: datetime | None = None
    completed: datetime | None = None
    processing_started: datetime | None = None
    analyzing_started: datetime | None = None
    executing_started: datetime | None = None
    block_reason: str = ""
    blocked_until: datetime | None = None
    duplicate_of: str = ""
    failure_phase: str = ""
    outcome: str = ""
    timeouts: Mapping[str, timedelta] = field(default_factory=dict)
    """``status.timeoutConfig`` by its field names (global, processing, analyzing, executing); may be negative."""

    @property
    def key(self) -> Key:
        """Where it lives."""
        return Key(self.namespace, self.name)

    @property
    def terminal(self) -> bool:
        """Whether nothing of ours may change its phase any more."""
        return self.phase in TERMINAL_REMEDIATION

    @property
    def correlation_id(self) -> str:
        """Key of its audit trail."""
        return correlation_id(self.namespace, self.name)

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> "RemediationRequestView":
        """The view of an object as the API server sent it.

        :raises ValueError: a time, duration or phase that the schema of ``crds/`` would not have let in.
        """
        metadata, spec, status = obj["metadata"], obj.get("spec") or {}, status_of(obj)
        return cls(
            namespace=metadata.get("namespace", ""),
            name=metadata["name"],
            uid=metadata["uid"],
            created=parse(metadata["creationTimestamp"]),
            deleting="deletionTimestamp" in metadata,
            fingerprint=spec.get("signalFingerprint", ""),
            severity=spec.get("severity", ""),
            spec=spec,
            status=status,
            annotations=annotations_of(obj),
            phase=RemediationPhase(status.get("overallPhase") or ""),
            started=_time(status, "startTime"),
            completed=_time(status, "completedAt"),
            processing_started=_time(status, "processingStartTime"),
            analyzing_started=_time(status, "analyzingStartTime"),
            executing_started=_time(status, "executingStartTime"),
            block_reason=status.get("blockReason") or "",
            blocked_until=_time(status, "blockedUntil"),
            duplicate_of=status.get("duplicateOf") or "",
            failure_phase=status.get("failurePhase") or "",
            outcome=status.get("outcome") or "",
            timeouts={name: parse_duration(text) for name, text in (status.get("timeoutConfig") or {}).items() if text},
        )


def _time(status: Mapping[str, Any], name: str) -> datetime | None:
    text = status.get(name)
    return parse(text) if text else None
