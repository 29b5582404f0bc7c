"""ValidatingAdmissionPolicies: rules in CEL, which must compile when a policy is written."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.admission.declared import (
    RESULT_OF_CONDITIONS,
    RESULT_OF_MESSAGES,
    RESULTS_OF_ANNOTATIONS,
    Declarations,
)
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required
from harness.apiserver.jsonpath import PathSyntaxError, parse
from harness.apiserver.kinds.admissionregistration.matching import (
    FAILURE_POLICIES,
    condition_errors,
    default_match,
    match_errors,
)
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.kinds.conditions import condition_errors as conditions_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_1035_label, dns_subdomain, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_MOST_ANNOTATIONS: Final = 20
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOTHING_TO_DO: Final = "validations or auditAnnotations must contain at least one item"


class ValidatingPolicyStrategy(Strategy):
    """What must be true of requests."""

    def default(self, value: Object) -> Object:
        """Fail closed, look at equivalent versions."""
        spec = with_defaults(value.get("spec") or {}, failurePolicy="Fail")
        if spec.get("matchConstraints") is not None:
            spec = {**spec, "matchConstraints": default_match(spec["matchConstraints"])}
        return {**value, "spec": spec, "status": value.get("status") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Give an empty status."""
        del cluster, resource
        return {**value, "status": {}}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Take the status alone from a status write."""
        del cluster, resource
        return {**value, "metadata": current["metadata"]} if subresource == "status" else value

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the part that is written."""
        del cluster, resource, current
        if subresource == "status":
            return list(_status_errors(value.get("status") or {}))
        return list(_errors(value["spec"], value["metadata"].get("name", "")))


def _status_errors(status: Object) -> Iterator[FieldError]:
    for index, one in enumerate((status.get("typeChecking") or {}).get("expressionWarnings") or ()):
        here, reference = f"status.typeChecking.expressionWarnings[{index}]", (one.get("fieldRef") or "").strip()
        if not one.get("warning"):
            yield required(f"{here}.warning")
        if not reference:
            yield required(f"{here}.fieldRef")
            continue
        try:
            parse(reference)
        except PathSyntaxError as problem:
            yield invalid(f"{here}.fieldRef", reference, f"invalid JSONPath: {problem}")
    yield from conditions_errors(status.get("conditions") or [], "status.conditions")


def _errors(spec: Object, name: str) -> Iterator[FieldError]:
    if spec["failurePolicy"] not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", spec["failurePolicy"], FAILURE_POLICIES)
    if (kind := spec.get("paramKind")) is not None:
        yield from kind_errors(kind, "spec.paramKind")
    if (match := spec.get("matchConstraints")) is None:
        yield required("spec.matchConstraints")
    else:
        yield from match_errors(match, "spec.matchConstraints")
        if not match.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
    declared = Declarations(params=spec.get("paramKind") is not None, composed=bool(spec.get("variables")))
    conditions = Declarations(params=spec.get("paramKind") is not None, composed=False)
    yield from condition_errors(spec.get("matchConditions") or [], "spec.matchConditions", conditions)
    for index, variable in enumerate(spec.get("variables") or ()):
        yield from variable_errors(variable, f"spec.variables[{index}]", declared)
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        yield required("spec.validations", _NOTHING_TO_DO)
        yield required("spec.auditAnnotations", _NOTHING_TO_DO)
    for index, one in enumerate(validations):
        yield from _validation_errors(one, f"spec.validations[{index}]", declared)
    yield from _annotation_errors(annotations, name, declared)


def variable_errors(variable: Object, path: str, declared: Declarations) -> Iterator[FieldError]:
    """Yield what is wrong with a variable, which expressions after it may name."""
    name, text = (variable.get("name") or "").strip(), variable.get("expression") or ""
    if not name:
        yield required(f"{path}.name", "name is not specified")
    elif not _IDENTIFIER.fullmatch(variable["name"]):
        yield invalid(f"{path}.name", variable["name"], "must be a valid CEL identifier")
    if not text.strip():
        yield required(f"{path}.expression", "expression is not specified")
    elif problem := declared.add(name, text):
        yield invalid(f"{path}.expression", text, problem)


def kind_errors(kind: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the kind of a policy's parameters."""
    group, _, version = (kind.get("apiVersion") or "").rpartition("/")
    if not kind.get("apiVersion"):
        yield required(f"{path}.apiVersion")
    else:
        if group and (wrong := dns_subdomain(group)):
            yield invalid(f"{path}.apiVersion", group, ",".join(wrong))
        if not version:
            yield invalid(f"{path}.apiVersion", kind["apiVersion"], "version must be specified")
        elif wrong := dns_1035_label(version):
            yield invalid(f"{path}.apiVersion", version, ",".join(wrong))
    if not (name := kind.get("kind")):
        yield required(f"{path}.kind")
    elif wrong := dns_1035_label(name.lower()):
        detail = f"may have mixed case, but should otherwise match: {','.join(wrong)}"
        yield invalid(f"{path}.kind", name, detail)


def _validation_errors(validation: Object, path: str, declared: Declarations) -> Iterator[FieldError]:
    text = validation.get("expression") or ""
    if not text.strip():
        yield required(f"{path}.expression", "expression is not specified")
    elif problem := declared.problem(text, RESULT_OF_CONDITIONS):
        yield invalid(f"{path}.expression", text, problem)
    for name in ("messageExpression", "message"):
        text = validation.get(name) or ""
        if text and not text.strip():
            yield invalid(f"{path}.{name}", text, "must be non-empty if specified")
        elif text and name == "messageExpression":
            if problem := declared.problem(text, RESULT_OF_MESSAGES, authorized=False):
                yield invalid(f"{path}.{name}", text, problem)
        elif name == "message" and "\n" in text.strip():
            yield invalid(f"{path}.{name}", text, "must not contain line breaks")
    if (reason := validation.get("reason")) is not None and reason not in _REASONS:
        yield not_supported(f"{path}.reason", reason, _REASONS)


def _annotation_errors(annotations: list[Object], name: str, declared: Declarations) -> Iterator[FieldError]:
    if len(annotations) > _MOST_ANNOTATIONS:
        detail = f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations"
        yield invalid("spec.auditAnnotations", annotations, detail)
    keys: list[str] = []
    for index, one in enumerate(annotations):
        here, key = f"spec.auditAnnotations[{index}]", one.get("key") or ""
        yield from (invalid(f"{here}.key", f"{name}/{key}", wrong) for wrong in qualified_name(f"{name}/{key}"))
        if not (one.get("valueExpression") or "").strip():
            yield required(f"{here}.valueExpression", "valueExpression is not specified")
        elif problem := declared.problem(one["valueExpression"].strip(), RESULTS_OF_ANNOTATIONS):
            yield invalid(f"{here}.valueExpression", one["valueExpression"], problem)
        if key in keys:
            yield duplicate(f"{here}.key", key)
        keys.append(key)
