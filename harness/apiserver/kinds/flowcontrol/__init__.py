"""Kinds of flowcontrol.apiserver.k8s.io: how requests would share a busy server. Nothing is held back here."""

from typing import Final

from harness.apiserver.kinds.flowcontrol.levels import PriorityLevelStrategy
from harness.apiserver.kinds.flowcontrol.schemas import FlowSchemaStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "FlowSchema": FlowSchemaStrategy(),
    "PriorityLevelConfiguration": PriorityLevelStrategy(),
}
