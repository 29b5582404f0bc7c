"""Tenants: a fresh namespace each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.clusters.client import NAMESPACES

if TYPE_CHECKING:
    from harness.clusters.cluster import Cluster


class Tenants:
    """Makes namespaces on a cluster and remembers them."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.names: list[str] = []

    async def __call__(self, *names: str, labels: dict[str, str] | None = None) -> tuple[str, ...]:
        """Create one namespace per name; returns the names of the namespaces in the same order."""
        for name in names:
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}}
            await self._cluster.client.create(NAMESPACES, body)
            self.names.append(name)
        return names
