"""Kinds of node.k8s.io."""

from typing import Final

from harness.apiserver.kinds.node.runtimes import RuntimeClassStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"RuntimeClass": RuntimeClassStrategy()}
