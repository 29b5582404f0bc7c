"""Whether the rules of a schema can be used: compiling, and ``oldSelf`` only where it can be correlated."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.schema import cel
from harness.apiserver.schema.paths import at, below
from harness.apiserver.schema.printed import internal_rule, printed

Schema = Mapping[str, Any]


def rule_errors(
    schema: Schema, path: str, places: Sequence[tuple[str, str]], *, unchanged: bool = False
) -> Iterator[FieldError]:
    """Yield what is wrong with the rules at ``places``: the path of a schema, and of the ancestor that has no old value."""
    del unchanged
    for place, lost in places:
        node = _at(schema, place.removeprefix(path))
        for index, rule in enumerate(node["x-kubernetes-validations"]):
            yield from _compilation(rule, at(below(place, "x-kubernetes-validations"), index), lost)


def _at(schema: Any, path: str) -> Any:
    for step in path.replace("]", "").replace("[", ".").split("."):
        if step:
            schema = schema[int(step) if isinstance(schema, list) else step]
    return schema


def _compilation(rule: Mapping[str, Any], path: str, uncorrelatable: str) -> Iterator[FieldError]:
    here, shown = below(path, "rule"), printed(internal_rule(rule))
    if not cel.available:
        # Better no CRD than one whose rules do not hold.
        yield forbidden(
            here, "rules cannot be checked on this platform: the package cel-expr-python has no wheel for it"
        )
        return
    optional = bool(rule.get("optionalOldSelf"))
    try:
        program = cel.Program(rule["rule"].strip(), optional_old=optional)
    except cel.CelError as problem:
        yield invalid(here, shown, f"compilation failed: {problem}")
        return
    if not program.is_boolean():
        yield invalid(here, shown, "cel expression must evaluate to a bool")
    if program.uses_old and uncorrelatable:
        detail = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelatable}"
        yield invalid(here, rule["rule"], detail)
    if not program.uses_old and rule.get("optionalOldSelf") is not None:
        yield invalid(below(path, "optionalOldSelf"), optional, "may not be set if oldSelf is not used in rule")
    if rule.get("messageExpression"):
        yield from _message_expression(rule, below(path, "messageExpression"))


def _message_expression(rule: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    try:
        program = cel.Program(rule["messageExpression"].strip())
    except cel.CelError as problem:
        yield invalid(path, printed(internal_rule(rule)), f"messageExpression compilation failed: {problem}")
        return
    if not program.is_string():
        yield invalid(path, printed(internal_rule(rule)), "messageExpression must evaluate to a string")
