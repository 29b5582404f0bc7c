"""Rules and their messages as programs over ``self`` and ``oldSelf``, typed by the schema that they stand at."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.cel import (
    Activation,
    BudgetError,
    CelSyntaxError,
    CheckError,
    EvalError,
    available,
    check,
    compiled,
    estimate,
    expanded,
    literal_problems,
    parse,
)
from harness.apiserver.cel.checker import Structs
from harness.apiserver.cel.types import BOOL, STRING, Type, optional_of
from harness.apiserver.cel.values import ABSENT, Optional
from harness.apiserver.schema.celtypes import Declared

SELF_TYPE: Final = "selfType"
"""What the type of ``self`` is called; the real server adds the nanosecond at which it compiled."""


class CelError(Exception):
    """An expression does not compile (`Program`), or has no value for these inputs (`Program.run`).

    :ivar exhausted: the evaluation has cost more than one may.
    :ivar cost: what the evaluation has cost (`Expression.run`).
    """

    def __init__(self, text: str, *, exhausted: bool = False, cost: int = 0) -> None:
        super().__init__(text)
        self.exhausted = exhausted
        self.cost = cost


class Program:
    """A compiled expression. ``uses_old`` tells whether it mentions ``oldSelf`` (a transition rule)."""

    __slots__ = ("_code", "_optional_old", "most_cost", "result", "uses_old")

    def __init__(self, text: str, declared: Declared, *, optional_old: bool = False) -> None:
        """Compile ``text``; with ``optional_old``, ``oldSelf`` is an optional in it (KEP-4008).

        :raises CelError: with the compiler's message.
        """
        old = optional_of(declared.type) if optional_old else declared.type
        try:
            checked = check(expanded(parse(text)), {"self": declared.type, "oldSelf": old}, _structs(declared))
        except (CelSyntaxError, CheckError) as problem:
            raise CelError(str(problem)) from None
        if wrong := literal_problems(checked.parsed):
            raise CelError(wrong)
        self.result = checked.result
        self.uses_old = "oldSelf" in checked.variables
        self.most_cost = estimate(checked, declared.at).most
        self._optional_old = optional_old
        self._code = compiled(checked)

    def run(self, value: Any, old: Any = None) -> tuple[Any, int]:
        """Return the expression's value, and what it cost.

        :raises CelError: with the evaluator's message (no such key, no such overload, division by zero…).
        """
        variables = {"self": value}
        if self._optional_old:
            variables["oldSelf"] = ABSENT if old is None else Optional(present=True, value=old)
        elif self.uses_old:
            variables["oldSelf"] = old
        activation = Activation(variables)
        try:
            return self._code(activation), activation.cost
        except BudgetError as problem:
            raise CelError(str(problem), exhausted=True) from None
        except EvalError as problem:
            raise CelError(str(problem)) from None

    def is_boolean(self) -> bool:
        """Tell whether the expression can be a rule."""
        return self.result == BOOL

    def is_string(self) -> bool:
        """Tell whether the expression can be a message."""
        return self.result == STRING


class Expression:
    """A compiled expression over any ``variables``, by name and type; see `Program` for rules of schemas.

    :ivar result: the type of its value.
    """

    __slots__ = ("_code", "result")

    def __init__(self, text: str, variables: Mapping[str, Type], structs: Structs) -> None:
        """Compile ``text``; ``structs`` gives the fields of each struct type.

        :raises CelError: with the compiler's message.
        """
        try:
            checked = check(expanded(parse(text)), variables, structs)
        except (CelSyntaxError, CheckError) as problem:
            raise CelError(str(problem)) from None
        self.result = checked.result
        self._code = compiled(checked)

    def run(self, values: Mapping[str, Any]) -> tuple[Any, int]:
        """Return the expression's value, and what it cost.

        :raises CelError: with the evaluator's message.
        """
        activation = Activation(values)
        try:
            return self._code(activation), activation.cost
        except EvalError as problem:
            exhausted = isinstance(problem, BudgetError)
            raise CelError(str(problem), exhausted=exhausted, cost=activation.cost) from None


@lru_cache(maxsize=64)
def _structs(declared: Declared) -> Any:
    return declared.structs()


__all__ = ["SELF_TYPE", "CelError", "Expression", "Program", "available"]
