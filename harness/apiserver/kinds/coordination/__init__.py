"""Kinds of coordination.k8s.io."""

from typing import Final

from harness.apiserver.kinds.coordination.leases import LeaseStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"Lease": LeaseStrategy()}
