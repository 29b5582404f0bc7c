"""Kinds of scheduling.k8s.io."""

from typing import Final

from harness.apiserver.kinds.scheduling.priorities import PriorityClassStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"PriorityClass": PriorityClassStrategy()}
