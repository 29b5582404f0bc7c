"""The guarded status write: a merge patch that is only carried out on the version that was looked at.

The patch names ``metadata.resourceVersion`` and ``metadata.uid`` of the object that the decision was made on, so the API
server refuses it with 409 when anybody wrote in between. It is a merge patch of our own fields and no PUT, because a PUT
would send back what others own (the Gateway keeps ``status.deduplication``), and no JSON patch, whose failed ``test`` is a
422 that cannot be told from a refused value.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import tenacity

from operators.api.kinds import Kind
from operators.api.resource import Resource, key_of, uid_of, version_of
from operators.runtime.backoff import Backoff
from operators.runtime.errors import Conflict, Gone, NotFound
from operators.runtime.kube import Kube

__all__ = ["Guard", "Moved"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The object was changed in a way that makes the write pointless; ``obj`` is what was found."""

    obj: Resource


class Guard:
    """Carries out guarded writes and retries those that met a change which does not matter to them."""

    def __init__(
        self,
        kube: Kube,
        *,
        attempts: int,
        backoff: Backoff,
        on_conflict: Callable[[Kind], None] = lambda _kind: None,
    ) -> None:
        self._kube = kube
        self._attempts = attempts
        self._backoff = backoff
        self._on_conflict = on_conflict

    async def write(
        self,
        seen: Resource,
        *,
        kind: Kind,
        build: Callable[[Resource], Mapping[str, Any]],
        still: Callable[[Resource], bool],
    ) -> Resource | Moved:
        """Patch the status of ``seen``; without a conflict that is exactly one request.

        :param build: makes the status fields of the patch from the version that it will be applied to.
        :param still: whether the write still makes sense on a version that was read again after a conflict.
        :returns: the stored object, or what was found instead.
        :raises Gone: the object does not exist any more, or another one has its name.
        :raises Conflict: every attempt met another change.
        """
        try:
            return await self._attempt(seen, kind=kind, build=build)
        except Conflict:
            return await self._again(seen, kind=kind, build=build, still=still)

    async def _again(
        self,
        seen: Resource,
        *,
        kind: Kind,
        build: Callable[[Resource], Mapping[str, Any]],
        still: Callable[[Resource], bool],
    ) -> Resource | Moved:
        uid = uid_of(seen)
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(max(self._attempts - 1, 1)),
            wait=lambda state: self._backoff.delay(state.attempt_number, uid).total_seconds(),
            retry=tenacity.retry_if_exception_type(Conflict),
            sleep=asyncio.sleep,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                found = await self._read_again(seen, kind=kind)
                if not still(found):
                    return Moved(found)
                return await self._attempt(found, kind=kind, build=build)
        raise AssertionError("tenacity either returns or raises")

    async def _read_again(self, seen: Resource, *, kind: Kind) -> Resource:
        key = key_of(seen)
        try:
            found = await self._kube.get(kind, key.namespace, key.name)
        except NotFound as error:
            raise Gone(f"{kind.kind} {key} does not exist any more") from error
        if uid_of(found) != uid_of(seen):
            raise Gone(f"{kind.kind} {key} with uid {uid_of(seen)} does not exist any more: the name has a new owner")
        return found

    async def _attempt(
        self,
        base: Resource,
        *,
        kind: Kind,
        build: Callable[[Resource], Mapping[str, Any]],
    ) -> Resource:
        key = key_of(base)
        body = {"metadata": {"resourceVersion": version_of(base), "uid": uid_of(base)}, "status": dict(build(base))}
        try:
            return await self._kube.patch_status(kind, key.namespace, key.name, body)
        except Conflict:
            self._on_conflict(kind)
            raise
        except NotFound as error:
            raise Gone(f"{kind.kind} {key} does not exist any more") from error
