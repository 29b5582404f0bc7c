"""From a request that is let in to the verb that answers it: paths, resources, methods.

The table is what is served; a path outside of it may still be one of the server's documents (discovery, OpenAPI, health).
"""

from collections.abc import Callable
from dataclasses import replace

from harness.apiserver.bootstrap import LateObjects
from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.replies import check_acceptable, streamed
from harness.apiserver.errors import (
    ApiError,
    BadRequest,
    FutureVersion,
    MethodNotAllowed,
    NotFound,
    NotServed,
    PageNotFound,
    ResourceNotFound,
    TooLarge,
)
from harness.apiserver.fields import quote
from harness.apiserver.messages import Reply, Request
from harness.apiserver.methods import check_method
from harness.apiserver.names import path_segment
from harness.apiserver.patches import patch_type
from harness.apiserver.presentation import converted, has_tables
from harness.apiserver.resources import OBJECT_PARTS, Resource
from harness.apiserver.routes import Route, parse_route
from harness.apiserver.store import Key
from harness.apiserver.subscription import Subscription
from harness.apiserver.verbs import create, delete, delete_collection, get, list_objects, patch, update
from harness.apiserver.verbs.parameters import flag
from harness.apiserver.watch import watch

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}

Document = Callable[[Request], Reply | None]
"""What answers requests for some paths that are no resources, None for others."""


class Dispatcher:
    """Finds out what a request is about, and has it done."""

    def __init__(self, cluster: Cluster, late: LateObjects, documents: tuple[Document, ...]) -> None:
        self._cluster, self._late, self._documents = cluster, late, documents

    def answer(self, request: Request) -> Reply | Subscription:
        """Answer one request.

        :raises ApiError: a refusal.
        :raises Wanted: somebody else has to be asked first.
        """
        request = self._cluster.access.admit(request)
        if len(request.body) > self._cluster.settings.max_body_bytes:
            raise TooLarge(f"limit is {self._cluster.settings.max_body_bytes}")
        route = parse_route(request.path)
        if route is None or not route.plural:
            return self._document(request)
        resource = self._found(request, route)
        self._late.prepare(resource)
        request = self._checked_method(request, resource, route)
        try:
            watching = route.watch or (request.method == "GET" and not route.name and flag(request.query, "watch"))
            tables = has_tables(resource, route.subresource)
            check_acceptable(request, resource, collection=not route.name, watching=watching, tables=tables)
            answer = self._dispatch(request, resource, route)
            answer = converted(answer, request, resource, subresource=route.subresource, clock=self._cluster.clock)
            return streamed(answer, request, resource) if isinstance(answer, Subscription) else answer
        except ApiError as refusal:
            if not resource.deprecation:
                raise
            if isinstance(refusal, FutureVersion):
                request.warnings.append(resource.deprecation)
                raise
            return refusal.reply(list(dict.fromkeys((resource.deprecation, *request.warnings))))

    def _found(self, request: Request, route: Route) -> Resource:
        resource = self._cluster.registry.find(route.group, route.version, route.plural)
        if resource is None or (route.namespace is not None and not resource.namespaced):
            raise self._missing(request.path)
        if route.deeper and not resource.custom:  # what serves custom objects does not look there
            raise self._missing(request.path)
        if route.subresource and route.subresource not in resource.subresources:
            raise NotFound(resource, route.name) if resource.custom else ResourceNotFound
        return resource

    def _checked_method(self, request: Request, resource: Resource, route: Route) -> Request:
        if route.watch:
            self._check_watched(request, resource, route)
        elif not resource.custom:
            check_method(resource, route, request.method)
        else:
            if request.method == "HEAD":  # answered as a GET, of which the front leaves out the body
                request = replace(request, method="GET")
            if resource.namespaced and route.namespace is None and (route.name or request.method != "GET"):
                raise PageNotFound
        if wrong := path_segment(route.name):
            raise BadRequest(f"Name parameter invalid: {quote(route.name)}: {';'.join(wrong)}")
        return request

    def _document(self, request: Request) -> Reply:
        if not request.path or request.path.startswith("//"):
            raise PageNotFound
        for answer in self._documents:
            if (found := answer(request)) is not None:
                return found
        raise self._missing(request.path)

    def _missing(self, path: str) -> ApiError:
        """Return how the server says that nothing is served at a path: as a Status where the group is its own."""
        start, group, *_ = [*path.strip("/").split("/"), ""]
        known = start == "api" or (start == "apis" and self._cluster.registry.built_in(group))
        return ResourceNotFound() if known else PageNotFound()

    @staticmethod
    def _check_watched(request: Request, resource: Resource, route: Route) -> None:
        """Look at one of the paths that are only for watching, which came before the parameter."""
        everywhere = resource.namespaced and route.namespace is None
        if "watch" not in resource.verbs or route.subresource or (route.name and everywhere):
            raise ResourceNotFound
        if request.method != "GET":
            raise MethodNotAllowed

    def _dispatch(self, request: Request, resource: Resource, route: Route) -> Reply | Subscription:
        key = Key(route.namespace or "", route.name)
        if route.watch:
            namespace = route.namespace if resource.namespaced else ""
            return watch(self._cluster, resource, namespace, request, name=route.name)
        endpoint = resource.strategy.endpoints.get(route.subresource)
        if endpoint is not None:
            return endpoint(self._cluster, resource, key, request)
        if route.subresource and route.subresource not in OBJECT_PARTS:
            raise NotServed(resource, route.subresource)
        if not resource.keeps_objects:
            raise NotServed(resource, "")
        if not route.name:
            return self._on_collection(request, resource, route.namespace)
        return self._on_object(request, resource, key, route)

    def _on_object(self, request: Request, resource: Resource, key: Key, route: Route) -> Reply | Subscription:
        cluster, subresource = self._cluster, route.subresource
        match request.method:
            case "GET":
                return get(cluster, resource, key, request)
            case "PATCH":
                return patch(cluster, resource, key, subresource, request)
            case "PUT":
                return update(cluster, resource, key, subresource, request)
            case "DELETE" if not subresource:
                return delete(cluster, resource, key, request)
            case "POST" if not subresource:  # of custom resources alone: the name in the path is not looked at
                return create(cluster, resource, key.namespace, request)
        raise MethodNotAllowed(resource, _VERBS.get(request.method, ""))

    def _on_collection(self, request: Request, resource: Resource, namespace: str | None) -> Reply | Subscription:
        cluster = self._cluster
        if not resource.namespaced:
            namespace = ""
        match request.method:
            case "GET":
                if flag(request.query, "watch"):
                    return watch(cluster, resource, namespace, request)
                return list_objects(cluster, resource, namespace, request)
            case "POST":
                return create(cluster, resource, namespace or "", request)
            case "DELETE" if "deletecollection" in resource.verbs:
                return delete_collection(cluster, resource, namespace, request)
            case "PUT" | "PATCH":  # of custom resources alone, whose handler asks for the name after the media type
                if request.method == "PATCH":
                    patch_type(request.headers, resource)
                raise BadRequest("name must be provided")
        raise MethodNotAllowed(resource, _VERBS.get(request.method, ""))
