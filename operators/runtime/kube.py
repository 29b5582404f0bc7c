"""A thin client of the Kubernetes API: dicts in, dicts out, one per operator.

It knows paths, content types and errors, and keeps nothing but the numbers of the versions that it wrote (:meth:`Kube.wrote`). Every read goes to the API server: what decides something that
cannot be undone is never taken from a watch cache. Every request carries the operator's name as User-Agent, every write as
fieldManager too, so that the API server's ``managedFields`` tell who wrote.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from operators.api.kinds import Kind
from operators.api.resource import Resource, uid_of, version_of
from operators.runtime.errors import KubeError, NotFound, kube_error
from operators.runtime.transport import Reply, Transport

__all__ = ["Kube"]

_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"

_REMEMBERED = 16
"""Versions of one object that :meth:`Kube.wrote` knows: more edges than any walk has. A forgotten one costs an idle reconcile.
"""


class Kube:
    """The verbs our operators need.

    All of them raise a :class:`~operators.runtime.errors.KubeError` by the reply's status, and ``Unavailable`` when there
    was no reply. ``namespace`` is empty for cluster-scoped kinds.
    """

    def __init__(self, transport: Transport, *, name: str) -> None:
        self._transport = transport
        self.name = name
        self._reading = {"User-Agent": name, "Accept": _JSON}
        self._writing = {**self._reading, "Content-Type": _JSON}
        self._patching = {**self._reading, "Content-Type": _MERGE_PATCH}
        self._manager = {"fieldManager": name}
        self._written: dict[str, deque[str]] = {}  # uid -> the versions that our newest status writes of it made

    async def get(self, kind: Kind, namespace: str, name: str) -> Resource:
        """Read one object.

        :raises NotFound: there is none.
        """
        return await self._exchange("GET", _path(kind, namespace, name), headers=self._reading)

    async def list(
        self,
        kind: Kind,
        namespace: str,
        *,
        field_selector: str = "",
        label_selector: str = "",
    ) -> list[Resource]:
        """Read all objects of a namespace, or of all namespaces when it is empty, that the selectors let through.

        The items carry apiVersion and kind, also where the API server leaves them out (built-in kinds).
        """
        query = {"fieldSelector": field_selector, "labelSelector": label_selector}
        answer = await self._exchange("GET", _path(kind, namespace), headers=self._reading, query=query)
        named = {"apiVersion": kind.api_version, "kind": kind.kind}
        return [item if "kind" in item else {**named, **item} for item in answer.get("items") or ()]

    async def create(self, kind: Kind, namespace: str, body: Mapping[str, Any]) -> Resource:
        """Create an object; apiVersion and kind are filled in.

        :raises AlreadyExists: the name is taken.
        :raises Invalid: the schema or a rule refuses it.
        """
        return await self._exchange(
            "POST",
            _path(kind, namespace),
            headers=self._writing,
            query=self._manager,
            body={"apiVersion": kind.api_version, "kind": kind.kind, **body},
        )

    async def patch_status(self, kind: Kind, namespace: str, name: str, body: Mapping[str, Any]) -> Resource:
        """Merge-patch ``/status``; guarded when ``body.metadata`` carries resourceVersion and uid.

        :raises Conflict: the stored object is another version, or another object of that name.
        :raises NotFound: there is none.
        :raises Invalid: the schema or a rule refuses the result.
        """
        written = await self._exchange(
            "PATCH",
            f"{_path(kind, namespace, name)}/status",
            headers=self._patching,
            query=self._manager,
            body=body,
        )
        if "metadata" in written:  # an answer without is no object; what it says is the caller's business
            self._written.setdefault(uid_of(written), deque(maxlen=_REMEMBERED)).append(version_of(written))
        return written

    async def serves(self, kind: Kind) -> bool:
        """Whether the API server knows a kind in this version."""
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        try:
            found = await self._exchange("GET", root, headers=self._reading)
        except NotFound:
            return False
        return any(one["name"] == kind.plural for one in found.get("resources") or ())

    def wrote(self, obj: Resource) -> bool:
        """Whether a status write of ours made this version of an object.

        A reconcile that walks several edges has written the third when the event of the first arrives: that one is old news,
        too. Events of an object come in order, so that versions before the one asked about are forgotten.
        """
        versions, version = self._written.get(uid_of(obj), deque()), version_of(obj)
        if version not in versions:
            return False
        while versions[0] != version:
            versions.popleft()
        return True

    def forget(self, obj: Resource) -> None:
        """Drop what is remembered of an object that was deleted."""
        self._written.pop(uid_of(obj), None)

    async def replace(self, kind: Kind, namespace: str, name: str, body: Mapping[str, Any]) -> Resource:
        """Replace an object (PUT); compare-and-set when ``body.metadata`` carries its resourceVersion.

        :raises Conflict: the stored object is another version.
        :raises NotFound: there is none.
        """
        return await self._exchange(
            "PUT",
            _path(kind, namespace, name),
            headers=self._writing,
            query=self._manager,
            body={"apiVersion": kind.api_version, "kind": kind.kind, **body},
        )

    async def delete(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        *,
        uid: str = "",
        resource_version: str = "",
        propagation: str = "Background",
    ) -> None:
        """Delete an object, only if it is this uid and this version where they are given.

        :raises Conflict: it is another one.
        :raises NotFound: there is none.
        """
        given = {"uid": uid, "resourceVersion": resource_version}
        preconditions = {field: value for field, value in given.items() if value}
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if preconditions:
            options["preconditions"] = preconditions
        await self._exchange("DELETE", _path(kind, namespace, name), headers=self._writing, body=options)

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.close()

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Resource:
        given = {name: value for name, value in query.items() if value} if query else None
        target = f"{path}?{urlencode(given)}" if given else path
        reply = await self._transport.exchange(method, target, headers=headers, body=body)
        if reply.status >= 400:
            raise _error(reply)
        answer: Resource = orjson.loads(reply.body)
        return answer


def _path(kind: Kind, namespace: str, name: str = "") -> str:
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    last = f"/{quote(name, safe='')}" if name else ""
    return f"{root}{within}/{kind.plural}{last}"


def _error(reply: Reply) -> KubeError:
    try:
        body = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        body = {"message": reply.body[:500].decode(errors="replace").strip()}
    after = reply.headers.get("retry-after", "")
    # Retry-After may also be a date; the API server only sends seconds.
    return kube_error(
        reply.status,
        body if isinstance(body, dict) else {},
        retry_after=float(after) if after.isdigit() else None,
    )
