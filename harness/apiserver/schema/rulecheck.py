"""Whether the rules of a schema can be used: well formed, compiling, and ``oldSelf`` only where it can be correlated."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required
from harness.apiserver.messages import Json
from harness.apiserver.schema import cel
from harness.apiserver.schema.paths import at, below

Schema = Mapping[str, Any]

_REASONS: Final = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def rule_errors(schema: Schema, path: str, *, uncorrelatable: str = "") -> Iterator[FieldError]:
    """Yield what is wrong with the ``x-kubernetes-validations`` of a schema and of those below it.

    ``uncorrelatable`` is the path of the first ancestor within which an old value cannot be found.
    """
    rules = schema.get("x-kubernetes-validations") or []
    here = below(path, "x-kubernetes-validations")
    for index, rule in enumerate(rules):
        found = list(_form(rule, at(here, index)))
        yield from found
        if not found:
            yield from _compilation(rule, at(here, index), uncorrelatable)
    inside = uncorrelatable
    if schema.get("x-kubernetes-map-type") == "atomic":
        inside = inside or path
    for name, child in (schema.get("properties") or {}).items():
        yield from rule_errors(child, at(below(path, "properties"), name), uncorrelatable=inside)
    if isinstance(schema.get("additionalProperties"), dict):
        where = below(path, "additionalProperties")
        yield from rule_errors(schema["additionalProperties"], where, uncorrelatable=uncorrelatable)
    if isinstance(schema.get("items"), dict):
        lost = uncorrelatable or ("" if schema.get("x-kubernetes-list-type") == "map" else path)
        yield from rule_errors(schema["items"], below(path, "items"), uncorrelatable=lost)


def _form(rule: Json, path: str) -> Iterator[FieldError]:
    if not isinstance(rule, dict):
        yield invalid(path, rule, "must be an object")
        return
    for key in ("rule", "message", "messageExpression", "fieldPath", "reason"):
        if not isinstance(rule.get(key, ""), str):
            yield invalid(below(path, key), rule[key], "must be a string")
            return
    yield from _wording(rule, path)
    expression = rule.get("messageExpression", "")
    if expression and not expression.strip():
        yield required(below(path, "messageExpression"), "messageExpression must be non-empty if specified")
    if rule.get("reason") and rule["reason"] not in _REASONS:
        yield not_supported(below(path, "reason"), rule["reason"], _REASONS)
    place = rule.get("fieldPath", "")
    if place and not place.strip():
        yield invalid(below(path, "fieldPath"), place, "must be non-empty if specified")


def _wording(rule: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    text, message = rule.get("rule", "").strip(), rule.get("message", "")
    if not text:
        yield required(below(path, "rule"), "rule is not specified")
    elif message and not message.strip():
        yield invalid(below(path, "message"), message, "must be non-empty if specified")
    elif "\n" in message.strip():
        yield invalid(below(path, "message"), message, "must not contain line breaks")
    elif "\n" in text and not message.strip():
        yield required(below(path, "message"), "message must be specified if rule contains line breaks")


def _compilation(rule: Mapping[str, Any], path: str, uncorrelatable: str) -> Iterator[FieldError]:
    here = below(path, "rule")
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
        yield invalid(here, rule, f"compilation failed: {problem}")
        return
    if not program.is_boolean():
        yield invalid(here, rule, "cel expression must evaluate to a bool")
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
        yield invalid(path, rule, f"messageExpression compilation failed: {problem}")
        return
    if not program.is_string():
        yield invalid(path, rule, "messageExpression must evaluate to a string")
