"""Authorizers in expressions: who may do what, asked step by step (``authorizer.group('apps').resource('deployments')…``).

Who decides is given from outside, as a `Decider`: the values here only collect what is asked. Selectors are taken and asked along;
the authorizers that are served look at none.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import UnionType
from typing import Any, ClassVar, Final, Protocol

from harness.apiserver.cel.types import AUTHORIZER, DECISION, GROUP_CHECK, PATH_CHECK, RESOURCE_CHECK
from harness.apiserver.cel.values import EvalError, Opaque
from harness.apiserver.names import dns_label, dns_subdomain


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a verb on a resource, or on a ``path`` where ``resource`` is ""."""

    verb: str
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""


class Decider(Protocol):
    """Decides for one user."""

    def decide(self, wish: Wish) -> tuple[bool, str]:
        """Return whether the user may, and the reason."""

    def account(self, namespace: str, name: str) -> "Decider":
        """Return who decides for a service account."""


@dataclass(frozen=True, slots=True, eq=False)
class Authorizer(Opaque):
    """``authorizer``."""

    type: ClassVar = AUTHORIZER
    decider: Decider


@dataclass(frozen=True, slots=True, eq=False)
class PathCheck(Opaque):
    """``authorizer.path(…)``."""

    type: ClassVar = PATH_CHECK
    decider: Decider
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class GroupCheck(Opaque):
    """``authorizer.group(…)``."""

    type: ClassVar = GROUP_CHECK
    decider: Decider
    group: str


@dataclass(frozen=True, slots=True, eq=False)
class ResourceCheck(Opaque):
    """``authorizer.group(…).resource(…)``; ``wish`` has no verb yet."""

    type: ClassVar = RESOURCE_CHECK
    decider: Decider
    wish: Wish


@dataclass(frozen=True, slots=True, eq=False)
class Decision(Opaque):
    """What was decided."""

    type: ClassVar = DECISION
    allowed: bool
    reason: str


def _is(value: Any, kind: type | UnionType) -> None:
    if not isinstance(value, kind):
        raise EvalError("no such overload")


def path(authorizer: Any, text: Any) -> PathCheck:
    """``authorizer.path('/healthz')``."""
    _is(authorizer, Authorizer)
    _is(text, str)
    if not text.strip():
        raise EvalError("path must not be empty")
    return PathCheck(authorizer.decider, text)


def group(authorizer: Any, text: Any) -> GroupCheck:
    """``authorizer.group('apps')``."""
    _is(authorizer, Authorizer)
    _is(text, str)
    return GroupCheck(authorizer.decider, text)


def service_account(authorizer: Any, namespace: Any, name: Any) -> Authorizer:
    """``authorizer.serviceAccount('default', 'robot')``."""
    _is(authorizer, Authorizer)
    _is(namespace, str)
    _is(name, str)
    if dns_subdomain(name):
        raise EvalError("Invalid service account name")
    if dns_label(namespace):
        raise EvalError("Invalid service account namespace")
    return Authorizer(authorizer.decider.account(namespace, name))


def resource(check: Any, text: Any) -> ResourceCheck:
    """``….resource('deployments')``."""
    _is(check, GroupCheck)
    _is(text, str)
    if not text.strip():
        raise EvalError("resource must not be empty")
    return ResourceCheck(check.decider, Wish("", group=check.group, resource=text))


def _narrowed(part: str) -> Callable[[Any, Any], ResourceCheck]:
    def narrow(check: Any, text: Any) -> ResourceCheck:
        _is(check, ResourceCheck)
        _is(text, str)
        return ResourceCheck(check.decider, replace(check.wish, **{part: text}))

    return narrow


def _selected(check: Any, text: Any) -> ResourceCheck:
    _is(check, ResourceCheck)
    _is(text, str)
    found: ResourceCheck = check
    return found


def check(asked: Any, verb: Any) -> Decision:
    """``….check('create')``."""
    _is(asked, PathCheck | ResourceCheck)
    _is(verb, str)
    wish = Wish(verb, path=asked.path) if isinstance(asked, PathCheck) else replace(asked.wish, verb=verb)
    return Decision(*asked.decider.decide(wish))


def _told(read: Callable[[Decision], Any]) -> Callable[[Any], Any]:
    def tell(decision: Any) -> Any:
        _is(decision, Decision)
        return read(decision)

    return tell


FREE: Final[dict[str, Callable[..., Any]]] = {}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "path": path,
    "group": group,
    "serviceAccount": service_account,
    "resource": resource,
    **{one: _narrowed(one) for one in ("subresource", "namespace", "name")},
    "fieldSelector": _selected,
    "labelSelector": _selected,
    "check": check,
    "allowed": _told(lambda one: one.allowed),
    "reason": _told(lambda one: one.reason),
    # The authorizers that are served come to a decision always: what they could not look up is in the reason.
    "errored": _told(lambda _: False),
    "error": _told(lambda _: ""),
}
