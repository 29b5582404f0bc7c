"""MutatingAdmissionPolicies and their bindings: changes in CEL, which must compile when a policy is written."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.admission.declared import RESULT_OF_CONFIGURATIONS, RESULT_OF_PATCHES, Declarations
from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required
from harness.apiserver.kinds.admissionregistration.bindings import BindingStrategy, binding_errors
from harness.apiserver.kinds.admissionregistration.matching import (
    FAILURE_POLICIES,
    condition_errors,
    default_match,
    match_errors,
)
from harness.apiserver.kinds.admissionregistration.policies import kind_errors, variable_errors
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "UPDATE")
_REINVOCATIONS: Final = ("IfNeeded", "Never")
_PATCHES: Final = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
_RESULTS: Final = {"ApplyConfiguration": RESULT_OF_CONFIGURATIONS, "JSONPatch": RESULT_OF_PATCHES}


class MutatingPolicyStrategy(Strategy):
    """What is changed in requests."""

    def default(self, value: Object) -> Object:
        """Fail closed, look at equivalent versions."""
        spec = with_defaults(value.get("spec") or {}, failurePolicy="Fail")
        if spec.get("matchConstraints") is not None:
            spec = {**spec, "matchConstraints": default_match(spec["matchConstraints"])}
        return {**value, "spec": spec}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what is changed where."""
        del cluster, resource, current, subresource
        return list(_errors(value["spec"]))


class MutatingBindingStrategy(BindingStrategy):
    """A mutating policy at work: bound as a validating one, without actions to choose."""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what is bound to what."""
        del cluster, resource, current, subresource
        spec = value["spec"]
        found = list(binding_errors(spec))
        return found + list(_operation_errors(spec.get("matchResources") or {}, "spec.matchResources"))


def _errors(spec: Object) -> Iterator[FieldError]:
    if spec["failurePolicy"] not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", spec["failurePolicy"], FAILURE_POLICIES)
    parameters = spec.get("paramKind") is not None
    if parameters:
        yield from kind_errors(spec["paramKind"], "spec.paramKind")
    if (match := spec.get("matchConstraints")) is None:
        yield required("spec.matchConstraints")
    else:
        yield from match_errors(match, "spec.matchConstraints")
        if not match.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
        yield from _operation_errors(match, "spec.matchConstraints")
    conditions = Declarations(params=parameters, composed=False)
    yield from condition_errors(spec.get("matchConditions") or [], "spec.matchConditions", conditions)
    declared = Declarations(params=parameters, composed=True)
    for index, variable in enumerate(spec.get("variables") or ()):
        yield from variable_errors(variable, f"spec.variables[{index}]", declared)
    if not spec.get("mutations"):
        yield required("spec.mutations", "mutations must contain at least one item")
    for index, mutation in enumerate(spec.get("mutations") or ()):
        yield from _mutation_errors(mutation, f"spec.mutations[{index}]", declared)
    if not (again := spec.get("reinvocationPolicy")):
        yield required("spec.reinvocationPolicy")
    elif again not in _REINVOCATIONS:
        yield not_supported("spec.reinvocationPolicy", again, _REINVOCATIONS)


def _operation_errors(match: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    for rule in match.get("resourceRules") or ():
        for one in rule.get("operations") or ():
            if one not in _OPERATIONS:
                yield not_supported(f"{path}.resourceRules.operations", one, _OPERATIONS)


def _mutation_errors(mutation: Object, path: str, declared: Declarations) -> Iterator[FieldError]:
    kind = mutation.get("patchType") or ""
    if not kind:
        yield required(f"{path}.patchType")
        return
    if kind not in _PATCHES:
        yield not_supported(f"{path}.patchType", kind, tuple(_PATCHES))
        return
    for other, name in _PATCHES.items():
        given = mutation.get(name)
        if other != kind:
            if given is not None:
                yield invalid(f"{path}.{name}", f"{{{name}}}", f"must not be specified when patchType is {kind}")
        elif given is None:
            yield required(f"{path}.{name}", f"must be specified when patchType is {kind}")
        elif not (text := (given.get("expression") or "").strip()):
            yield required(f"{path}.{name}.expression")
        elif problem := declared.problem(text, _RESULTS[kind], patches=True):
            yield invalid(f"{path}.{name}.expression", text, problem)
