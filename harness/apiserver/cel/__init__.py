"""CEL, as Kubernetes has it: parsed by cel-cpp; checked, priced and evaluated here.

``parse`` a text, ``expanded`` its macros, ``check`` it against declared types, ``estimate`` what it may cost, make it a function
(``compiled``) of an `Activation`.
"""

from harness.apiserver.cel.checker import Checked, CheckError, check
from harness.apiserver.cel.estimate import estimate
from harness.apiserver.cel.evaluate import PER_CALL, Activation, BudgetError, Code, compiled
from harness.apiserver.cel.literals import literal_problems
from harness.apiserver.cel.macros import expanded
from harness.apiserver.cel.syntax import CelSyntaxError, available, parse
from harness.apiserver.cel.values import EvalError

__all__ = [
    "PER_CALL",
    "Activation",
    "BudgetError",
    "CelSyntaxError",
    "CheckError",
    "Checked",
    "Code",
    "EvalError",
    "available",
    "check",
    "compiled",
    "estimate",
    "expanded",
    "literal_problems",
    "parse",
]
