"""A SignalProcessing read as what it says: the only module that knows where its fields lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from operators.api.kinds import SIGNAL_PROCESSING
from operators.api.names import correlation_id
from operators.api.resource import key_of, phase_of, status_of
from operators.api.times import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    def phase(self) -> str:
        """The phase as text, "" before the first edge."""
        return phase_of(self.resource, SIGNAL_PROCESSING)

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
        """Key of the audit trail: ``namespace/name`` of the RemediationRequest, whose namespace is this object's own
        unless the reference says otherwise.
        """
        reference = self.resource["spec"]["remediationRequestRef"]
        return correlation_id(reference.get("namespace") or self.key.namespace, self.request_name)

    @property
    def started(self) -> datetime | None:
        """When the first edge was walked; None before."""
        text = self._status.get("startTime")
        return parse(text) if text else None

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
