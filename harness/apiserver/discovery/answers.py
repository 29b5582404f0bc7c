"""The replies to requests for discovery. Rendered again only when the table of resources has changed."""

import hashlib
from collections.abc import Mapping
from typing import Final

import orjson

from harness.apiserver.codec.accept import Form, named, of_anything, wanted
from harness.apiserver.codec.media import ACCEPTED, JSON, YAML
from harness.apiserver.codec.replies import to_protobuf
from harness.apiserver.codec.yaml_out import to_yaml
from harness.apiserver.discovery import aggregated, legacy
from harness.apiserver.discovery.version import version
from harness.apiserver.errors import ApiError, MethodNotAllowed, NotAcceptable
from harness.apiserver.health import CHECKS
from harness.apiserver.messages import JSON_HEADERS, Object, Reply, Request
from harness.apiserver.resources import Registry

_OTHER_PATHS: Final = (
    *(
        "/.well-known/openid-configuration",
        "/apis/",
        "/flagz",
        "/metrics",
        "/metrics/slis",
        "/openapi/v2",
        "/openapi/v3",
    ),
    *("/openapi/v3/", "/openid/v1/jwks", "/statusz", "/version"),
)


class NoRepresentationError(ApiError):
    """406 of the router: nothing that is asked for is made at this path, whatever the parameters."""

    code, reason = 406, "NotAcceptable"

    def __init__(self, offered: tuple[str, ...]) -> None:
        super().__init__(f"406: Not Acceptable\n\nAvailable representations: {', '.join(offered)}", {})


class Discovery:
    """Answers the paths that tell a client what it may ask for."""

    def __init__(self, registry: Registry, *, git_version: str) -> None:
        self._registry = registry
        self._version = version(git_version)
        self._rendered: dict[str, bytes] = {}
        self._aggregated: dict[str, tuple[bytes, str]] = {}
        self._converted: dict[tuple[str, str], bytes] = {}
        self._seen = -1

    def answer(self, request: Request) -> Reply | None:
        """Return the reply to a request, or None when its path is no path of discovery.

        :raises MethodNotAllowed: other than GET, where the real server minds.
        :raises ApiError: 406 for an Accept header that cannot be served.
        """
        path = request.path.rstrip("/")
        if self._seen != self._registry.version:
            self._render()
        if path == "/api":
            body = _line(legacy.core_versions(request.headers.get("host", "localhost")))
        elif (found := self._rendered.get(path)) is not None:
            body = found
        else:
            return None
        offered: tuple[str, ...] = ()
        if path in {"", "/apis"} or (path.startswith("/apis/") and path.count("/") == 2):
            pass  # these answer to any method, and negotiate by themselves
        elif request.method != "GET":
            raise MethodNotAllowed
        else:
            offered = (JSON,) if path == "/version" else ACCEPTED
        if path:
            form = _form(request.headers, offered, aggregated=path in self._aggregated)
            if form.converts:
                return self._one_document(path, form.media, request.headers)
        return Reply(200, JSON_HEADERS, body)

    def _render(self) -> None:
        documents = legacy.documents(self._registry)
        self._rendered = {path: _line(document) for path, document in documents.items()}
        self._rendered["/version"] = orjson.dumps(self._version, option=orjson.OPT_INDENT_2)
        self._rendered[""] = orjson.dumps(self._paths(documents), option=orjson.OPT_INDENT_2)
        self._aggregated, self._converted = {}, {}
        for path, document in (("/api", aggregated.core), ("/apis", aggregated.groups)):
            body = _line(document(self._registry))
            self._aggregated[path] = (body, f'"{hashlib.sha512(body).hexdigest().upper()}"')
        self._seen = self._registry.version

    def _paths(self, documents: Mapping[str, Object]) -> Object:
        """Return the list at ``/``."""
        health = [f"{path}/{check}" for path, checks in CHECKS.items() for check in checks]
        return {"paths": sorted(["/api", *documents, *CHECKS, *health, *_OTHER_PATHS])}

    def _one_document(self, path: str, media: str, headers: Mapping[str, str]) -> Reply:
        body, tag = self._aggregated[path]
        kept = {"cache-control": "public", "etag": tag, "vary": "Accept"}
        if headers.get("if-none-match") == tag:
            return Reply(304, kept)
        if media != JSON:
            if (path, media) not in self._converted:
                value = orjson.loads(body)
                self._converted[path, media] = to_yaml(value) if media == YAML else to_protobuf(value)
            body = self._converted[path, media]
        return Reply(200, {"content-type": f"{media};{aggregated.PARAMETERS}", **kept}, body)


def _line(document: Object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _form(headers: Mapping[str, str], offered: tuple[str, ...], *, aggregated: bool) -> Form:
    """Return the form that a client prefers; ``aggregated`` tells whether there is one document of all.

    :raises NoRepresentationError: no clause of the Accept header names a type that the router ``offered``.
    :raises NotAcceptable: the type is there, but not what the parameters ask for.
    """
    accept = headers.get("accept", "") or "*/*"
    # The router, unlike what comes after it, does not know application/*.
    if offered and not named(accept, offered):
        raise NoRepresentationError(offered)
    if len(offered) == 1:
        return Form(JSON)  # nothing is negotiated after the router
    form = wanted(accept, lambda one: of_anything(one) or (aggregated and _is_aggregated(one)))
    if form is None:
        raise NotAcceptable(ACCEPTED)
    return form


def _is_aggregated(form: Form) -> bool:
    return (form.group, form.version, form.kind) == ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList")
