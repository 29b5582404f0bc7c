"""Until a kind that was just defined is served: between *Established* and the first list lies a moment of 429 and 404."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from harness.clusters.client import CRDS, ApiError, Plural
from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.clusters.client import Client

_PATIENCE_S = 60.0
_LOOK_S = 0.02
"""Between two looks."""


async def wait_until_served(client: Client, crd: Mapping[str, Any]) -> None:
    """Wait until every served version of a CRD is established and can be listed.

    :raises ClusterError: it is not in time; the message says what is in the way.
    """
    name, spec = crd["metadata"]["name"], crd["spec"]
    plurals = [Plural(spec["group"], one["name"], spec["names"]["plural"]) for one in spec["versions"] if one["served"]]
    reason = ""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while reason := await _in_the_way(client, name, plurals):  # noqa: ASYNC110  the server says it by no event
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise ClusterError(
            f"CustomResourceDefinition {name} is not served after {_PATIENCE_S:.0f} s: {reason}"
        ) from None


async def _in_the_way(client: Client, name: str, plurals: list[Plural]) -> str:
    """Say why it is not served yet; empty when it is."""
    found = await client.get(CRDS, name)
    conditions = {one["type"]: one for one in found.get("status", {}).get("conditions") or []}
    accepted = conditions.get("NamesAccepted", {"status": "Unknown"})
    if accepted["status"] == "False":
        return str(accepted["message"])
    if conditions.get("Established", {"status": "Unknown"})["status"] != "True":
        return "it is not established"
    for plural in plurals:
        try:
            await client.list(plural)  # a whole list: a limited one passes the cache by, which is what is late
        except ApiError as error:
            if error.status not in {404, 429, 503}:
                raise
            return str(error)
    return ""
