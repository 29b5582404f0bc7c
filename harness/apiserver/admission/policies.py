"""ValidatingAdmissionPolicy (KEP-3488): rules in CEL that refuse, warn or are noted, bound to where they hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.expressions import (
    PER_BINDING,
    ConditionError,
    Evaluation,
    ExhaustedError,
    Scene,
    matches,
)
from harness.apiserver.admission.matching import meant, namespace_matches, object_matches, selector
from harness.apiserver.admission.params import ParamsError, params_of
from harness.apiserver.cel.values import type_of
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError, Forbidden
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.schema.cel import CelError

Warn = Callable[[str], None]
_CODES: Final = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413, "Invalid": 422}
_LONGEST_MESSAGE: Final = 5 * 1024


class DeniedError(ApiError):
    """The refusal of a policy: worded as a 403, answered with the code of its reason."""

    def __init__(self, attributes: Attributes, message: str, reason: str) -> None:
        forbidden = Forbidden(attributes.resource, attributes.name, message)
        details = {**(forbidden.details or {}), "causes": [{"message": message}]}
        super().__init__(forbidden.message, details)
        self.reason = reason
        self.code = _CODES.get(reason, 422)


@dataclass(frozen=True, slots=True)
class _Denial:
    """Why a policy refuses. ``always``: whatever its binding says of refusals."""

    message: str
    reason: str = "Invalid"
    always: bool = False


def check(
    cluster: Cluster,
    policies: tuple[Mapping[str, Any], ...],
    bindings: Mapping[str, tuple[Mapping[str, Any], ...]],
    attributes: Attributes,
    *,
    warn: Warn,
) -> None:
    """Check a write against all policies that are bound to it.

    :param bindings: by the name of the policy that they bind, in the order of their names.
    :raises DeniedError: the first refusal; warnings of all have been given by then.
    """
    denied: list[tuple[Mapping[str, Any], Mapping[str, Any], _Denial]] = []
    for policy in policies:
        spec, bound = policy["spec"], bindings.get(policy["metadata"]["name"], ())
        if not bound:
            continue
        resource = constrained(cluster, spec.get("matchConstraints") or {}, attributes)
        if resource is None:
            continue
        for binding in bound:
            for denial in _decisions(cluster, spec, binding, attributes, resource):
                actions = binding["spec"].get("validationActions") or ()
                if "Warn" in actions and not denial.always:
                    names = f"'{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
                    warn(f"Validation failed for ValidatingAdmissionPolicy {names}: {denial.message}")
                if "Deny" in actions or denial.always:
                    denied.append((policy, binding, denial))
    if denied:
        policy, binding, denial = denied[0]
        names = f"'{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
        message = f"ValidatingAdmissionPolicy {names} denied request: {denial.message}"
        raise DeniedError(attributes, message, denial.reason)


def constrained(cluster: Cluster, constraints: Mapping[str, Any], attributes: Attributes) -> Resource | None:
    """Return the version of the kind in which a write is looked at, or None when ``matchResources`` leaves it out.

    :raises NotFound: the namespace, whose labels would decide, is not there.
    """
    if not namespace_matches(cluster, selector(constraints.get("namespaceSelector")), attributes):
        return None
    if not object_matches(selector(constraints.get("objectSelector")), attributes):
        return None
    equivalent = (constraints.get("matchPolicy") or "Equivalent") == "Equivalent"
    if meant(cluster, constraints.get("excludeResourceRules") or (), attributes, equivalent=equivalent) is not None:
        return None
    rules = constraints.get("resourceRules") or ()
    if not rules:
        return attributes.resource
    return meant(cluster, rules, attributes, equivalent=equivalent)


def _decisions(
    cluster: Cluster, spec: Mapping[str, Any], binding: Mapping[str, Any], attributes: Attributes, resource: Resource
) -> Iterator[_Denial]:
    """Yield every refusal of one policy by one binding, for each of its parameters."""
    if constrained(cluster, binding["spec"].get("matchResources") or {}, attributes) is None:
        return
    forgiving = (spec.get("failurePolicy") or "Fail") == "Ignore"
    try:
        found = params_of(cluster, spec.get("paramKind"), binding["spec"].get("paramRef"), attributes)
    except ParamsError as problem:
        if not forgiving:
            yield _Denial(f"failed to configure binding: {problem}")
        return
    variables = [(one["name"], one["expression"]) for one in spec.get("variables") or ()]
    conditions = [(one["name"], one["expression"]) for one in spec.get("matchConditions") or ()]
    for params in found:
        scene = Scene(cluster, attributes, resource, params=params, variables=variables)
        for denial, failed in _denials(spec, conditions, scene):
            if not (failed and forgiving):
                yield denial


def _denials(
    spec: Mapping[str, Any], conditions: list[tuple[str, str]], scene: Scene
) -> Iterator[tuple[_Denial, bool]]:
    """Yield each refusal, and whether it is only that something has no value."""
    try:
        if conditions and not matches(conditions, scene):
            return
    except ConditionError as problem:
        yield _Denial(str(problem)), True
        return
    validations = spec.get("validations") or ()
    evaluation = scene.evaluation(PER_BINDING)
    try:
        found = [_value(evaluation, one["expression"]) for one in validations]
        unnoted = _unnoted(spec, scene)
    except ExhaustedError as problem:
        yield _Denial(str(problem)), True
        return
    broken, said = _said(scene.evaluation(evaluation.budget, authorized=False), validations)
    for validation, value, words in zip(validations, found, said, strict=True):
        if isinstance(value, CelError):
            yield _Denial(str(value)), True
        elif broken:
            yield _Denial(f"failed messageExpression: {broken}"), True
        elif value is not True:
            yield _Denial(_message(validation, words), validation.get("reason") or "Invalid"), False
    yield from ((_Denial(one, always=True), True) for one in unnoted)


def _value(evaluation: Evaluation, text: str) -> Any:
    """Return the value of an expression, or why it has none."""
    try:
        return evaluation.evaluate(text)
    except CelError as problem:
        return problem


def _said(evaluation: Evaluation, validations: Sequence[Mapping[str, Any]]) -> tuple[str, list[Any]]:
    """Return what each messageExpression says; before that why all of them are in vain, where they cost too much."""
    try:
        texts = [one.get("messageExpression") for one in validations]
        return "", [_value(evaluation, text) if text else None for text in texts]
    except ExhaustedError as problem:
        return str(problem), [None] * len(validations)


def _message(validation: Object, said: Any) -> str:
    """Return why a validation refuses: its messageExpression where that gives one line, else its message or its text."""
    text = said.strip() if isinstance(said, str) else ""
    if "\n" in text or len(text.encode()) > _LONGEST_MESSAGE:
        text = ""
    text = text or (validation.get("message") or "").strip()
    return text or f"failed expression: {validation['expression'].strip()}"


def _unnoted(spec: Mapping[str, Any], scene: Scene) -> list[str]:
    """Return why audit annotations have no value. They go nowhere, as there is no audit log; but one that fails refuses.

    :raises ExhaustedError: they cost too much.
    """
    evaluation, problems = scene.evaluation(PER_BINDING, authorized=False), []
    for one in spec.get("auditAnnotations") or ():
        text = one["valueExpression"]
        found = _value(evaluation, text)
        if isinstance(found, CelError):
            problems.append(str(found))
        elif not (found is None or isinstance(found, str)):
            problems.append(
                f"valueExpression '{text}' resulted in unsupported return type: {type_of(found)}. "
                "Return type must be either string or null."
            )
    return problems
