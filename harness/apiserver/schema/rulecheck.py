"""Whether the rules of a schema can be used: compiling, cheap enough, and ``oldSelf`` only where it can be correlated.

A rule is priced at its worst, times how often its place can occur: by ``maxItems`` and ``maxProperties`` of the schemas above, or,
where one of these has no bound, by how many such values fit into a request.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harness.apiserver.cel.sizes import MOST
from harness.apiserver.fields import OMITTED, FieldError, forbidden, invalid
from harness.apiserver.schema.cel import SELF_TYPE, CelError, Program, available
from harness.apiserver.schema.celtypes import Declared, declare
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.printed import internal_rule, printed

Schema = Mapping[str, Any]

PER_RULE: Final = 10_000_000
_UNSEEN: Final = (
    "internal error: failed to construct type information for x-kubernetes-validations rules: "
    "unable to convert structural schema to CEL declarations"
)
PER_SCHEMA: Final = 100_000_000
_MOST_NAMED: Final = 4
_STEP: Final = re.compile(r"\.properties\[(?P<name>.*?)\](?=\.|$)|\.(?P<part>items|additionalProperties)")


def rule_errors(
    schema: Schema, path: str, places: Sequence[tuple[str, str]], *, unchanged: bool = False
) -> Iterator[FieldError]:
    """Yield what is wrong with the rules at ``places``: the path of a schema, and of the ancestor that has no old value.

    With ``unchanged``, the costs of single rules do not count.
    """
    if not places:
        return
    if not available:
        # Better no CRD than one whose rules do not hold.
        why = "rules cannot be checked on this platform: the package cel-expr-python has no wheel for it"
        yield forbidden(f"{places[0][0]}.x-kubernetes-validations", why)
        return
    total = _Total()
    for place, lost in places:
        node, times, root = _at(schema, place.removeprefix(path))
        declared = declare(node, SELF_TYPE, root=root or bool(node.get("x-kubernetes-embedded-resource")))
        if declared is None:
            yield FieldError("InternalError", below(place, "x-kubernetes-validations"), OMITTED, _UNSEEN)
            continue
        for index, rule in enumerate(node["x-kubernetes-validations"]):
            here = at(below(place, "x-kubernetes-validations"), index)
            checker = _Rule(rule, here, declared, declared.most_in_request if times is None else times)
            yield from checker.errors(lost, total, unchanged=unchanged)
    yield from total.errors(path)


def _at(schema: Schema, path: str) -> tuple[Schema, int | None, bool]:
    """Return the schema at a path, how often it can occur (None: nobody knows), and whether it is the root."""
    times: int | None = 1
    for match in _STEP.finditer(path):
        bound = _bound(schema)
        times = None if times is None or bound is None else min(times * bound, MOST)
        schema = schema["properties"][match["name"]] if match["part"] is None else schema[match["part"]]
    return schema, times, not path


def _bound(schema: Schema) -> int | None:
    if schema.get("type") == "object" and schema.get("additionalProperties") is not None:
        most = schema.get("maxProperties")
    elif schema.get("type") == "array":
        most = schema.get("maxItems")
    else:
        return 1
    return None if most is None else max(most, 0)


class _Total:
    """What all rules of a schema cost together, and which of them cost most."""

    def __init__(self) -> None:
        self._cost = 0
        self._dearest: list[tuple[int, str]] = []

    def add(self, path: str, cost: int) -> None:
        self._cost = min(self._cost + cost, MOST)
        if cost >= PER_SCHEMA // 100:
            self._dearest = sorted([*self._dearest, (cost, path)], key=lambda one: -one[0])[:_MOST_NAMED]

    def errors(self, path: str) -> Iterator[FieldError]:
        if self._cost <= PER_SCHEMA:
            return
        for _, where in self._dearest:
            yield forbidden(
                where, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
            )
        name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema"
        yield forbidden(path, _too_dear(name, self._cost, PER_SCHEMA))


def _too_dear(name: str, cost: int, limit: int) -> str:
    factor = cost / limit
    shown = f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    if factor > 100:
        shown = "more than 100x"
    return (
        f"{name} exceeds budget by factor of {shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength "
        "where arrays, maps, and strings are declared)"
    )


class _Rule:
    def __init__(self, rule: Mapping[str, Any], path: str, declared: Declared, times: int) -> None:
        self._rule, self._path, self._declared, self._times = rule, path, declared, times
        self._shown = printed(internal_rule(rule))

    def errors(self, lost: str, total: _Total, *, unchanged: bool) -> Iterator[FieldError]:
        here = below(self._path, "rule")
        optional = bool(self._rule.get("optionalOldSelf"))
        uses_old = False
        try:
            program = Program(self._rule["rule"], self._declared, optional_old=optional)
        except CelError as problem:
            yield invalid(here, self._shown, f"compilation failed: {problem}")
        else:
            if not program.is_boolean():
                yield invalid(here, self._shown, "cel expression must evaluate to a bool")
            else:
                uses_old = program.uses_old
                cost = min(program.most_cost * self._times, MOST)
                if not unchanged and cost > PER_RULE:
                    yield forbidden(here, _too_dear("estimated rule cost", cost, PER_RULE))
                total.add(here, cost)
                if self._rule.get("messageExpression"):
                    yield from self._message(total, unchanged=unchanged)
        if uses_old and lost:
            detail = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {lost}"
            yield invalid(here, self._rule["rule"], detail)
        elif not uses_old and self._rule.get("optionalOldSelf") is not None:
            where = below(self._path, "optionalOldSelf")
            yield invalid(where, optional, "may not be set if oldSelf is not used in rule")

    def _message(self, total: _Total, *, unchanged: bool) -> Iterator[FieldError]:
        here = below(self._path, "messageExpression")
        optional = bool(self._rule.get("optionalOldSelf"))
        try:
            program = Program(self._rule["messageExpression"], self._declared, optional_old=optional)
        except CelError as problem:
            yield invalid(here, self._shown, f"messageExpression compilation failed: {problem}")
            return
        if not program.is_string():
            yield invalid(here, self._shown, "messageExpression must evaluate to a string")
            return
        if not unchanged and program.most_cost > PER_RULE:
            yield forbidden(here, _too_dear("estimated messageExpression cost", program.most_cost, PER_RULE))
        total.add(here, program.most_cost)
