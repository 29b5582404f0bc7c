"""Kinds of policy."""

from typing import Final

from harness.apiserver.kinds.policy.budgets import BudgetStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"PodDisruptionBudget": BudgetStrategy()}
