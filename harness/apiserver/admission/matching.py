"""Whether a webhook or a policy is meant by a write: rules, then the labels of the namespace and of the object."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from harness.apiserver.admission.attributes import DELETE, Attributes
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import NotFound
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.selectors import LabelSelector, Requirement
from harness.apiserver.store import Key

_OPERATORS: Final = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}

EXEMPT: Final = frozenset(
    {
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)
"""Kinds of admissionregistration.k8s.io that nothing is asked about: a broken configuration must remain repairable."""


UNBOUND: Final = frozenset(
    {
        ("authentication.k8s.io", "selfsubjectreviews"),
        ("authentication.k8s.io", "tokenreviews"),
        ("authorization.k8s.io", "localsubjectaccessreviews"),
        ("authorization.k8s.io", "selfsubjectaccessreviews"),
        ("authorization.k8s.io", "selfsubjectrulesreviews"),
        ("authorization.k8s.io", "subjectaccessreviews"),
    }
)
"""Resources that policies are not asked about, though webhooks are: a policy that refuses reviews would break the cluster."""


def unbound(resource: Resource) -> bool:
    """Tell whether policies have no say in this resource."""
    return (resource.group, resource.plural) in UNBOUND


def exempt(resource: Resource) -> bool:
    """Tell whether writes of this kind are never sent to webhooks or policies."""
    return resource.group == "admissionregistration.k8s.io" and resource.kind in EXEMPT


def selector(given: Mapping[str, Any] | None) -> LabelSelector:
    """Return a ``metav1.LabelSelector`` as something that matches labels; None and empty match everything."""
    given = given or {}
    exact = [Requirement(key, "in", (value,)) for key, value in sorted((given.get("matchLabels") or {}).items())]
    terms = [
        Requirement(one["key"], _OPERATORS[one["operator"]], tuple(one.get("values") or ()))
        for one in given.get("matchExpressions") or ()
    ]
    return LabelSelector((*exact, *terms))


def meant(
    cluster: Cluster, rules: Iterable[Mapping[str, Any]], attributes: Attributes, *, equivalent: bool
) -> Resource | None:
    """Return the version of the kind that a rule names, or None when no rule means this write.

    With ``equivalent`` a rule may name another version (or group) that holds the same objects.
    """
    rules = tuple(rules)
    if any(_names(rule, attributes, attributes.resource) for rule in rules):
        return attributes.resource
    if equivalent:
        others = [
            one
            for one in cluster.registry.all()
            if one.collection is attributes.resource.collection and one is not attributes.resource
        ]
        for rule in rules:
            for one in others:
                if _names(rule, attributes, one):
                    return one
    return None


def _names(rule: Mapping[str, Any], attributes: Attributes, resource: Resource) -> bool:
    return (
        _in_scope(rule.get("scope") or "*", attributes)
        and _any(rule.get("operations") or (), attributes.operation)
        and _any(rule.get("apiGroups") or (), resource.group)
        and _any(rule.get("apiVersions") or (), resource.version)
        and any(_is(one, resource.plural, attributes.subresource) for one in rule.get("resources") or ())
        and _any(rule.get("resourceNames") or ("*",), attributes.name)
    )


def _any(items: Sequence[str], wanted: str) -> bool:
    return "*" in items or wanted in items


def _in_scope(scope: str, attributes: Attributes) -> bool:
    inside = bool(attributes.namespace) and not is_namespace(attributes.resource)
    return scope == "*" or inside == (scope == "Namespaced")


def _is(text: str, plural: str, subresource: str) -> bool:
    name, _, sub = text.partition("/")
    return name in {"*", plural} and sub in {"*", subresource}


def is_namespace(resource: Resource) -> bool:
    """Tell whether these are namespaces themselves."""
    return resource.plural == "namespaces" and not resource.group


def namespace_matches(cluster: Cluster, wanted: LabelSelector, attributes: Attributes) -> bool:
    """Tell whether the namespace of a write has the labels; what is in none is never left out.

    :raises NotFound: there is no such namespace.
    """
    if not wanted.requirements or (not attributes.namespace and not is_namespace(attributes.resource)):
        return True
    return wanted.matches(_labels(namespace_of(cluster, attributes)))


def namespace_of(cluster: Cluster, attributes: Attributes) -> Object:
    """Return the namespace that a write goes to: for a namespace itself what it is going to be.

    :raises NotFound: there is no such namespace.
    """
    if is_namespace(attributes.resource) and not attributes.subresource and attributes.operation != DELETE:
        return attributes.value or {}
    namespaces = cluster.registry.find("", "v1", "namespaces")
    entry = namespaces.collection.get(Key("", attributes.namespace)) if namespaces else None
    if namespaces is None or entry is None:
        raise NotFound(namespaces or attributes.resource, attributes.namespace)
    return namespaces.load(entry)


def object_matches(wanted: LabelSelector, attributes: Attributes) -> bool:
    """Tell whether the object has the labels, before or after the write."""
    if not wanted.requirements:
        return True
    return any(one is not None and wanted.matches(_labels(one)) for one in (attributes.value, attributes.old))


def _labels(value: Object) -> Mapping[str, str]:
    labels: Mapping[str, str] = (value.get("metadata") or {}).get("labels") or {}
    return labels
