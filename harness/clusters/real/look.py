"""What there is, as a consistent read of the API server shows it: every object of the followed kinds, with its version.

Only metadata is asked for, and only objects in the scenario's own namespaces count, beside those in none. Versions are
numbers that grow (KEP-5504), and one count for all kinds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from harness.clusters.client import Client, Plural

_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as somebody saw it.

    :ivar where: ``namespace/name``.
    :ivar owners: uids of those that keep it alive.
    :ivar held: whether a finalizer holds it.
    """

    version: int
    namespace: str
    where: str
    owners: tuple[str, ...] = ()
    held: bool = False
    going: bool = False

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Seen:
        """Take what is wanted out of an object's metadata."""
        namespace = metadata.get("namespace", "")
        return cls(
            version=int(metadata["resourceVersion"]),
            namespace=namespace,
            where=f"{namespace}/{metadata['name']}".strip("/"),
            owners=tuple(one["uid"] for one in metadata.get("ownerReferences") or ()),
            held=bool(metadata.get("finalizers")),
            going="deletionTimestamp" in metadata,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The objects of one kind.

    :ivar version: of the whole list: a deletion that it shows came before.
    """

    version: int
    objects: Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look showed.

    :ivar kinds: by group and plural.
    :ivar known: where every object is or was that the history has recorded, by uid.
    :ivar doomed: objects that the controllers will remove by themselves: they are deleted, or all their owners are gone.
    """

    kinds: Mapping[tuple[str, str], Found]
    known: Mapping[str, str] = field(default_factory=dict)
    doomed: Mapping[str, str] = field(default_factory=dict)


async def look(
    client: Client,
    plurals: Iterable[Plural],
    *,
    namespaces: Container[str],
    known: Callable[[], Mapping[str, str]],
    collected: bool,
) -> Look:
    """Read all kinds at once.

    :param known: returns `Look.known`; called when the lists have come in.
    :param collected: whether there is a garbage collector at all.
    """
    plurals = list(plurals)
    lists = await asyncio.gather(*(client.request("GET", one.path(), accept=_METADATA) for one in plurals))
    kinds = {
        (plural.group, plural.plural): _found(found, namespaces) for plural, found in zip(plurals, lists, strict=True)
    }
    recorded = known()
    return Look(kinds, known=recorded, doomed=_doomed(kinds, recorded) if collected else {})


def _found(found: Mapping[str, Any], namespaces: Container[str]) -> Found:
    objects = {one["metadata"]["uid"]: Seen.of(one["metadata"]) for one in found["items"] or ()}
    own = {uid: one for uid, one in objects.items() if not one.namespace or one.namespace in namespaces}
    return Found(int(found["metadata"]["resourceVersion"]), own)


def _doomed(kinds: Mapping[tuple[str, str], Found], known: Mapping[str, str]) -> dict[str, str]:
    alive = {uid for found in kinds.values() for uid in found.objects}
    return {
        uid: f"{plural} {one.where}"
        for (_, plural), found in kinds.items()
        for uid, one in found.objects.items()
        if not one.held and (one.going or _orphaned(one, alive, known))
    }


def _orphaned(one: Seen, alive: set[str], known: Mapping[str, str]) -> bool:
    """Whether all owners are known to be gone; one of a kind that nobody follows is taken to live."""
    return bool(one.owners) and all(owner in known and owner not in alive for owner in one.owners)
