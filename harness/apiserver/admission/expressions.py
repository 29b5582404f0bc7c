"""CEL over a write that asks to be admitted: match conditions of webhooks and policies, validations, variables.

An expression sees ``object``, ``oldObject``, ``request``, ``params``, ``namespaceObject``, ``variables``, ``authorizer`` and
``authorizer.requestResource``; the types of all but the last two are dynamic here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.declared import AUTHORIZERS, PATCH_STRUCTS
from harness.apiserver.admission.matching import is_namespace, namespace_of
from harness.apiserver.admission.review import request_of
from harness.apiserver.admission.rights import authorizers
from harness.apiserver.cel.types import DYN, Type
from harness.apiserver.cel.values import EvalError, Lazy
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import NotFound
from harness.apiserver.messages import Json
from harness.apiserver.resources import Resource
from harness.apiserver.schema.cel import CelError, Expression

PER_BINDING: Final = 10_000_000
"""What the expressions of one policy may cost together, by one binding for one of its parameters."""

_PER_CONDITIONS: Final = 2_500_000
"""What the match conditions of one webhook or policy may cost together."""

_DYNAMIC: Final = ("object", "oldObject", "request", "params", "namespaceObject", "variables")
_DECLARED: Final[Mapping[str, Type]] = {**dict.fromkeys(_DYNAMIC, DYN), **AUTHORIZERS}


class ConditionError(Exception):
    """Match conditions that have no value for a write."""


class ExhaustedError(Exception):
    """Expressions have cost more together than they may."""

    def __init__(self) -> None:
        super().__init__("validation failed due to running out of cost budget, no further validation rules will be run")


@lru_cache(maxsize=1024)
def compiled(text: str, *, patches: bool = False) -> Expression:
    """Return a compiled expression over what admission shows; ``patches`` tells whether it may make them.

    :raises CelError: it does not compile.
    """
    return Expression(text, _DECLARED, PATCH_STRUCTS if patches else {})


class Scene:
    """What the expressions of one webhook or policy see of one write. Webhooks' conditions see no ``namespace``."""

    def __init__(
        self,
        cluster: Cluster,
        attributes: Attributes,
        resource: Resource,
        *,
        params: Json = None,
        namespace: bool = True,
        variables: Sequence[tuple[str, str]] = (),
    ) -> None:
        seen = attributes.version_of(resource)
        request = request_of(attributes, resource)
        del request["object"], request["oldObject"]
        self._values: dict[str, Any] = {
            "object": seen.value,
            "oldObject": seen.old,
            "request": request,
            "params": params,
            "namespaceObject": _namespace(cluster, attributes) if namespace else {},
        }
        self._rights = authorizers(cluster, attributes)
        self._texts = dict(variables)

    def evaluation(self, budget: int, *, authorized: bool = True) -> "Evaluation":
        """Begin the evaluation of some expressions that may cost ``budget`` together, with or without the authorizer."""
        values = {**self._values, **self._rights} if authorized else self._values
        return Evaluation(values, self._texts, budget)


class Evaluation:
    """Some expressions over one scene, evaluated one after the other; variables are when they are first used.

    :ivar budget: what they may still cost.
    """

    def __init__(self, values: Mapping[str, Any], texts: Mapping[str, str], budget: int) -> None:
        self.budget = budget
        self._texts = texts
        self._values = {**values, "variables": Lazy(texts, self._variable)}

    def evaluate(self, text: str, *, patches: bool = False) -> Any:
        """Return what an expression says of the write; ``patches`` tells whether it may make them.

        :raises CelError: it does not compile, or has no value; the message is the real server's.
        :raises ExhaustedError: it costs more than is left.
        """
        try:
            expression = compiled(text.strip(), patches=patches)
        except CelError as problem:
            raise CelError(f"compilation error: compilation failed: {problem}") from None
        try:
            value, cost = expression.run(self._values)
        except CelError as problem:
            self._spend(problem.cost)
            raise CelError(f"expression '{text.strip()}' resulted in error: {problem}") from None
        self._spend(cost)
        return value

    def _spend(self, cost: int) -> None:
        self.budget -= cost
        if self.budget < 0:
            raise ExhaustedError

    def _variable(self, name: str) -> Any:
        try:
            value, cost = compiled(self._texts[name].strip()).run(self._values)
        except CelError as problem:
            self.budget -= problem.cost
            raise EvalError(f'composited variable "{name}" fails to evaluate: {problem}') from None
        self.budget -= cost
        return value


def holds(cluster: Cluster, conditions: Sequence[tuple[str, str]], attributes: Attributes, resource: Resource) -> bool:
    """Tell whether all match conditions hold; one that is false decides, whatever errors others give.

    :raises ConditionError: none is false, and some have no value.
    """
    return not conditions or matches(conditions, Scene(cluster, attributes, resource, namespace=False))


def matches(conditions: Sequence[tuple[str, str]], scene: Scene) -> bool:
    """Tell whether all conditions hold in a scene; see `holds`."""
    evaluation = scene.evaluation(_PER_CONDITIONS)
    problems, false = [], False
    for _, text in conditions:
        try:
            false |= evaluation.evaluate(text) is False
        except ExhaustedError as problem:
            raise ConditionError(str(problem)) from None
        except CelError as problem:
            problems.append(str(problem))
    if problems and not false:
        raise ConditionError(problems[0] if len(problems) == 1 else f"[{', '.join(dict.fromkeys(problems))}]")
    return not false


def _namespace(cluster: Cluster, attributes: Attributes) -> Json:
    """Return the namespace as expressions see it: without managed fields and owners; None for what is in none."""
    if not attributes.namespace or is_namespace(attributes.resource):
        return None
    try:
        found = namespace_of(cluster, attributes)
    except NotFound:
        return None
    metadata: Mapping[str, Json] = found["metadata"]
    kept = {name: item for name, item in metadata.items() if name not in {"managedFields", "ownerReferences"}}
    return {**found, "metadata": kept}
