"""What a Kopf operator has heard of so far: the kinds that it follows, and the newest version it processed of each object.

An operator is at rest only when it knows what there is. A write that has not reached its watch yet will still move it,
however idle it looks. Kopf itself is not changed; what passes through it is noted.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from kopf._cogs.clients import watching
from kopf._core.reactor import orchestration, processing

from harness.simulation.actors import Actor, current_actor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from harness.clusters.real.look import Look

Kind = tuple[str, str]
"""Group and plural: a version of an object has the same number in every version of its API."""


class KopfSight:
    """What one incarnation of an operator has heard of. Part of the work-source protocol: to find out is work."""

    _of: dict[Actor, KopfSight] = {}  # noqa: RUF012 - entries go with `followed_streams`

    def __init__(self) -> None:
        self.follows: set[Kind] | None = None
        self._listed: set[Kind] = set()
        self._known: dict[Kind, dict[str, int]] = {}
        self._ended: set[str] = set()

    @classmethod
    def of(cls, actor: Actor) -> KopfSight:
        """Return the one of an actor."""
        return cls._of.setdefault(actor, cls())

    @classmethod
    def forget(cls) -> None:
        """Forget every actor: the run is over."""
        cls._of.clear()

    def busy(self) -> str | None:
        """Say what it has not found out yet: which kinds there are, or which objects."""
        if self.follows is None:
            return "Kopf looks which kinds there are"
        missing = sorted(self.follows - self._listed)
        return f"Kopf lists {missing[0][1]}" if missing else None

    def next_deadline(self) -> None:
        """None."""

    def behind(self, look: Look) -> str | None:
        """Name an object of which it has not heard, as it was when somebody looked."""
        for kind, found in look.kinds.items():
            if self.follows is None or kind not in self.follows:
                continue
            known = self._known.get(kind, {})
            for uid, one in found.objects.items():
                if known.get(uid, 0) < one.version and uid not in self._ended:
                    return f"{kind[1]} {one.where}"
            for uid, version in known.items():
                if uid in look.known and uid not in found.objects and version <= found.version:
                    return f"the end of {kind[1]} {look.known[uid]}"
        return None

    def heard(self, kind: Kind, event: Any) -> None:
        """Note an event that Kopf has processed."""
        known = self._known.setdefault(kind, {})
        metadata = event["object"]["metadata"]
        if event["type"] == "DELETED":
            known.pop(metadata["uid"], None)
            self._ended.add(metadata["uid"])
        else:
            known[metadata["uid"]] = int(metadata["resourceVersion"])

    def listed(self, kind: Kind, uids: set[str]) -> None:
        """Note that a list is complete: of what it lacks, Kopf will not hear again."""
        self._listed.add(kind)
        known = self._known.setdefault(kind, {})
        for uid in [one for one in known if one not in uids]:
            del known[uid]
            self._ended.add(uid)


@contextlib.contextmanager
def followed_streams(hears: Callable[[str], bool] = lambda _: True) -> Iterator[None]:
    """Note what passes through Kopf, per actor, for the length of the body.

    :param hears: whether operators hear of objects in a namespace (empty for those in none). What they shall not hear of ends here:
        on a cluster that others play on, too, each has operators of its own, and they watch all of it.
    """
    watch, process, spawn = (
        watching.infinite_watch,
        processing.process_resource_event,
        orchestration.spawn_missing_watchers,
    )

    async def infinite_watch(**options: Any) -> AsyncIterator[Any]:
        resource, sight = options["resource"], KopfSight.of(current_actor())
        uids: set[str] = set()
        async with contextlib.aclosing(watch(**options)) as stream:  # type: ignore[type-var]
            async for event in stream:
                if event is watching.Bookmark.LISTED:
                    sight.listed((resource.group, resource.plural), uids)
                    uids = set()
                elif not hears(event["object"]["metadata"].get("namespace", "")):
                    continue
                elif event["type"] is None:
                    uids.add(event["object"]["metadata"].get("uid", ""))
                yield event

    async def process_resource_event(*args: Any, **options: Any) -> Any:
        try:
            return await process(*args, **options)
        finally:
            resource = options["resource"]
            KopfSight.of(current_actor()).heard((resource.group, resource.plural), options["raw_event"])

    async def spawn_missing_watchers(**options: Any) -> None:
        await spawn(**options)
        settings = options["settings"].watching
        # With a selector of its own an operator never hears of some objects; whether it is behind cannot be told.
        KopfSight.of(current_actor()).follows = {
            (one.group, one.plural)
            for one in options["watched_resources"]
            if not any([*settings.label_selectors.collect(one), *settings.field_selectors.collect(one)])
        }

    watching.infinite_watch = infinite_watch
    processing.process_resource_event = process_resource_event
    orchestration.spawn_missing_watchers = spawn_missing_watchers
    try:
        yield
    finally:
        watching.infinite_watch = watch
        processing.process_resource_event = process
        orchestration.spawn_missing_watchers = spawn
        KopfSight.forget()
