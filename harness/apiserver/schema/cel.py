"""The adapter to CEL: the one place that knows `cel_expr_python`.

A `Program` is a compiled expression over ``self`` and ``oldSelf``, evaluated on plain JSON values. Where no wheel of the
library exists (musl, Intel macOS), `available` is False, and CRDs with rules are refused rather than their rules ignored.

What the C++ library lacks of Kubernetes' environment: two-variable comprehensions, the ``format``, ``quantity``,
``url``, ``ip`` and ``cidr`` libraries, cost budgets, and the check of a rule against the types of the schema (``self`` is
dynamic here: a mistyped field is found when the rule runs, not when the CRD is created).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from harness.apiserver.messages import Json

try:
    from cel_expr_python import cel  # type: ignore[import-untyped]
    from cel_expr_python.ext import (  # type: ignore[import-untyped]
        ext_bindings,
        ext_encoders,
        ext_math,
        ext_optional,
        ext_strings,
    )
except ImportError:  # a platform without a wheel
    cel = None

available: Final = cel is not None


class CelError(Exception):
    """An expression does not compile (`Program`), or has no value for these inputs (`Program.run`)."""


@lru_cache(maxsize=8)
def _environment(names: tuple[str, ...] = ("self", "oldSelf")) -> Any:
    dyn, boolean = cel.Type.DYN, cel.Type.BOOL
    return cel.NewEnv(
        variables=dict.fromkeys(names, dyn) | {"oldSelves": cel.Type.List(dyn)},
        extensions=[
            ext_math.ExtMath(),
            ext_strings.ExtStrings(),
            ext_optional.ExtOptional(),
            ext_bindings.ExtBindings(),
            ext_encoders.ExtEncoders(),
        ],
        functions=[
            _member(name, implementation, result) for name, implementation, result in _list_library(boolean, dyn)
        ],
    )


def _list_library(boolean: Any, dyn: Any) -> list[tuple[str, Any, Any]]:
    # Kubernetes' list library (k8s.io/apiserver/pkg/cel/library/lists.go), on dynamic lists.
    return [
        ("isSorted", lambda values: all(a <= b for a, b in pairwise(values)), boolean),
        ("sum", sum, dyn),
        ("min", min, dyn),
        ("max", max, dyn),
    ]


def _member(name: str, implementation: Any, result: Any) -> Any:
    overload = cel.Overload(f"list_{name}", result, [cel.Type.List(cel.Type.DYN)], is_member=True, impl=implementation)
    return cel.FunctionDecl(name, [overload])


_OLD_SELF: Final = re.compile(r"\boldSelf\b")


class Program:
    """A compiled expression. ``uses_old`` tells whether it mentions ``oldSelf`` (a transition rule)."""

    __slots__ = ("_expression", "_optional_old", "uses_old")

    def __init__(self, text: str, *, optional_old: bool = False) -> None:
        """Compile ``text``; with ``optional_old``, ``oldSelf`` is an optional in it (KEP-4008).

        :raises CelError: with the compiler's message.
        """
        self.uses_old = bool(_OLD_SELF.search(_without_strings(text)))
        self._optional_old = optional_old
        if optional_old:
            text = f"cel.bind(oldSelf, oldSelves.size() == 0 ? optional.none() : optional.of(oldSelves[0]), ({text}\n))"
        try:
            self._expression = _environment().compile(text)
        except RuntimeError as problem:
            raise CelError(str(problem)) from None

    def run(self, value: Json, old: Json = None) -> Any:
        """Return the expression's value, as a Python value.

        :raises CelError: with the evaluator's message (no such key, no such overload, division by zero…).
        """
        data: dict[str, Any] = {"self": value}
        if self._optional_old:
            data = {"self": value, "oldSelves": [] if old is None else [old]}
        elif self.uses_old:
            data = {"self": value, "oldSelf": old}
        result = self._expression.eval(data=data)
        if result.type() == cel.Type.ERROR:
            raise CelError(str(result.value()))
        return result.value()

    def is_boolean(self) -> bool:
        """Tell whether the expression can be a rule: its type is bool, or unknown before it runs."""
        return self._expression.return_type() in (cel.Type.BOOL, cel.Type.DYN)

    def is_string(self) -> bool:
        """Tell whether the expression can be a message: its type is string, or unknown before it runs."""
        return self._expression.return_type() in (cel.Type.STRING, cel.Type.DYN)


class Expression:
    """A compiled expression over any dynamic ``variables``; see `Program` for rules of schemas."""

    __slots__ = ("_expression",)

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        """Compile ``text``.

        :raises CelError: with the compiler's message.
        """
        try:
            self._expression = _environment(variables).compile(text)
        except RuntimeError as problem:
            raise CelError(str(problem)) from None

    def run(self, values: Mapping[str, Json]) -> Any:
        """Return the expression's value, as a Python value.

        :raises CelError: with the evaluator's message.
        """
        result = self._expression.eval(data=values)
        if result.type() == cel.Type.ERROR:
            raise CelError(str(result.value()))
        return result.value()


def _without_strings(text: str) -> str:
    return re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", "''", text)
