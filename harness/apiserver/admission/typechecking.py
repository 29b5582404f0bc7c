"""What is wrong with a policy's expressions for the kinds that it is about: warnings, as such a policy may still be meant.

An expression is checked when it is written with objects of any type; here with those of each kind that the rules name without
wildcards, up to ten. A kind that nobody serves, a subresource and a star are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from harness.apiserver.admission.declared import REQUEST_NAMES, STRUCTS, kept
from harness.apiserver.cel.types import AUTHORIZER, DYN, Type
from harness.apiserver.messages import Object
from harness.apiserver.openapi.whole import whole
from harness.apiserver.resources import Registry, Resource
from harness.apiserver.schema.cel import CelError, Expression
from harness.apiserver.schema.celtypes import Declared, declare

_MOST_KINDS: Final = 10


def warnings_about(registry: Registry, policy: Object) -> list[Object]:
    """Return the ``expressionWarnings`` of a ValidatingAdmissionPolicy, in the order of its validations."""
    spec = policy["spec"]
    checks = [_Check.of(registry, spec, resource) for resource in _kinds(registry, spec)]
    found: list[Object] = []
    for index, validation in enumerate(spec.get("validations") or ()):
        for name in ("expression", "messageExpression"):
            texts = [text for one in checks if (text := one.problem(validation.get(name) or ""))]
            if texts:
                found.append({"fieldRef": f"spec.validations[{index}].{name}", "warning": "\n".join(texts)})
    return found


@dataclass(frozen=True, slots=True)
class _Check:
    """One kind, and what expressions may name when they are about it."""

    title: str
    names: Mapping[str, Type]
    structs: Mapping[str, Mapping[str, Type]]

    @classmethod
    def of(cls, registry: Registry, spec: Mapping[str, Any], resource: Resource) -> "_Check":
        declared, structs = _declared(resource, 0), {**STRUCTS}
        names = {**REQUEST_NAMES, "authorizer": AUTHORIZER}
        names |= dict.fromkeys(("object", "oldObject"), DYN if declared is None else declared.type)
        structs |= {} if declared is None else declared.structs()
        if (kind := spec.get("paramKind")) is not None:
            params = registry.of_kind(kind["apiVersion"], kind["kind"])
            declared = None if params is None else _declared(params, 1)
            names["params"] = DYN if declared is None else declared.type
            structs |= {} if declared is None else declared.structs()
        names["variables"] = Type("struct", name="kubernetes.variables")
        variables: dict[str, Type] = {}
        structs["kubernetes.variables"] = variables
        for one in spec.get("variables") or ():
            try:
                variables[one["name"]] = kept(Expression(one["expression"], names, structs).result)
            except CelError:
                variables[one["name"]] = DYN
        version = resource.version if not resource.group else f"{resource.group}/{resource.version}"
        shown = f"/{version}" if not resource.group else version
        return cls(f"{shown}, Kind={resource.kind}", names, structs)

    def problem(self, text: str) -> str:
        """Return what is wrong with an expression, as a paragraph; "" where nothing is, or where there is none."""
        if not text:
            return ""
        try:
            Expression(text, self.names, self.structs)
        except CelError as problem:
            return f"{self.title}: {problem}\n"
        return ""


def _declared(resource: Resource, number: int) -> Declared | None:
    """Return the type of a kind. The real server numbers each by the nanosecond in which it was made."""
    return declare(whole(resource), f"{resource.kind}{number}", root=True)


def _kinds(registry: Registry, spec: Mapping[str, Any]) -> list[Resource]:
    found: dict[tuple[str, str, str], Resource] = {}
    for rule in (spec.get("matchConstraints") or {}).get("resourceRules") or ():
        named = list(islice(_named(registry, rule), _MOST_KINDS))
        found |= {(one.group, one.version, one.kind): one for one in named}
        if len(named) == _MOST_KINDS:
            break
    return [found[key] for key in sorted(found)]


def _named(registry: Registry, rule: Mapping[str, Any]) -> Iterator[Resource]:
    """Yield the resources that a rule names; the core group is none, which stands for any."""
    groups, versions = rule.get("apiGroups") or (), rule.get("apiVersions") or ()
    if any("*" in one for one in (*groups, *versions)):
        return
    plurals = sorted(one for one in rule.get("resources") or () if not set("*/") & set(one))
    for group in sorted(groups):
        for version in sorted(versions):
            for plural in plurals:
                yield from (
                    one
                    for one in registry.all()
                    if one.version == version
                    and group in {"", one.group}
                    and plural.lower() in {one.plural, one.singular}
                )
