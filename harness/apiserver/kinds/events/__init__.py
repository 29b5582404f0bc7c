"""Kinds of events.k8s.io."""

from typing import Final

from harness.apiserver.kinds.core.events import EventStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"Event": EventStrategy(modern=True)}
