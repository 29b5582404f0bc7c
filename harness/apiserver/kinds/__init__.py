"""The built-in kinds that behave: a `Strategy` each, by group and kind. Others follow the common pipeline alone."""

from typing import Final

from harness.apiserver.kinds import apiextensions, authentication, authorization, coordination, core, events, rbac
from harness.apiserver.resources.strategy import Endpoint, Strategy

_GROUPS: Final = {
    "": core.STRATEGIES,
    "apiextensions.k8s.io": apiextensions.STRATEGIES,
    "authentication.k8s.io": authentication.STRATEGIES,
    "authorization.k8s.io": authorization.STRATEGIES,
    "rbac.authorization.k8s.io": rbac.STRATEGIES,
    "coordination.k8s.io": coordination.STRATEGIES,
    "events.k8s.io": events.STRATEGIES,
}

STRATEGIES: Final[dict[tuple[str, str], Strategy]] = {
    (group, kind): strategy for group, kinds in _GROUPS.items() for kind, strategy in kinds.items()
}
"""By group and kind."""

__all__ = ["STRATEGIES", "Endpoint", "Strategy"]
