"""What a request wants to do, as authorization sees it: who, which verb, on what.

The reading of paths is that of kube-apiserver's ``RequestInfo``: it looks at the form of a path alone, so that a refusal does
not depend on what is served.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.apiserver.messages import Request, User
from harness.apiserver.names import path_segment

_VERBS: Final = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_NAMESPACE_SUBRESOURCES: Final = frozenset({"status", "finalize"})


@dataclass(frozen=True, slots=True)
class Attributes:
    """One wish. Of a resource when ``resource_request``, else of a ``path``; ``namespace`` "" is the whole cluster."""

    user: User
    verb: str
    resource_request: bool = True
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a path is about. ``verb`` is "" unless the path itself names one (``/api/v1/watch/…``)."""

    resource_request: bool = False
    group: str = ""
    namespace: str = ""
    resource: str = ""
    name: str = ""
    subresource: str = ""
    verb: str = ""


@lru_cache(maxsize=4096)
def target_of(path: str) -> Target:
    """Return what ``path`` is about."""
    match [step for step in path.strip("/").split("/") if path.strip("/")]:
        case ["api", _, first, *rest]:
            group = ""
        case ["apis", group, _, first, *rest]:
            pass
        case _:
            return Target()
    verb = ""
    if first in {"proxy", "watch"} and rest:
        verb, first, rest = first, rest[0], rest[1:]
    parts, namespace = [first, *rest], ""
    if first == "namespaces" and rest:
        namespace = rest[0]
        if len(rest) > 1 and rest[1] not in _NAMESPACE_SUBRESOURCES:
            parts = rest[1:]
    resource, name, subresource = [*parts, "", "", ""][:3]
    return Target(True, group, namespace, resource, name, "" if verb == "proxy" else subresource, verb)  # noqa: FBT003


def attributes_of(request: Request, user: User) -> Attributes:
    """Return what ``user`` wants with ``request``."""
    target, method = target_of(request.path), request.method
    if not target.resource_request:
        return Attributes(user, method.lower(), resource_request=False, path=request.path)
    verb, name = target.verb or _VERBS.get(method, ""), target.name
    if not name and verb == "get":
        verb = "watch" if _watches(request.query.get("watch")) else "list"
        name = _selected_name(request.query.get("fieldSelector", ""))
    elif not name and verb == "delete":
        verb = "deletecollection"
    return Attributes(
        user,
        verb,
        group=target.group,
        resource=target.resource,
        subresource=target.subresource,
        namespace=target.namespace,
        name=name,
        path=request.path,
    )


def _watches(value: str | None) -> bool:
    return value is not None and value.lower() not in {"false", "0"}


def _selected_name(selector: str) -> str:
    """Return the one name that a field selector allows, or "": rules with resourceNames allow such lists and watches."""
    for term in selector.split(",") if selector else ():
        field, _, value = term.replace("==", "=", 1).partition("=")
        if field == "metadata.name" and value and not path_segment(value):
            return value
    return ""
