"""Which methods a path takes: the verbs that discovery lists, as HTTP has them."""

from typing import Final

from harness.apiserver.errors import MethodNotAllowed, ResourceNotFound
from harness.apiserver.resources import Resource
from harness.apiserver.routes import Route

_ON_COLLECTION: Final = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_ON_OBJECT: Final = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_ON_PART: Final = {**_ON_OBJECT, "POST": "create"}


def check_method(resource: Resource, route: Route, method: str) -> None:
    """Refuse what a built-in resource does not do at this path; custom ones are refused by the verbs, in other words.

    :raises ResourceNotFound: nothing is served at this path, whatever the method.
    :raises MethodNotAllowed: something is, by other methods.
    """
    if route.subresource:
        verbs = next(part.verbs for part in resource.parts if part.name == route.subresource)
        verb = _ON_PART.get(method)
    else:
        verbs = resource.verbs
        verb = (_ON_OBJECT if route.name else _ON_COLLECTION).get(method)
        if route.name and verbs == ("create",):
            raise ResourceNotFound
    everywhere = resource.namespaced and route.namespace is None
    if everywhere and (route.name or "list" not in verbs):
        raise ResourceNotFound
    if verb not in verbs or (everywhere and verb != "list"):
        raise MethodNotAllowed
