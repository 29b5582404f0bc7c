"""Resource quotas: what each object uses, whether its namespace has as much left, and what is used in all."""

from harness.apiserver.quota.charges import Charge, charges
from harness.apiserver.quota.counting import counted
from harness.apiserver.quota.evaluators import evaluator_of
from harness.apiserver.quota.pods import end_of_patience

__all__ = ["Charge", "charges", "counted", "end_of_patience", "evaluator_of"]
