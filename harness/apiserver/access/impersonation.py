"""Impersonation: a request made in somebody else's name, by headers, where the one who sends it may.

Since 1.36 the constrained modes (KEP-5284) are tried first: each asks twice, whether the user may do *this* in somebody
else's name (``impersonate-on:MODE:VERB``) and whether in *that* name (``impersonate:MODE``). The old ``impersonate`` is
the last mode. A refusal is that of the first mode that applied.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.access.authorizer import MASTERS, Authorizer
from harness.apiserver.access.refusals import AccessDenied, MalformedImpersonation
from harness.apiserver.access.rules import quoted
from harness.apiserver.access.service_accounts import account_user
from harness.apiserver.fields import quote
from harness.apiserver.messages import User
from harness.apiserver.names import dns_label, dns_subdomain

_PREFIX: Final = "impersonate-"
_EXTRA: Final = "impersonate-extra-"
_AUTHENTICATION: Final = "authentication.k8s.io"
_NODE: Final = "system:node:"
_MANY: Final = 4
"""From so many groups or extra values on, a constrained mode first asks about all at once."""


def wanted_user(headers: Mapping[str, str]) -> User | None:
    """Return whom the headers name, or None when they name nobody. Repeated headers are joined by newlines.

    :raises MalformedImpersonation: groups, a uid or extra values without a user.
    """
    for header in headers:  # each request passes here
        if header[:12] == _PREFIX:
            break
    else:
        return None
    name, uid = headers.get("impersonate-user", ""), headers.get("impersonate-uid", "")
    groups = tuple(headers["impersonate-group"].split("\n")) if "impersonate-group" in headers else ()
    extra = {
        _unescaped(header.removeprefix(_EXTRA)): tuple(value.split("\n"))
        for header, value in headers.items()
        if header.startswith(_EXTRA)
    }
    wanted = User(name, uid=uid, groups=groups, extra=extra)
    if name:
        return wanted
    if uid or groups or extra:
        raise MalformedImpersonation(f"requested {_go_syntax(wanted)} without impersonating a user name")
    return None


@dataclass(frozen=True, slots=True)
class _Mode:
    """A constrained way to impersonate, and whether it applies to a wanted user and who wants it."""

    name: str
    applies: Callable[[User, User], bool]


class Impersonation:
    """Decides who may act in whose name."""

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer
        self._last: dict[str, _Mode | None] = {}

    def permit(self, wanted: User, wish: Attributes) -> User:
        """Return the user that the request is made as; ``wish`` is what the one who sends it wants.

        :raises AccessDenied: no mode allows it.
        """
        first: AccessDenied | None = None
        for mode in self._modes(wish.user):
            try:
                user = self._try(mode, wanted, wish)
            except AccessDenied as refusal:
                first = first or refusal
                continue
            if user is not None:
                if len(self._last) >= 10_000:
                    self._last.clear()
                self._last[wish.user.name] = mode
                return user
        raise first or AccessDenied(wish)

    def _modes(self, requestor: User) -> Iterator[_Mode | None]:
        """Yield the modes to try, the one that last let this user pass first; None is the old one."""
        name = requestor.name
        if name in self._last:
            yield self._last[name]
        for mode in (*_CONSTRAINED, None):
            if name not in self._last or self._last[name] is not mode:
                yield mode

    def _try(self, mode: _Mode | None, wanted: User, wish: Attributes) -> User | None:
        requestor = wish.user
        if mode is None:
            return self._assume("impersonate", wanted, requestor, constrained=False)
        if not mode.applies(wanted, requestor):
            return None
        self._require(replace(wish, verb=f"impersonate-on:{mode.name}:{wish.verb}"))
        return self._assume(f"impersonate:{mode.name}", wanted, requestor, constrained=True)

    def _assume(self, verb: str, wanted: User, requestor: User, *, constrained: bool) -> User:
        group = _AUTHENTICATION if constrained else ""
        asked = Attributes(requestor, verb, group=group, resource="users", name=wanted.name)
        user = wanted
        node, account = _node(wanted.name), _account(wanted.name)
        if constrained and node:
            any_node = verb == "impersonate:associated-node"
            asked = replace(asked, resource="nodes", name="*" if any_node else node)
            user = replace(user, groups=("system:nodes",))
        if account:
            asked = replace(asked, resource="serviceaccounts", namespace=account[0], name=account[1])
            if not wanted.groups:
                user = replace(user, groups=account_user(*account).groups)
        self._require(asked)
        if wanted.uid:
            self._require(Attributes(requestor, verb, group=_AUTHENTICATION, resource="uids", name=wanted.uid))
        self._check_groups(Attributes(requestor, verb, group=group, resource="groups"), wanted, constrained=constrained)
        about_extra = Attributes(requestor, verb, group=_AUTHENTICATION, resource="userextras")
        self._check_extra(about_extra, wanted, constrained=constrained)
        return _with_group(user)

    def _check_groups(self, asked: Attributes, wanted: User, *, constrained: bool) -> None:
        if constrained and "" in wanted.groups:
            raise AccessDenied(asked, "impersonating the empty string group is not allowed")
        if constrained and MASTERS in wanted.groups:
            raise AccessDenied(replace(asked, name=MASTERS), "impersonating the system:masters group is not allowed")
        if constrained and len(wanted.groups) >= _MANY and self._authorizer.decide(replace(asked, name="*")).allowed:
            return
        for group in wanted.groups:
            self._require(replace(asked, name=group))

    def _check_extra(self, asked: Attributes, wanted: User, *, constrained: bool) -> None:
        if constrained and (wrong := _extra_problem(wanted.extra)):
            raise AccessDenied(asked, wrong)
        if constrained and max(len(wanted.extra), sum(map(len, wanted.extra.values()))) >= _MANY:
            everything = replace(asked, subresource="*", name="*")
            if self._authorizer.decide(everything).allowed:
                return
        for key, values in wanted.extra.items():
            for value in values:
                self._require(replace(asked, subresource=key, name=value))

    def _require(self, wish: Attributes) -> None:
        self._authorizer.require(wish)


def _only_named(wanted: User) -> bool:
    return not wanted.uid and not wanted.groups and not wanted.extra


def _node(name: str) -> str:
    """Return the node that a user name stands for, or ""."""
    node = name.removeprefix(_NODE) if name.startswith(_NODE) else ""
    return "" if not node or dns_subdomain(node) else node


def _account(name: str) -> tuple[str, str] | None:
    """Return namespace and name of the service account that a user name stands for, or None."""
    match name.split(":"):
        case ["system", "serviceaccount", namespace, account] if not dns_label(namespace) and not dns_subdomain(
            account
        ):
            return namespace, account
    return None


def _own_node(wanted: User, requestor: User) -> bool:
    node = _node(wanted.name)
    mine = requestor.extra.get("authentication.kubernetes.io/node-name", ())
    return _only_named(wanted) and bool(node) and _account(requestor.name) is not None and mine == (node,)


_CONSTRAINED: Final = (
    _Mode("associated-node", _own_node),
    _Mode("arbitrary-node", lambda wanted, _: _only_named(wanted) and bool(_node(wanted.name))),
    _Mode("serviceaccount", lambda wanted, _: _only_named(wanted) and _account(wanted.name) is not None),
    _Mode("user-info", lambda wanted, _: not _node(wanted.name) and _account(wanted.name) is None),
)


def _with_group(user: User) -> User:
    """Return the user as a member of those who are known, or of those who are not."""
    if user.name == "system:anonymous":
        group = "system:unauthenticated"
    elif "system:unauthenticated" in user.groups:
        return user
    else:
        group = "system:authenticated"
    return user if group in user.groups else replace(user, groups=(*user.groups, group))


def _extra_problem(extra: Mapping[str, tuple[str, ...]]) -> str:
    for key, values in extra.items():
        if not key:
            return "impersonating the empty string key in extra is not allowed"
        if wrong := _path_problem(key):
            return f"impersonating an invalid key in extra is not allowed: {wrong}"
        if "" in values:
            return "impersonating the empty string value in extra is not allowed"
    return ""


def _path_problem(key: str) -> str:
    """Return what is wrong with a path that a domain must stand before."""
    domain, slash, path = key.partition("/")
    if not slash or not domain or not path:
        return f'extra.key: Invalid value: {quote(key)}: must be a domain-prefixed path (such as "acme.io/foo")'
    texts = [f"extra.key: Invalid value: {quote(domain)}: {text}" for text in dns_subdomain(domain)]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]" if texts else ""


def _unescaped(key: str) -> str:
    """Return an extra key with its percent escapes undone; as it is when one of them is broken."""
    steps = key.split("%")[1:]
    good = all(len(step) >= 2 and all(c in "0123456789abcdef" for c in step[:2].lower()) for step in steps)
    return unquote(key) if good else key


def _go_syntax(user: User) -> str:
    """Return the user as Go's ``%#v`` prints it, which is what the real server shows."""
    groups = f"{{{_listed(user.groups)}}}" if user.groups else "(nil)"
    pairs = ", ".join(f"{quote(key)}:[]string{{{_listed(user.extra[key])}}}" for key in sorted(user.extra))
    extra = f"{{{pairs}}}" if user.extra else "(nil)"
    return (
        f"&user.DefaultInfo{{Name:{quote(user.name)}, UID:{quote(user.uid)}, Groups:[]string{groups}, "
        f"Extra:map[string][]string{extra}}}"
    )


def _listed(values: tuple[str, ...]) -> str:
    return quoted(values)[1:-1].replace('" "', '", "')
