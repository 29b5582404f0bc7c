"""The fingerprint index: *whom to wake* when a request moves, and nothing else.

Kopf keeps it from its own watch, keyed by (namespace, fingerprint); an entry says what a request waits for, as far as the
last event told. It may lag, so nothing is decided on it: who is woken reads the API server. Woken are the requests that
wait for somebody of their fingerprint: duplicates, whose original may have ended or be gone, and Pending ones, which may
have been waiting for the claim.

Nobody depends on being woken: the queue's resync finds out too, only later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operators.api.phases import RemediationPhase
from operators.api.reasons import BlockReason
from operators.api.resource import Key, key_of, status_of
from operators.remediation_orchestrator.routing import WAITING

INDEX = "remediation_requests_by_fingerprint"
"""The name under which Kopf hands the index to handlers."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What the index remembers of one request."""

    name: str
    phase: str
    block_reason: str

    @property
    def waits_for_others(self) -> bool:
        """Whether a move of another request of its fingerprint may change something for it."""
        if self.phase == RemediationPhase.BLOCKED:
            return self.block_reason == BlockReason.DUPLICATE_IN_PROGRESS
        return self.phase in WAITING


IndexKey = tuple[str, str]
"""Namespace and fingerprint: a tenant's requests are never found under another's."""


def index_key(resource: Mapping[str, Any]) -> IndexKey:
    """Where a request is found."""
    return key_of(resource).namespace, str((resource.get("spec") or {}).get("signalFingerprint", ""))


def entry(resource: Mapping[str, Any]) -> Entry:
    """What to remember of a request."""
    status = status_of(resource)
    return Entry(
        name=key_of(resource).name,
        phase=str(status.get("overallPhase") or ""),
        block_reason=str(status.get("blockReason") or ""),
    )


def to_wake(moved: Mapping[str, Any], *, deleted: bool, known: Iterable[Entry]) -> list[Key]:
    """The other requests that the move of one may concern, in the order of their names.

    :param moved: the request of the event.
    :param known: the index's entries of its fingerprint and namespace.
    """
    here = entry(moved)
    if here.phase in WAITING and not deleted:
        return []  # it has not become anything that others wait for
    namespace = key_of(moved).namespace
    return [Key(namespace, other.name) for other in sorted(known) if other.name != here.name and other.waits_for_others]
