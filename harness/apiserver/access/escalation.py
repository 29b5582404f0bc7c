"""Nobody grants what they do not have: the rules that keep roles and bindings from being a way up.

Whoever writes a role must hold all that it allows, or the verb ``escalate`` on it; whoever binds one must hold all that it
allows, or ``bind`` on it. Members of ``system:masters`` may do both, always; a change that is only about owners and
finalizers grants nothing.
"""

from collections.abc import Iterable
from typing import Final

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.authorizer import MASTERS, Authorizer, aggregated
from harness.apiserver.access.rbac import MissingRole
from harness.apiserver.access.rules import Rule, missing, quoted, rule_of
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError, Forbidden, NotFound
from harness.apiserver.fields import quote
from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key

_EVERYTHING: Final = (Rule(("*",), ("*",), ("*",)), Rule(("*",), paths=("*",)))
_PLURALS: Final = {"ClusterRole": "clusterroles", "Role": "roles"}
_COLLECTED: Final = frozenset({"finalizers", "managedFields", "ownerReferences", "selfLink"})


class UnsupportedReferenceError(ApiError):
    """500: a binding that refers to something else than a role, which is found out before it is validated."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"unsupported role reference kind: {quote(kind)}")

    def status(self) -> Object:
        """Return the ``Status``; this error has no reason."""
        found = super().status()
        del found["reason"]
        return found


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
    if why := _lacking(authorizer, user, namespace, map(rule_of, value.get("rules") or ()), resource=resource):
        raise Forbidden(resource, written, why)
    aggregates = value.get("aggregationRule") or (current or {}).get("aggregationRule")
    if aggregates and _lacking(authorizer, user, namespace, _EVERYTHING, resource=resource):
        raise Forbidden(resource, written, "must have cluster-admin privileges to use the aggregationRule")


def check_binding(
    cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, user: User, key: Key
) -> None:
    """Refuse a binding to a role that allows more than ``user`` may.

    :raises Forbidden: with the rules that are missing.
    :raises NotFound: there is no such role; what it will allow nobody knows.
    :raises UnsupportedReferenceError: what is bound to is no kind of role.
    """
    authorizer = cluster.access.authorizer
    if MASTERS in user.groups or authorizer.book is None or _grants_nothing(value, current):
        return
    reference = value.get("roleRef") or {}
    plural = _PLURALS.get(str(reference.get("kind")))
    if plural is None:
        raise UnsupportedReferenceError(reference.get("kind") or "")
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
    try:
        rules = authorizer.book.role(reference, key.namespace)
    except MissingRole as missing_role:
        # The real server looks roles up in the name of the request, and so it names what the request is about.
        raise NotFound(resource, missing_role.name) from None
    if why := _lacking(authorizer, user, key.namespace, rules, resource=resource):
        raise Forbidden(resource, value["metadata"].get("name", ""), why)


def _lacking(authorizer: Authorizer, user: User, namespace: str, wanted: Iterable[Rule], *, resource: Resource) -> str:
    """Return what is said when ``user`` does not hold all of ``wanted``, "" when they do."""
    held, unresolved = authorizer.rules(user, namespace)
    lacking = sorted({str(rule) for rule in missing(held, wanted)})
    if not lacking:
        return ""
    who = f"user {quote(user.name)} (groups={quoted(user.groups)})"
    text = f"{who} is attempting to grant RBAC permissions not currently held:\n" + "\n".join(lacking)
    problems = [NotFound(resource, one.name).message for one in unresolved]
    return f"{text}; resolution errors: [{aggregated(problems)}]" if problems else text


def _grants_nothing(value: Object, current: Object | None) -> bool:
    """Tell whether a change leaves everything but what garbage collection needs as it is."""
    if current is None:
        return False
    return _without_collected(value) == _without_collected(current)


def _without_collected(value: Object) -> Object:
    metadata = {name: item for name, item in value["metadata"].items() if name not in _COLLECTED and item}
    return {name: item for name, item in value.items() if item} | {"metadata": metadata}
