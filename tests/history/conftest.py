"""An embedded cluster with one kind, and a controller whose writes the tests script."""

import asyncio
from pathlib import Path

import pytest

from harness.clusters.client import NAMESPACES, Client
from harness.clusters.embedded import EmbeddedCluster
from harness.simulation.actors import Actor, acting_as
from harness.simulation.world import Simulation

CRDS = Path(__file__).parents[2] / "examples" / "access" / "crds"


class Play:
    """A cluster, and who acts on it."""

    def __init__(self, simulation, cluster, controller):
        self.simulation, self.cluster, self._controller = simulation, cluster, controller
        self.history = cluster.history
        self._client = None
        self._later = []

    async def create(self, name="x"):
        """Create an AccessGrant as the scenario."""
        body = {
            "apiVersion": "example.org/v1",
            "kind": "AccessGrant",
            "metadata": {"name": name},
            "spec": {"user": "ada", "minutes": 5},
        }
        return await self.cluster.create(body, namespace="a")

    async def write(self, subject, phase, **status):
        """Write a phase as the controller."""
        with acting_as(self._controller):
            self._client = self._client or Client(self.cluster.address, name="controller")
            await self._client.patch(
                subject.plural,
                subject.name,
                {"status": {"phase": phase, **status}},
                namespace=subject.namespace,
                subresource="status",
            )

    async def look(self, plural, **query):
        """List as the controller."""
        with acting_as(self._controller):
            self._client = self._client or Client(self.cluster.address, name="controller")
            await self._client.list(plural, **query)

    async def delete(self, subject):
        """Delete as the scenario."""
        await self.cluster.client.delete(subject.plural, subject.name, namespace=subject.namespace)

    def later(self, seconds, subject, phase):
        """Let the controller write a phase after a while."""

        async def write():
            await asyncio.sleep(seconds)
            await self.write(subject, phase)

        self._later.append(asyncio.create_task(write()))

    async def close(self):
        """Let go of everything."""
        for task in self._later:
            task.cancel()
        if self._client is not None:
            await self._client.close()


@pytest.fixture
async def play():
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as cluster:
            await cluster.apply(CRDS)
            await cluster.client.create(
                NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
            )
            found = Play(simulation, cluster, Actor("controller"))
            yield found
            await found.close()
