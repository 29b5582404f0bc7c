"""Which evaluator counts the objects of a resource."""

from functools import lru_cache
from typing import Final

from harness.apiserver.quota.claims import ClaimEvaluator
from harness.apiserver.quota.devices import DeviceClaimEvaluator
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.pods import PodEvaluator
from harness.apiserver.quota.services import ServiceEvaluator
from harness.apiserver.resources import Resource

_IGNORED: Final = frozenset({("", "events"), ("events.k8s.io", "events")})
"""What is stored and never counted. What is not stored is not asked about."""

_SPECIAL: Final[dict[tuple[str, str], type[Evaluator]]] = {
    ("", "persistentvolumeclaims"): ClaimEvaluator,
    ("", "pods"): PodEvaluator,
    ("", "services"): ServiceEvaluator,
    ("resource.k8s.io", "resourceclaims"): DeviceClaimEvaluator,
}


def evaluator_of(resource: Resource) -> Evaluator | None:
    """Return what counts the objects of a resource, None where nothing does."""
    return _evaluator(resource.group, resource.plural) if resource.namespaced else None


@lru_cache(maxsize=1024)
def _evaluator(group: str, plural: str) -> Evaluator | None:
    place = (group, plural)
    return None if place in _IGNORED else _SPECIAL.get(place, Evaluator)(group, plural)
