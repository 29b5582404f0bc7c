"""A stage for small Kopf operators: the embedded cluster, one kind, and loaders for handlers written in a test."""

from contextlib import asynccontextmanager
from pathlib import Path

import kopf

from harness.clusters.client import NAMESPACES
from harness.clusters.embedded import EmbeddedCluster
from harness.simulation.kopf_process import Loaded
from harness.simulation.world import Simulation

ACCESS = Path(__file__).parents[2] / "examples" / "access"
GRANTS = ("example.org", "v1", "accessgrants")


@asynccontextmanager
async def stage():
    """A simulation with an embedded cluster that serves AccessGrants, and the namespace ``a``."""
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as cluster:
            await cluster.apply(ACCESS / "crds")
            await cluster.client.create(
                NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
            )
            yield simulation, cluster


def loader(decorate, *, sources=()):
    """Return what loads an operator afresh: ``decorate(registry)`` puts its handlers on a new registry."""

    def load():
        registry = kopf.OperatorRegistry()

        @kopf.on.login(registry=registry)
        def login(**_):
            return kopf.ConnectionInfo(server="http://api.rehearsal")

        decorate(registry)
        return Loaded(registry=registry, sources=sources)

    return load


def grant(name, *, minutes=1):
    """Return an AccessGrant."""
    return {
        "apiVersion": "example.org/v1",
        "kind": "AccessGrant",
        "metadata": {"name": name},
        "spec": {"user": "ada", "minutes": minutes},
    }
