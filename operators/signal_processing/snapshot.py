"""What was read before a decision: the object itself and, in two of its phases, what that phase looks at.

A snapshot is complete: ``decide`` needs nothing else but the time. What failed for good is in it as data too; what may
succeed next time never gets here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from operators.signal_processing.classification import Classification
    from operators.signal_processing.enrichment import Enrichment, Unresolvable
    from operators.signal_processing.errors import PolicyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One SignalProcessing and the findings of its current phase.

    :ivar resource: the object, as the API server gave it.
    :ivar began: when the reading for this phase began; the events' ``duration_ms`` count from here, so they tell the
        attempt that succeeded and not the ones before it.
    :ivar enrichment: in Enriching, what the cluster said.
    :ivar classification: in Classifying, what the policies said.
    """

    resource: Mapping[str, Any]
    began: datetime
    enrichment: Enrichment | Unresolvable | None = None
    classification: Classification | PolicyError | None = None
