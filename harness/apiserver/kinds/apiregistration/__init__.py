"""Kinds of apiregistration.k8s.io."""

from typing import Final

from harness.apiserver.kinds.apiregistration.services import ApiServiceStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"APIService": ApiServiceStrategy()}
