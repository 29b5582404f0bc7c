"""How requests are told apart when they are counted: by verb, kind and scope, without the names in their paths."""

from functools import lru_cache
from typing import Final, NamedTuple

from harness.apiserver.messages import Request
from harness.apiserver.routes import parse_route

REQUEST: Final = ("verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component")
KIND: Final = ("group", "version", "resource")
_COMPONENT: Final = "apiserver"
_TRUE: Final = frozenset({"true", "True", "1", ""})
_APPLY: Final = "application/apply-patch"


class Place(NamedTuple):
    """A path without the names in it, which are no labels: there are too many of them."""

    group: str
    version: str
    plural: str
    subresource: str
    namespaced: bool
    named: bool


class Asked(NamedTuple):
    """What was asked, and the code that it was answered with. ``path`` is "" where there is a place."""

    place: Place | None
    path: str
    verb: str
    dry_run: str
    code: int

    def labels(self) -> tuple[str, ...]:
        """Return the values of `REQUEST`."""
        place = self.place
        if place is None:
            return (self.verb, self.dry_run, "", "", "", self.path, "", _COMPONENT)
        named = place.named or self.verb == "POST"
        scope = "resource" if named else "namespace" if place.namespaced else "cluster"
        where = (place.group, place.version, place.plural, place.subresource)
        return (self.verb, self.dry_run, *where, scope, _COMPONENT)


def asked(request: Request, code: int) -> Asked:
    """Return what a request has asked."""
    place = _place(request.path)
    if place is None:
        return Asked(None, request.path, request.method, "", code)
    dry_run = _dry_run(request.query["dryRun"]) if "dryRun" in request.query else ""
    return Asked(place, "", _verb(request, place), dry_run, code)


def single(request: Request) -> bool:
    """Tell whether a list or watch is of one object by its name."""
    return "metadata.name=" in request.query.get("fieldSelector", "")


@lru_cache(maxsize=4096)  # as many as routes are kept
def _place(path: str) -> Place | None:
    route = parse_route(path)
    if route is None or not route.plural:
        return None
    where = (route.group, route.version, route.plural, route.subresource)
    return Place(*where, namespaced=route.namespace is not None, named=bool(route.name))


def _dry_run(found: str) -> str:
    return "All" if set(found.split("\n")) == {"All"} else "invalid"


def _verb(request: Request, place: Place) -> str:
    match request.method:
        case "GET" if request.query.get("watch", "false") in _TRUE:
            return "WATCH"
        case "GET" if not place.named:
            return "LIST"
        case "PATCH" if request.headers.get("content-type", "").startswith(_APPLY):
            return "APPLY"
    return request.method
