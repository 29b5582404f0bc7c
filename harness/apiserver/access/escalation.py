"""Nobody grants what they do not have: the rules that keep roles and bindings from being a way up.

Whoever writes a role must hold all that it allows, or the verb ``escalate`` on it; whoever binds one must hold all that it
allows, or ``bind`` on it. Members of ``system:masters`` may do both, always; a change that is only about owners and
finalizers grants nothing.
"""

from collections.abc import Iterable
from typing import Final

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.authorizer import MASTERS, Authorizer
from harness.apiserver.access.rules import Rule, missing, quoted, rule_of
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Forbidden
from harness.apiserver.fields import quote
from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

_EVERYTHING: Final = (Rule(("*",), ("*",), ("*",)), Rule(("*",), paths=("*",)))
_COLLECTED: Final = frozenset({"finalizers", "managedFields", "ownerReferences", "selfLink"})


def check_role(
    cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
) -> None:
    """Refuse a role that allows more than ``user`` may; ``key`` is the place of the request, without a name for a POST.

    :raises Forbidden: with the rules that are missing.
    """
    authorizer = cluster.access.authorizer
    namespace = key.namespace
    escalates = Attributes(
        user, "escalate", group=resource.group, resource=resource.plural, namespace=namespace, name=key.name
    )
    if MASTERS in user.groups or authorizer.decide(escalates).allowed or _grants_nothing(value, current):
        return
    written = value["metadata"].get("name", "")
    if why := _lacking(authorizer, user, namespace, map(rule_of, value.get("rules") or ())):
        raise Forbidden(resource, written, why)
    aggregates = value.get("aggregationRule") or (current or {}).get("aggregationRule")
    if aggregates and _lacking(authorizer, user, namespace, _EVERYTHING):
        raise Forbidden(resource, written, "must have cluster-admin privileges to use the aggregationRule")


def check_binding(
    cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
) -> None:
    """Refuse a binding to a role that allows more than ``user`` may.

    :raises Forbidden: with the rules that are missing.
    :raises MissingRole: there is no such role; what it will allow nobody knows.
    """
    authorizer = cluster.access.authorizer
    if MASTERS in user.groups or authorizer.book is None or _grants_nothing(value, current):
        return
    reference = value.get("roleRef") or {}
    kind = reference.get("kind")
    plural = {"ClusterRole": "clusterroles", "Role": "roles"}.get(kind) if isinstance(kind, str) else None
    if plural is not None:
        binds = Attributes(
            user,
            "bind",
            group=reference.get("apiGroup") or "",
            resource=plural,
            namespace=key.namespace,
            name=reference.get("name") or "",
        )
        if authorizer.decide(binds).allowed:
            return
    rules = authorizer.book.role(reference, key.namespace)
    if why := _lacking(authorizer, user, key.namespace, rules):
        raise Forbidden(resource, value["metadata"].get("name", ""), why)


def _lacking(authorizer: Authorizer, user: User, namespace: str, wanted: Iterable[Rule]) -> str:
    """Return what is said when ``user`` does not hold all of ``wanted``, "" when they do."""
    held, unresolved = authorizer.rules(user, namespace)
    lacking = sorted({str(rule) for rule in missing(held, wanted)})
    if not lacking:
        return ""
    who = f"user {quote(user.name)} (groups={quoted(user.groups)})"
    text = f"{who} is attempting to grant RBAC permissions not currently held:\n" + "\n".join(lacking)
    return f"{text}; resolution errors: [{' '.join(unresolved)}]" if unresolved else text


def _grants_nothing(value: Object, current: Object | None) -> bool:
    """Tell whether a change leaves everything but what garbage collection needs as it is."""
    if current is None:
        return False
    return _without_collected(value) == _without_collected(current)


def _without_collected(value: Object) -> Object:
    metadata = {name: item for name, item in value["metadata"].items() if name not in _COLLECTED and item}
    return {name: item for name, item in value.items() if item} | {"metadata": metadata}
