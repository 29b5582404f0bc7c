"""One watch per kind, from before the first write: where the history of a real cluster comes from.

A list tells where to begin; from there on every event is taken, in order, and a stream that ends is resumed at the last
version seen. So no version is missed, whatever the connection does. When the server says that it no longer knows what came
after that version (410), versions *are* missed: that is a gap, which is told to the history and never papered over.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from harness.clusters.client import ApiError
from harness.clusters.real.look import Seen
from harness.simulation.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.clusters.client import Client, Plural
    from harness.clusters.real.look import Look

_SILENCE_S = 90.0
"""A stream that says nothing for so long is taken for dead: bookmarks come every minute."""

_PAUSE_S = 0.2
"""Before a broken stream is resumed."""

_GONE = 410
_ACTOR = Actor("history", mortal=False)


class Recorder:
    """Follows one kind.

    :param take: takes each event's line as it comes: ``{"type": …, "object": …}``.
    :param gap: is told why versions are missing, in words.
    :param hears: whether what is in a namespace is to be recorded (empty for what is in none).
    :ivar known: what was recorded, as it was seen last, by uid; what was there before is not among it.
    """

    def __init__(
        self,
        client: Client,
        plural: Plural,
        *,
        take: Callable[[bytes], None],
        gap: Callable[[str], None],
        hears: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._client, self.plural, self._take, self._gap, self._hears = client, plural, take, gap, hears
        self._alive: dict[str, int] = {}
        self.known: dict[str, Seen] = {}
        self._version = ""
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin: whatever is written after this returns will be recorded.

        :raises ApiError: the kind cannot be listed.
        """
        listed = await self._client.request("GET", self.plural.path())
        for one in listed["items"]:
            self._alive[one["metadata"]["uid"]] = int(one["metadata"]["resourceVersion"])
        self._version = listed["metadata"]["resourceVersion"]
        self._task = _ACTOR.spawn(self._follow(), name=f"history of {self.plural.plural}")

    async def close(self) -> None:
        """End the stream."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def behind(self, look: Look) -> str | None:
        """Name an object of which nothing was heard as it was when somebody looked, or which is about to go."""
        kind = self.plural.group, self.plural.plural
        if (found := look.kinds.get(kind)) is None:
            return None
        for uid, one in found.objects.items():
            if self._alive.get(uid, 0) < one.version and not self._ended(uid):
                return f"{self.plural.plural} {one.where}"
        for uid, version in self._alive.items():
            if uid in look.known and uid not in found.objects and version <= found.version:
                return f"the end of {self.plural.plural} {look.known[uid]}"
        return next((f"the end of {what}" for uid, what in look.doomed.items() if uid in self._alive), None)

    def _ended(self, uid: str) -> bool:
        return uid in self.known and uid not in self._alive

    async def _follow(self) -> None:
        while True:
            try:
                await self._stream()
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(_PAUSE_S)
            except ApiError as error:
                if error.status != _GONE:
                    await asyncio.sleep(_PAUSE_S)  # overloaded, or on its way up or down
                    continue
                await self._begin_again(str(error))

    async def _stream(self) -> None:
        query = {"watch": "true", "allowWatchBookmarks": "true", "resourceVersion": self._version}
        async for line in self._client.lines(self.plural.path(), query=query, silence_s=_SILENCE_S):
            event = orjson.loads(line)
            if event["type"] == "ERROR":
                raise ApiError(event["object"].get("code", 500), event["object"])
            metadata = event["object"]["metadata"]
            self._version = metadata["resourceVersion"]
            if event["type"] != "BOOKMARK" and self._hears(metadata.get("namespace", "")):
                self._note(event["type"], metadata)
                self._take(line)

    def _note(self, what: str, metadata: dict[str, Any]) -> None:
        uid = metadata["uid"]
        self.known[uid] = Seen.of(metadata)
        if what == "DELETED":
            self._alive.pop(uid, None)
        else:
            self._alive[uid] = int(metadata["resourceVersion"])

    async def _begin_again(self, why: str) -> None:
        """Say that versions are missing, and go on from what there is now."""
        self._gap(why)
        try:
            listed = await self._client.request("GET", self.plural.path())
        except (ApiError, aiohttp.ClientError, OSError):
            await asyncio.sleep(_PAUSE_S)
            return
        self._version = listed["metadata"]["resourceVersion"]
        there = {one["metadata"]["uid"] for one in listed["items"]}
        self._alive = {uid: version for uid, version in self._alive.items() if uid in there}
        for one in listed["items"]:
            uid, version = one["metadata"]["uid"], int(one["metadata"]["resourceVersion"])
            if self._alive.get(uid) == version or not self._hears(one["metadata"].get("namespace", "")):
                continue
            what = "MODIFIED" if uid in self._alive else "ADDED"
            named = {"apiVersion": listed["apiVersion"], "kind": listed["kind"].removesuffix("List"), **one}
            self._note(what, one["metadata"])
            self._take(orjson.dumps({"type": what, "object": named}))
