"""Puts CRDs onto a cluster, and waits until they are served."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from harness.clusters.client import CRDS, NAMESPACES, Client
from harness.clusters.cluster import ClusterError
from harness.clusters.manifests import read
from harness.clusters.real.applying import apply
from harness.clusters.real.serving import wait_until_served

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.clusters.cluster import Address

_PLURALS = {"CustomResourceDefinition": CRDS, "Namespace": NAMESPACES}


def define(address: Address, manifests: Sequence[Path]) -> int:
    """Apply files and folders of CRDs and namespaces; returns how many objects those are.

    :raises ClusterError: one is refused, or of another kind.
    """
    found = [(file, manifest) for path in manifests for file, manifest in read(path)]
    for file, manifest in found:
        if manifest["kind"] not in _PLURALS:
            raise ClusterError(
                f"{file}: {manifest['kind']}: only CRDs and namespaces are applied here; kubectl takes the rest"
            )
    asyncio.run(_define(address, [manifest for _, manifest in found]))
    return len(found)


async def _define(address: Address, manifests: list[dict[str, Any]]) -> None:
    client = Client(address, name="harness")
    try:
        for one in manifests:
            await apply(client, _PLURALS[one["kind"]], one)
        for one in manifests:  # the server makes them ready side by side
            if one["kind"] == "CustomResourceDefinition":
                await wait_until_served(client, one)
    finally:
        await client.close()
