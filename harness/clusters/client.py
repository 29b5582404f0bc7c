"""What a scenario says to the Kubernetes API, on every cluster in the same words.

Dictionaries in and out over plain HTTP, paths from a resource's coordinates. It knows no kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from harness.clusters.cluster import Address

Resource = dict[str, Any]


class ApiError(Exception):
    """The API server refused.

    :ivar status: the HTTP status.
    :ivar reason: the machine-readable reason, such as ``Conflict``.
    """

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.reason = str(body.get("reason", ""))
        super().__init__(f"{status} {self.reason}: {body.get('message', 'no message')}")


@dataclass(frozen=True, slots=True)
class Plural:
    """The coordinates of a kind of resource."""

    group: str
    version: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the URL path of a collection, an object or a subresource."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [root]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [part for part in (self.plural, name, subresource) if part]
        return "/".join(parts)


NAMESPACES = Plural("", "v1", "namespaces", namespaced=False)
CRDS = Plural("apiextensions.k8s.io", "v1", "customresourcedefinitions", namespaced=False)


class Client:
    """An asyncio client of one API server.

    :param address: where the server is.
    :param name: the user agent, which becomes the manager in ``managedFields``.
    """

    def __init__(self, address: Address, *, name: str = "scenario") -> None:
        headers = {"Accept": "application/json", "User-Agent": name}
        if address.token:
            headers["Authorization"] = f"Bearer {address.token}"
        self._server = address.server
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=address.ssl_context()), headers=headers
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        content: str = "application/json",
        accept: str = "",
    ) -> Any:
        """Send one request; returns the decoded body.

        :param accept: another representation than plain JSON.
        :raises ApiError: the status is not 2xx.
        """
        async with self._session.request(
            method,
            self._server + path,
            params=dict(query or {}),
            data=None if body is None else orjson.dumps(body),
            headers={
                **({} if body is None else {"Content-Type": content}),
                **({"Accept": accept} if accept else {}),
            },
        ) as reply:
            return _decoded(reply.status, await reply.read())

    async def text(self, path: str, *, query: Mapping[str, str]) -> str:
        """Read something that is no JSON, such as a log.

        :raises ApiError: the status is not 2xx.
        """
        async with self._session.get(self._server + path, params=dict(query), headers={"Accept": "*/*"}) as reply:
            data = await reply.read()
            if reply.status >= 300:
                _decoded(reply.status, data)
            return data.decode("utf-8", "replace")

    def channel(
        self, path: str, *, query: Sequence[tuple[str, str]], protocols: Sequence[str]
    ) -> AbstractAsyncContextManager[aiohttp.ClientWebSocketResponse]:
        """Open a web socket, as the subresources take that have streams; a parameter may come several times."""
        return self._session.ws_connect(
            self._server + path, params=list(query), protocols=protocols, headers={"Accept": "*/*"}, max_msg_size=0
        )

    async def lines(self, path: str, *, query: Mapping[str, str], silence_s: float) -> AsyncIterator[bytes]:
        """Watch: yield the lines of an endless answer, each as soon as it is complete.

        :param silence_s: after so many seconds without a byte the stream is given up (`TimeoutError`).
        :raises ApiError: the status is not 2xx.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_read=silence_s)
        async with self._session.get(self._server + path, params=dict(query), timeout=timeout) as reply:
            if reply.status >= 300:
                _decoded(reply.status, await reply.read())
            rest = b""
            async for chunk in reply.content.iter_any():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield line

    async def create(self, plural: Plural, body: Resource, *, namespace: str = "") -> Resource:
        """Create an object."""
        return dict(await self.request("POST", plural.path(namespace), body=body))

    async def get(self, plural: Plural, name: str, *, namespace: str = "") -> Resource:
        """Read an object."""
        return dict(await self.request("GET", plural.path(namespace, name)))

    async def list(self, plural: Plural, *, namespace: str = "", **query: str) -> list[Resource]:
        """Read a collection; ``query`` takes ``fieldSelector`` and ``labelSelector``."""
        found = await self.request("GET", plural.path(namespace), query=query)
        return list(found["items"])

    async def patch(
        self, plural: Plural, name: str, patch: Any, *, namespace: str = "", subresource: str = ""
    ) -> Resource:
        """Merge-patch an object or its subresource."""
        path = plural.path(namespace, name, subresource)
        return dict(await self.request("PATCH", path, body=patch, content="application/merge-patch+json"))

    async def delete(self, plural: Plural, name: str, *, namespace: str = "") -> Resource:
        """Delete an object."""
        return dict(await self.request("DELETE", plural.path(namespace, name)))

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def _decoded(status: int, data: bytes) -> Any:
    found = orjson.loads(data) if data[:1] in {b"{", b"["} else {"message": data.decode("utf-8", "replace")}
    if status >= 300:
        raise ApiError(status, found)
    return found
