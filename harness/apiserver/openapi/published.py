"""The replies at ``/openapi/v3`` and ``/openapi/v2``: documents that clients keep, each under a hash of what is in it.

What the built-in API is does not change while a process lives, so its documents are rendered once for all servers; those of
custom resources, and the one of version 2 which has both, when the table of resources has changed.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

import orjson

from harness.apiserver.codec.coding import packed, takes_gzip
from harness.apiserver.messages import JSON_HEADERS, UNCACHED, Object, Reply, Request
from harness.apiserver.openapi.custom import custom_document
from harness.apiserver.openapi.data import packed_bytes
from harness.apiserver.openapi.documents import document, names
from harness.apiserver.openapi.protobuf import MEDIA_TYPE, OLD_MEDIA_TYPE, to_protobuf
from harness.apiserver.openapi.swagger import swagger
from harness.apiserver.resources import Registry, Resource

_V2: Final = "/openapi/v2"
_V3: Final = "/openapi/v3"
_DESCRIBING: Final = ("paths", "texts", "types")
_JSON: Final = "application/json"
_ACCEPTED: Final = dict.fromkeys((_JSON, "application/*", "*/*"), _JSON)
_ACCEPTED_OF_V2: Final = {**_ACCEPTED, MEDIA_TYPE: MEDIA_TYPE, OLD_MEDIA_TYPE: MEDIA_TYPE}
"""What an Accept header may ask for, and what it gets. Version 3 is JSON alone here."""


class Published:
    """Answers the paths of OpenAPI, to any method, as the real server does. ``clock`` is for the Expires header."""

    def __init__(self, registry: Registry, clock: Callable[[], datetime]) -> None:
        self._registry, self._clock = registry, clock
        self._custom: dict[str, bytes] = {}
        self._swagger: dict[str, bytes] = {}
        self._seen = -1

    def answer(self, request: Request) -> Reply | None:
        """Return the reply, or None when the path is not one of OpenAPI."""
        if request.path not in {_V2, _V3} and not request.path.startswith(f"{_V3}/"):
            return None
        self._forget_the_old()
        if request.path == _V2:
            found = self._document(request, self._swagger_body, tag=self._swagger_tag(), accepted=_ACCEPTED_OF_V2)
            return self._in_gzip(found) if found.status == 200 and takes_gzip(request.headers) else found
        if request.path == _V3:
            return Reply(200, {"content-type": "text/plain; charset=utf-8", "cache-control": UNCACHED}, self._index())
        name = request.path.removeprefix(f"{_V3}/")
        if name in self._custom_bodies():
            body = self._custom[name]
            return self._document(request, lambda _: body, tag=_digest(body))
        if name in names():
            return self._document(request, lambda _: _built_in(name), tag=_built_in_tag(name))
        return Reply(404, {"cache-control": UNCACHED})

    def _forget_the_old(self) -> None:
        if self._seen != self._registry.version:
            self._custom, self._swagger, self._seen = {}, {}, self._registry.version

    def _custom_resources(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._registry.all():
            if resource.custom:
                found.setdefault(f"apis/{resource.group}/{resource.version}", []).append(resource)
        return found

    def _custom_bodies(self) -> Mapping[str, bytes]:
        if not self._custom:
            self._custom = {
                name: orjson.dumps(custom_document(resources)) for name, resources in self._custom_resources().items()
            }
        return self._custom

    def _swagger_tag(self) -> str:
        return _digest(_built_in_tag("v2").encode(), *self._custom_bodies().values())

    def _swagger_body(self, media: str) -> bytes:
        if media not in self._swagger:
            document = swagger(self._custom_resources().values())
            self._swagger[media] = to_protobuf(document) if media == MEDIA_TYPE else orjson.dumps(document)
        return self._swagger[media]

    def _in_gzip(self, reply: Reply) -> Reply:
        media = f"{reply.headers['content-type']} in gzip"
        if media not in self._swagger:
            self._swagger[media] = packed(reply.body)
        return reply._replace(headers={**reply.headers, "content-encoding": "gzip"}, body=self._swagger[media])

    def _index(self) -> bytes:
        tags = {name: _built_in_tag(name) for name in names()}
        tags |= {name: _digest(body) for name, body in self._custom_bodies().items()}
        paths: Object = {name: {"serverRelativeURL": f"{_V3}/{name}?hash={tags[name]}"} for name in sorted(tags)}
        return orjson.dumps({"paths": paths})

    def _document(
        self,
        request: Request,
        body: Callable[[str], bytes],
        *,
        tag: str,
        accepted: Mapping[str, str] = _ACCEPTED,
    ) -> Reply:
        """Return a document; ``body`` makes it in a media type."""
        accept = request.headers.get("accept", "") or "*/*"
        clauses = (clause.partition(";")[0].strip() for clause in accept.split(","))
        media = next((accepted[clause] for clause in clauses if clause in accepted), None)
        vary = "Accept-Encoding, Accept" if request.path == _V2 else "Accept"
        if media is None:
            return Reply(406, {"cache-control": UNCACHED, "vary": vary})
        headers = {"cache-control": UNCACHED, "etag": f'"{tag}"', "vary": vary}
        if request.path != _V2 and (known := request.query.get("hash")):
            if known != tag:
                return Reply(301, {**JSON_HEADERS, "vary": vary, "location": f"{request.path}?hash={tag}"})
            headers |= {"cache-control": "public, immutable", "expires": self._in_a_year()}
        kept = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
        if f'"{tag}"' in kept or kept == ["*"]:
            return Reply(304, headers)
        return Reply(200, {"content-type": media, **headers}, body(media))

    def _in_a_year(self) -> str:
        now = self._clock().astimezone(UTC)
        leap_day = now.month == 2 and now.day == 29
        then = now.replace(year=now.year + 1, month=3, day=1) if leap_day else now.replace(year=now.year + 1)
        return then.strftime("%a, %d %b %Y %H:%M:%S UTC")


@cache
def _built_in(name: str) -> bytes:
    return orjson.dumps(document(name))


@cache
def _built_in_tag(name: str) -> str:
    return _digest(name.encode(), _digest_of_data().encode())


@cache
def _digest_of_data() -> str:
    """Return the hash of everything that the built-in documents are made of, so that none has to be made to know its own."""
    return _digest(*map(packed_bytes, _DESCRIBING))


def _digest(*parts: bytes) -> str:
    found = hashlib.sha512()
    for part in parts:
        found.update(part)
    return found.hexdigest().upper()
