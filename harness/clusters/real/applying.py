"""Server-side apply: what is there already is brought to what a manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.clusters.client import ApiError
from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.clusters.client import Client, Plural

_CONTENT = "application/apply-patch+yaml"


async def apply(client: Client, plural: Plural, manifest: Mapping[str, Any], *, where: str = "") -> None:
    """Apply one object, ours over whoever set a field before.

    :param where: how a refusal names it; by default by kind and name.
    :raises ClusterError: it is refused.
    """
    metadata = manifest.get("metadata") or {}
    path = plural.path(metadata.get("namespace", "default") if plural.namespaced else "", metadata.get("name", ""))
    try:
        await client.request(
            "PATCH", path, body=manifest, query={"fieldManager": "harness", "force": "true"}, content=_CONTENT
        )
    except ApiError as error:
        name = where or f"{manifest['kind']} {metadata.get('name', '')}"
        raise ClusterError(f"{name} was refused: {error}") from error
