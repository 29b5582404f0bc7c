"""Kinds of discovery.k8s.io."""

from typing import Final

from harness.apiserver.kinds.discovery.slices import EndpointSliceStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"EndpointSlice": EndpointSliceStrategy()}
