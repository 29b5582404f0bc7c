"""What a signal means to the business: whose it is and how much it matters (BR-SP-002, BR-SP-080, BR-SP-081).

The owner is read from namespace labels, criticality and service level follow from the environment. Nothing here can
fail: an unlabelled namespace has no known owner, and an environment nobody listed is of medium criticality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Criticality and service level by environment.
_STANDING = {
    "production": ("high", "gold"),
    "staging": ("medium", "silver"),
    "development": ("low", "bronze"),
    "test": ("low", "bronze"),
}
_OTHERWISE = ("medium", "bronze")

_UNIT_LABELS = ("kubernaut.ai/business-unit", "kubernaut.ai/team")  # the first that is set wins
_OWNER_LABEL = "kubernaut.ai/service-owner"


@dataclass(frozen=True, slots=True)
class BusinessClassification:
    """Texts; ``business_unit`` and ``service_owner`` are "" where the namespace does not say."""

    business_unit: str
    service_owner: str
    criticality: str
    sla: str


def classify_business(environment: str, namespace_labels: Mapping[str, str]) -> BusinessClassification:
    """Owner from the labels, standing from the environment."""
    criticality, sla = _STANDING.get(environment, _OTHERWISE)
    unit = next((namespace_labels[label] for label in _UNIT_LABELS if namespace_labels.get(label)), "")
    return BusinessClassification(
        business_unit=unit,
        service_owner=namespace_labels.get(_OWNER_LABEL, ""),
        criticality=criticality,
        sla=sla,
    )
