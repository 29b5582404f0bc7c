"""Kinds of apiextensions.k8s.io."""

from typing import Final

from harness.apiserver.kinds.apiextensions.definitions import CLEANUP_FINALIZER, DefinitionStrategy
from harness.apiserver.kinds.apiextensions.naming import is_established, next_status, with_condition
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"CustomResourceDefinition": DefinitionStrategy()}

__all__ = ["CLEANUP_FINALIZER", "STRATEGIES", "is_established", "next_status", "with_condition"]
