"""The clock of a scenario: ``await clock.passes(timedelta(minutes=10))``, on every cluster."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from harness.clusters.cluster import Cluster


class Clock:
    """The fixture ``clock``."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def now(self) -> datetime:
        """Return the moment that the cluster's clocks show."""
        return self._cluster.history.now()

    def lasts(self, duration: timedelta) -> timedelta:
        """Return how long a duration takes here: itself in virtual time, see `scale.TimeScale` otherwise."""
        return self._cluster.scale.span(duration)

    async def passes(self, duration: timedelta) -> None:
        """Let so much time pass, as `lasts` has it."""
        await asyncio.sleep(self.lasts(duration).total_seconds())
