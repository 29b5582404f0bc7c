"""MutatingAdmissionPolicy (KEP-3962): expressions in CEL that change what is written, by an apply configuration or a JSON patch.

They come before the webhooks. A configuration is merged into the object as server-side apply does it, but owns nothing; it may not
touch what is one unit. Where a later policy or a webhook has changed the object, policies with ``reinvocationPolicy: IfNeeded`` are
asked once more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from harness.apiserver.admission.attributes import Attributes, Kind
from harness.apiserver.admission.expressions import (
    PER_BINDING,
    ConditionError,
    Evaluation,
    ExhaustedError,
    Scene,
    matches,
)
from harness.apiserver.admission.params import ParamsError, params_of
from harness.apiserver.admission.policies import constrained
from harness.apiserver.cel.values import Made
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.errors import ApiError, Forbidden
from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi import component
from harness.apiserver.openapi.documents import META
from harness.apiserver.patches.operations import PatchError, TestFailedError, patched
from harness.apiserver.resources import Resource
from harness.apiserver.schema.cel import CelError
from harness.apiserver.typed import DEDUCED, TYPE_META, TypeNode, type_node
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.merging import merged
from harness.apiserver.typed.validating import check

Decode = Callable[[Object], Object]
_FORBIDDEN: Final = 403
_METADATA: Final = {"$ref": f"{META}ObjectMeta"}


class PolicyError(ApiError):
    """The refusal of a write that a policy cannot change as it should."""

    code = _FORBIDDEN

    def __init__(self, attributes: Attributes, problems: list["_Problem"]) -> None:
        about = Forbidden(attributes.resource, attributes.name, "").details or {}
        causes = [{"message": one.message} for one in problems]
        super().__init__(problems[0].message, {**about, "causes": causes})
        self.reason = problems[0].reason


class MutationError(Exception):
    """A mutation that cannot be made; the message is the real server's."""


@dataclass(frozen=True, slots=True)
class _Problem:
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Invocation:
    """One policy by one of its bindings, for one of its parameters."""

    policy: Mapping[str, Any]
    binding: Mapping[str, Any]
    resource: Resource
    params: Json

    @property
    def again(self) -> bool:
        """Whether it wants to see what others have changed after it."""
        return bool(self.policy["spec"].get("reinvocationPolicy") == "IfNeeded")

    def problem(self, text: str, reason: str = "Invalid") -> _Problem:
        """Return why this policy refuses."""
        names = f"policy '{self.policy['metadata']['name']}' with binding '{self.binding['metadata']['name']}'"
        return _Problem(f"{names} denied request: {text}", reason)


def mutate(
    cluster: Cluster,
    policies: tuple[Mapping[str, Any], ...],
    bindings: Mapping[str, tuple[Mapping[str, Any], ...]],
    attributes: Attributes,
    *,
    decode: Decode,
    again: bool = False,
) -> Attributes:
    """Return a write as the policies that are bound to it leave it.

    :param bindings: by the name of the policy that they bind, in the order of their names.
    :param decode: reads a changed object: defaults, and what the schema does not know.
    :param again: whether the object has been changed since they were asked first, so that those alone are asked that want it.
    :raises PolicyError: one fails, and its failurePolicy is ``Fail``.
    """
    problems: list[_Problem] = []
    invocations = [
        one for one in _invocations(cluster, policies, bindings, attributes, problems) if one.again or not again
    ]
    asked: list[_Invocation] = []
    repeated: list[_Invocation] = []
    for one in invocations:
        before = attributes.value
        attributes = _invoked(cluster, one, attributes, problems, decode=decode)
        if not same_json(attributes.value, before):
            repeated += [earlier for earlier in asked if earlier not in repeated]
        if one.again and not again:
            asked.append(one)
    for one in repeated:
        attributes = _invoked(cluster, one, attributes, problems, decode=decode)
    if problems:
        raise PolicyError(attributes, problems)
    return attributes


def _invocations(
    cluster: Cluster,
    policies: tuple[Mapping[str, Any], ...],
    bindings: Mapping[str, tuple[Mapping[str, Any], ...]],
    attributes: Attributes,
    problems: list[_Problem],
) -> Iterator[_Invocation]:
    for policy in policies:
        spec = policy["spec"]
        bound = bindings.get(policy["metadata"]["name"], ())
        resource = constrained(cluster, spec.get("matchConstraints") or {}, attributes) if bound else None
        for binding in bound if resource is not None else ():
            if (
                resource is None
                or constrained(cluster, binding["spec"].get("matchResources") or {}, attributes) is None
            ):
                continue
            one = _Invocation(policy, binding, resource, None)
            try:
                found = params_of(cluster, spec.get("paramKind"), binding["spec"].get("paramRef"), attributes)
            except ParamsError as problem:
                if not _forgiving(spec):
                    problems.append(one.problem(f"failed to configure binding: {problem}", "Forbidden"))
                continue
            for params in found:
                yield replace(one, params=params)


def _forgiving(spec: Mapping[str, Any]) -> bool:
    return (spec.get("failurePolicy") or "Fail") == "Ignore"


def _invoked(
    cluster: Cluster, one: _Invocation, attributes: Attributes, problems: list[_Problem], *, decode: Decode
) -> Attributes:
    """Return a write as one policy leaves it; what it cannot do is added to ``problems``."""
    spec = one.policy["spec"]
    variables = [(item["name"], item["expression"]) for item in spec.get("variables") or ()]
    conditions = [(item["name"], item["expression"]) for item in spec.get("matchConditions") or ()]
    forgiving = _forgiving(spec)

    def scene() -> Scene:
        return Scene(cluster, attributes, one.resource, params=one.params, variables=variables)

    try:
        if conditions and not matches(conditions, scene()):
            return attributes
    except ConditionError as problem:
        if not forgiving:
            problems.append(one.problem(str(problem)))
        return attributes
    for mutation in spec.get("mutations") or ():
        if attributes.value is None:
            continue
        try:
            before = attributes.version_of(one.resource).value or {}
            value = _mutated(scene().evaluation(PER_BINDING), mutation, before, _type_of(one.resource, attributes.kind))
        except (CelError, ExhaustedError, MutationError) as problem:
            if not forgiving:
                problems.append(one.problem(str(problem)))
            continue
        back = replace(attributes, resource=one.resource, value=value, old=None).version_of(attributes.resource).value
        attributes = attributes.with_value(decode(back or {}))
    return attributes


def _mutated(evaluation: Evaluation, mutation: Mapping[str, Any], value: Object, kind: TypeNode) -> Object:
    if mutation["patchType"] == "JSONPatch":
        return _patched(evaluation.evaluate(mutation["jsonPatch"]["expression"], patches=True), value)
    return _applied(evaluation.evaluate(mutation["applyConfiguration"]["expression"], patches=True), value, kind)


def _patched(operations: list[Any], value: Object) -> Object:
    """Return an object patched by what an expression made: steps of a JSON patch. A failing test leaves it alone."""
    for one in operations:
        _check_names(one.get("value"), _type_name(one.get("value")))
    try:
        found = patched(value, [_plain(one) for one in operations])
    except TestFailedError:
        return value
    except PatchError as problem:
        raise MutationError(f"JSON Patch: {problem}") from None
    return found if isinstance(found, dict) else value


def _applied(made: Made, value: Object, kind: TypeNode) -> Object:
    """Return an object with what an expression made merged into it."""
    _check_names(made, "Object")
    config = {**_plain(made), "apiVersion": value["apiVersion"], "kind": value["kind"]}
    try:
        check(kind, config)
        units = list(_units(kind, config, ""))
    except TypedError as problem:
        why = f"failed to convert patch object to typed object: {problem}"
        raise MutationError(f"error applying patch: {why}") from None
    if units:
        why = f"may not mutate atomic arrays, maps or structs: {', '.join(units)}"
        raise MutationError(f"error applying patch: invalid ApplyConfiguration: {why}")
    found = merged(kind, value, config)
    return found if isinstance(found, dict) else value


def _type_of(resource: Resource, kind: Kind | None) -> TypeNode:
    """Return the type of what is written: the resource's, or that of another ``kind``."""
    model = resource.model if kind is None else kind.model
    if model:
        return type_node({"$ref": model}, component)
    if resource.schema is None or not isinstance(resource.published, dict):
        return DEDUCED
    # As it is published: metadata is that of every kind there, with its defaults, which server-side apply does not know.
    properties = {**(resource.published.get("properties") or {}), **TYPE_META, "metadata": _METADATA}
    return type_node({**resource.published, "properties": properties}, component)


def _units(kind: TypeNode, value: Json, path: str) -> Iterator[str]:
    """Yield the path of each part of a value that is one unit by its type, and so would be replaced as a whole."""
    if isinstance(value, dict) and kind.map is not None:
        if kind.map.atomic:
            yield path
        for name, item in value.items():
            child = kind.map.child(name) if kind.map.declares(name) else None
            if child is not None:
                yield from _units(child, item, f"{path}.{name}")
    elif isinstance(value, list) and kind.list is not None:
        if kind.list.kind == "atomic":
            yield path
        for index, item in enumerate(value):
            yield from _units(kind.list.items, item, f"{path}[{index}]")


def _type_name(value: Any) -> str:
    return value.type_name if isinstance(value, Made) else ""


def _check_names(value: Any, wanted: str) -> None:
    """Check that messages are named after the fields that they stand in.

    :raises MutationError: some are not.
    """
    wrong = list(_misnamed(value, wanted))
    if wrong:
        raise MutationError("type mismatch: " + "\n".join(wrong))


def _misnamed(value: Any, wanted: str) -> Iterator[str]:
    if isinstance(value, Made):
        if value.type_name != wanted:
            yield (
                f'unexpected type name "{value.type_name}", expected "{wanted}", which matches field name path from root '
                "Object type"
            )
        for name, item in value.items():
            yield from _misnamed(item, f"{wanted}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _misnamed(item, wanted)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _misnamed(item, wanted)


def _plain(value: Any) -> Any:
    """Return what an expression made as JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
