"""The form of the entries of ``x-kubernetes-validations``: what can be said of them before anything is compiled."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.messages import Json
from harness.apiserver.schema.fieldpath import PathError, resolve
from harness.apiserver.schema.paths import at, below

Schema = Mapping[str, Any]

_REASONS: Final = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def form_errors(schema: Schema, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the form of the rules of one schema, not of those below it."""
    for index, rule in enumerate(schema.get("x-kubernetes-validations") or []):
        yield from _form(rule, schema, at(below(path, "x-kubernetes-validations"), index))


def _form(rule: Json, schema: Schema, path: str) -> Iterator[FieldError]:
    if not isinstance(rule, dict):
        yield invalid(path, rule, "must be an object")
        return
    for key in ("rule", "message", "messageExpression", "fieldPath", "reason"):
        if not isinstance(rule.get(key) or "", str):
            yield invalid(below(path, key), rule[key], "must be a string")
            return
    yield from _wording(rule, path)
    expression = rule.get("messageExpression") or ""
    if expression and not expression.strip():
        yield required(below(path, "messageExpression"), "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        yield not_supported(below(path, "reason"), rule["reason"], _REASONS)
    if place := rule.get("fieldPath"):
        yield from _field_path(place, schema, below(path, "fieldPath"))


def _wording(rule: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    text, message = (rule.get("rule") or "").strip(), rule.get("message") or ""
    if not text:
        yield required(below(path, "rule"), "rule is not specified")
    elif message and not message.strip():
        yield invalid(below(path, "message"), message, "must be non-empty if specified")
    elif _has_breaks(message.strip()):
        yield invalid(below(path, "message"), message, "must not contain line breaks")
    elif _has_breaks(text) and not message.strip():
        yield required(below(path, "message"), "message must be specified if rule contains line breaks")


def _field_path(place: str, schema: Schema, path: str) -> Iterator[FieldError]:
    if not place.strip():
        yield invalid(path, place, "must be non-empty if specified")
    if _has_breaks(place):
        yield invalid(path, place, "must not contain line breaks")
    try:
        resolve(place, schema)
    except PathError:
        yield invalid(path, place, "must be a valid path")


def _has_breaks(text: str) -> bool:
    return "\n" in text or "\r" in text
