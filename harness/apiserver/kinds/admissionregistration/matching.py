"""What webhooks and policies are asked about: rules of groups, versions, resources and operations, selectors, conditions."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.admission.declared import RESULT_OF_CONDITIONS, Declarations
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported, required, too_many
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.label_selectors import selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import path_segment, qualified_name

OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
MATCH_POLICIES: Final = ("Equivalent", "Exact")
FAILURE_POLICIES: Final = ("Fail", "Ignore")
_MOST_CONDITIONS: Final = 64


def default_rules(rules: list[Object] | None) -> list[Object] | None:
    """Return rules of every scope, unless they say which."""
    return [with_defaults(one, scope="*") for one in rules] if rules else rules


def default_match(match: Object) -> Object:
    """Return what a policy is about with its defaults."""
    match = with_defaults(match, matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
    for name in ("resourceRules", "excludeResourceRules"):
        if match.get(name):
            match = {**match, name: default_rules(match[name])}
    return match


def rule_errors(rule: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with one rule."""
    yield from _operation_errors(rule.get("operations") or [], f"{path}.operations")
    for name, word in (("apiGroups", "groups"), ("apiVersions", "versions")):
        values = rule.get(name) or []
        if not values:
            yield required(f"{path}.{name}")
        if len(values) > 1 and "*" in values:
            yield invalid(f"{path}.{name}", values, f"if '*' is present, must not specify other API {word}")
    for index, version in enumerate(rule.get("apiVersions") or ()):
        if not version:
            yield required(f"{path}.apiVersions[{index}]")
    yield from _resource_errors(rule.get("resources") or [], f"{path}.resources")
    if (scope := rule.get("scope")) is not None and scope not in _SCOPES:
        yield not_supported(f"{path}.scope", scope, _SCOPES)


def _operation_errors(operations: list[str], path: str) -> Iterator[FieldError]:
    if not operations:
        yield required(path)
    if len(operations) > 1 and "*" in operations:
        yield invalid(path, operations, "if '*' is present, must not specify other operations")
    for index, one in enumerate(operations):
        if one not in OPERATIONS:
            yield not_supported(f"{path}[{index}]", one, OPERATIONS)


def _resource_errors(resources: list[str], path: str) -> Iterator[FieldError]:
    if not resources:
        yield required(path)
    every_part: list[str] = []
    every_resource: list[str] = []
    plain = False
    for index, one in enumerate(resources):
        here = f"{path}[{index}]"
        if not one:
            yield required(here)
            continue
        resource, slash, part = one.partition("/")
        if not slash:
            plain = one != "*"
            continue
        if resource in every_part:
            yield invalid(here, one, f"if '{resource}/*' is present, must not specify {one}")
        if part in every_resource:
            yield invalid(here, one, f"if '*/{part}' is present, must not specify {one}")
        every_part += [resource] if part == "*" else []
        every_resource += [part] if resource == "*" else []
    if len(resources) > 1 and "*/*" in resources:
        yield invalid(path, resources, "if '*/*' is present, must not specify other resources")
    if "*" in resources and plain:
        detail = "if '*' is present, must not specify other resources without subresources"
        yield invalid(path, resources, detail)


def match_errors(match: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with what a policy is about."""
    if match["matchPolicy"] not in MATCH_POLICIES:
        yield not_supported(f"{path}.matchPolicy", match["matchPolicy"], MATCH_POLICIES)
    for name in ("namespaceSelector", "objectSelector"):
        yield from selector_errors(match[name], f"{path}.{name}")
    for name in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(name) or ()):
            here, names = f"{path}.{name}[{index}]", rule.get("resourceNames") or []
            for number, one in enumerate(names):
                there = f"{here}.resourceNames[{number}]"
                yield from (invalid(there, one, wrong) for wrong in path_segment(one))
                if one in names[:number]:
                    yield duplicate(there, one)
            yield from rule_errors(rule, here)


def condition_errors(conditions: list[Object], path: str, declared: Declarations) -> Iterator[FieldError]:
    """Yield what is wrong with match conditions; ``declared`` is what their expressions may name."""
    if len(conditions) > _MOST_CONDITIONS:
        yield too_many(path, len(conditions), _MOST_CONDITIONS)
    seen: list[str] = []
    for index, one in enumerate(conditions):
        here, name = f"{path}[{index}]", one.get("name") or ""
        if not (one.get("expression") or "").strip():
            yield required(f"{here}.expression")
        elif problem := declared.problem(one["expression"].strip(), RESULT_OF_CONDITIONS):
            yield invalid(f"{here}.expression", one["expression"].strip(), problem)
        if not name:
            yield required(f"{here}.name")
            continue
        yield from (invalid(f"{here}.name", name, wrong) for wrong in qualified_name(name))
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.append(name)
