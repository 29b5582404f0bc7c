"""CEL over a write that asks to be admitted: match conditions of webhooks and policies, validations, variables.

An expression sees ``object``, ``oldObject``, ``request``, ``params``, ``namespaceObject``, ``variables``, ``authorizer`` and
``authorizer.requestResource``; the types of all of them are dynamic here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.declared import PATCH_STRUCTS
from harness.apiserver.admission.matching import is_namespace, namespace_of
from harness.apiserver.admission.review import request_of
from harness.apiserver.cel.types import DYN
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import NotFound
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Resource
from harness.apiserver.schema.cel import CelError, Expression

VARIABLES: Final = ("object", "oldObject", "request", "params", "namespaceObject", "variables")
_NAMED: Final = re.compile(r"\bvariables\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)")


class ConditionError(Exception):
    """Match conditions that have no value for a write."""


@lru_cache(maxsize=1024)
def compiled(text: str, *, patches: bool = False) -> Expression:
    """Return a compiled expression over what admission shows; ``patches`` tells whether it may make them.

    :raises CelError: it does not compile.
    """
    return Expression(text, dict.fromkeys(VARIABLES, DYN), PATCH_STRUCTS if patches else {})


class Scene:
    """What the expressions of one webhook or policy see of one write. ``variables`` are evaluated when they are first
    used. Webhooks' conditions see no ``namespace``.
    """

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
        self._texts = dict(variables)
        self._known: dict[str, Any] = {}

    def evaluate(self, text: str, *, patches: bool = False) -> Any:
        """Return what an expression says of the write; ``patches`` tells whether it may make them.

        :raises CelError: it does not compile, or has no value; the message is the real server's.
        """
        text = text.strip()
        try:
            expression = compiled(text, patches=patches)
        except CelError as problem:
            raise CelError(f"compilation error: compilation failed: {problem}") from None
        try:
            return expression.run({**self._values, "variables": self._variables(text)})
        except CelError as problem:
            raise CelError(f"expression '{text}' resulted in error: {problem}") from None

    def _variables(self, text: str) -> Object:
        """Return the values of the variables that an expression mentions, those that they mention included."""
        for name in _NAMED.findall(text):
            if name in self._known or name not in self._texts:
                continue
            try:
                self._variables(self._texts[name])
                self._known[name] = compiled(self._texts[name].strip()).run({**self._values, "variables": self._known})
            except CelError as problem:
                raise CelError(f'composited variable "{name}" fails to evaluate: {problem}') from None
        return self._known


def holds(cluster: Cluster, conditions: Sequence[tuple[str, str]], attributes: Attributes, resource: Resource) -> bool:
    """Tell whether all match conditions hold; one that is false decides, whatever errors others give.

    :raises ConditionError: none is false, and some have no value.
    """
    return not conditions or matches(conditions, Scene(cluster, attributes, resource, namespace=False).evaluate)


def matches(conditions: Sequence[tuple[str, str]], evaluate: Callable[[str], Any]) -> bool:
    """Tell whether all conditions hold by ``evaluate``; see `holds`."""
    problems = []
    for _, text in conditions:
        try:
            if evaluate(text) is False:
                return False
        except CelError as problem:
            problems.append(str(problem))
    if problems:
        raise ConditionError(problems[0] if len(problems) == 1 else f"[{', '.join(dict.fromkeys(problems))}]")
    return True


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
