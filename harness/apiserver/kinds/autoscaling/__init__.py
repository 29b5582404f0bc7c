"""Kinds of autoscaling."""

from typing import Final

from harness.apiserver.kinds.autoscaling.autoscalers import AutoscalerStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"HorizontalPodAutoscaler": AutoscalerStrategy()}
