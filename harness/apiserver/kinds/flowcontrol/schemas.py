"""FlowSchemas: which requests belong together, and how much they matter."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, duplicate, go_value, invalid, not_supported, required
from harness.apiserver.kinds.flowcontrol.mandatory import EXEMPT, SCHEMAS
from harness.apiserver.kinds.flowcontrol.rules import rule_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_PRECEDENCE: Final = 1000
_LARGEST_PRECEDENCE: Final = 10_000
_METHODS: Final = ("ByNamespace", "ByUser")


class FlowSchemaStrategy(Strategy):
    """Rules of flow schemas; whether the level that one names is there is said by nobody here."""

    def default(self, value: Object) -> Object:
        """Come after most others."""
        spec = {**(value.get("spec") or {})}
        spec["matchingPrecedence"] = spec.get("matchingPrecedence") or _PRECEDENCE
        return {**value, "spec": spec, "status": value.get("status") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Start without a status."""
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
        """Check the conditions of a status, or all."""
        del cluster, resource, current
        conditions = list(status_errors(value.get("status") or {}))
        if subresource == "status":
            return conditions
        name, spec = value["metadata"].get("name", ""), value["spec"]
        found = list(_spec_errors(name, spec))
        if name in SCHEMAS and not same_json(spec, SCHEMAS[name]):
            shown = Printed(json_text(spec, "flowcontrol.FlowSchemaSpec"))
            found.append(invalid("spec", shown, f"spec of '{name}' must equal the fixed value"))
        return found + conditions


def status_errors(status: Object) -> Iterator[FieldError]:
    """Yield what is wrong with the conditions of a status."""
    seen: set[str] = set()
    for index, one in enumerate(status.get("conditions") or ()):
        here, kind = f"status.conditions[{index}].type", one.get("type") or ""
        if kind in seen:
            yield duplicate(here, kind)
        seen.add(kind)
        if not kind:
            yield required(here)


def _spec_errors(name: str, spec: Object) -> Iterator[FieldError]:
    precedence, here = spec["matchingPrecedence"], "spec.matchingPrecedence"
    if precedence <= 0:
        yield invalid(here, precedence, "must be a positive value")
    if precedence > _LARGEST_PRECEDENCE:
        yield invalid(here, precedence, f"must not be greater than {_LARGEST_PRECEDENCE}")
    if precedence == 1 and name != EXEMPT:
        yield invalid(here, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
    if (method := spec.get("distinguisherMethod")) is not None and method.get("type") not in _METHODS:
        shown = Printed(f'{{"Type":{go_value(method.get("type") or "")}}}')
        yield not_supported("spec.distinguisherMethod.type", shown, _METHODS)
    level, here = (spec.get("priorityLevelConfiguration") or {}).get("name"), "spec.priorityLevelConfiguration.name"
    if level:
        yield from (invalid(here, level, wrong) for wrong in dns_subdomain(level))
    else:
        yield required(here, "must reference a priority level")
    for index, rule in enumerate(spec.get("rules") or ()):
        yield from rule_errors(rule, f"spec.rules[{index}]")
