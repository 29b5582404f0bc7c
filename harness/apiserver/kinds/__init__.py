"""The built-in kinds that behave: a `Strategy` each, by group and kind. Others follow the common pipeline alone."""

from typing import Final

from harness.apiserver.kinds import apiextensions, core
from harness.apiserver.resources.strategy import Endpoint, Strategy

STRATEGIES: Final[dict[tuple[str, str], Strategy]] = {("", kind): one for kind, one in core.STRATEGIES.items()} | {
    ("apiextensions.k8s.io", kind): one for kind, one in apiextensions.STRATEGIES.items()
}
"""By group and kind."""

__all__ = ["STRATEGIES", "Endpoint", "Strategy"]
