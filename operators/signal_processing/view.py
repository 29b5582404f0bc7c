"""A SignalProcessing read as what it says: the only module that knows where its fields lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from operators.api.kinds import SIGNAL_PROCESSING
from operators.api.names import correlation_id
from operators.api.resource import generation_of, key_of, phase_of, status_of, uid_of
from operators.api.times import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from operators.api.resource import Key


@dataclass(frozen=True, slots=True)
class SignalProcessing:
    """One version of one object. Reads only; nothing is copied until it is asked for."""

    resource: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """Namespace and name."""
        return key_of(self.resource)

    @property
    def uid(self) -> str:
        """The uid that the API server gave."""
        return uid_of(self.resource)

    @property
    def generation(self) -> int:
        """Generation of the spec; always 1, for the spec is immutable, but written as everybody writes it."""
        return generation_of(self.resource)

    @property
    def phase(self) -> str:
        """The phase as text, "" before the first edge."""
        return phase_of(self.resource, SIGNAL_PROCESSING)

    @property
    def ordinal(self) -> int:
        """How many edges were walked so far."""
        return int(self._status.get("transitionCount") or 0)

    @property
    def signal(self) -> Mapping[str, Any]:
        """``spec.signal``."""
        signal: Mapping[str, Any] = self.resource["spec"]["signal"]
        return signal

    @property
    def request_name(self) -> str:
        """Plain name of the RemediationRequest."""
        return str(self.resource["spec"]["remediationRequestRef"]["name"])

    @property
    def correlation(self) -> str:
        """Key of the audit trail: ``namespace/name`` of the RemediationRequest, whose namespace is this object's own unless the reference says otherwise."""
        reference = self.resource["spec"]["remediationRequestRef"]
        return correlation_id(reference.get("namespace") or self.key.namespace, self.request_name)

    @property
    def started(self) -> datetime | None:
        """When the first edge was walked; None before."""
        text = self._status.get("startTime")
        return parse(text) if text else None

    @property
    def conditions(self) -> Sequence[Mapping[str, Any]]:
        """``status.conditions``."""
        return self._status.get("conditions") or ()

    @property
    def context(self) -> Mapping[str, Any]:
        """``status.kubernetesContext``, written on the way to Classifying."""
        return self._status.get("kubernetesContext") or {}

    @property
    def namespace_labels(self) -> Mapping[str, str]:
        """Labels of the target's namespace, as they were when it was read."""
        return (self.context.get("namespace") or {}).get("labels") or {}

    @property
    def environment(self) -> Mapping[str, str]:
        """``status.environmentClassification``, written on the way to Categorizing: ``environment``, ``source``."""
        return self._status.get("environmentClassification") or {}

    @property
    def priority(self) -> Mapping[str, str]:
        """``status.priorityAssignment``, written on the way to Categorizing: ``priority``, ``source``."""
        return self._status.get("priorityAssignment") or {}

    @property
    def severity(self) -> str:
        """The normalised severity, "" before Categorizing."""
        return str(self._status.get("severity") or "")

    @property
    def _status(self) -> Mapping[str, Any]:
        return status_of(self.resource)


def inputs(resource: Mapping[str, Any]) -> Any:
    """What a decision about this object rests on: all of spec, and of status all but the outbox, which is delivered beside it.

    Labels and annotations are not in it: people may edit them while a transition is on its way. Conditions are, though not decided upon, because a
    transition writes the whole list and would drop what another writer has just added.
    """
    status = {name: value for name, value in status_of(resource).items() if name != "outbox"}
    return resource["spec"], status
