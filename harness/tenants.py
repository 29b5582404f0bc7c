"""Tenants: a fresh namespace each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.clusters.cluster import Cluster


class Tenants:
    """Makes namespaces on a cluster and remembers them."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.names: list[str] = []

    async def __call__(self, *names: str, labels: dict[str, str] | None = None) -> tuple[str, ...]:
        """Create one namespace per name; returns the names of the namespaces in the same order.

        On a cluster that is shared a namespace has a longer name than was asked for.
        """
        made = tuple([await self._cluster.namespace(name, labels=labels) for name in names])
        self.names += made
        return made
