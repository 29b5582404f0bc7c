"""The embedded cluster: our API server inside a simulated run. Up in milliseconds, in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.apiserver import ApiServer, ServerSettings
from harness.clusters.client import CRDS, NAMESPACES, ApiError, Client, Plural
from harness.clusters.cluster import Address, ClusterError
from harness.clusters.manifests import read
from harness.history import History
from harness.simulation.backends import ApiServerBackend
from harness.simulation.clocks import instant
from harness.simulation.tape import API_HOST

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from harness.simulation.world import Simulation

_BUILT_IN = {"CustomResourceDefinition": CRDS, "Namespace": NAMESPACES}


class EmbeddedCluster:
    """A `cluster.Cluster` on a simulation. Use as an async context manager.

    Bookmarks are off: they would wake every watch once a virtual minute for nothing, and what they protect from (a stream
    that dies in silence) cannot happen here unless a trouble does it.
    """

    name = "embedded"
    virtual_time = True

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.server = ApiServer(
            clock=simulation.now,
            new_uid=lambda: simulation.streams.uuid("uids"),
            settings=ServerSettings(bookmark_interval=None),
        )
        self.address = Address(f"http://{API_HOST}")
        self._backend = ApiServerBackend(self.server, loop=simulation.loop, instant=instant)
        simulation.network.add(API_HOST, self._backend)
        self.history = History(now=simulation.now, settled=self.settled, tape=simulation.tape)
        self.client: Client

    async def __aenter__(self) -> EmbeddedCluster:
        self.client = Client(self.address)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.close()
        self._backend.stop()

    async def apply(self, manifests: Path) -> list[str]:
        """See `cluster.Cluster.apply`. A CRD's objects are recorded from its creation on."""
        applied = []
        for file, manifest in read(manifests):
            kind, name = manifest["kind"], manifest["metadata"]["name"]
            plural = _BUILT_IN.get(kind)
            if plural is None:
                raise ClusterError(f"{file}: {kind} {name}: only CustomResourceDefinitions and Namespaces can be applied so far")
            try:
                await self.client.create(plural, manifest)
            except ApiError as error:
                raise ClusterError(f"{file}: {kind} {name} was refused: {error}") from error
            if plural is CRDS:
                self._record(manifest)
            applied.append(f"{plural.plural}/{name}")
        return applied

    async def settled(self, *, until: datetime | None = None) -> None:
        """See `cluster.Cluster.settled`."""
        await self.simulation.quiescence.reached(until=until)

    def _record(self, crd: dict[str, object]) -> None:
        spec: dict = crd["spec"]  # type: ignore[type-arg,assignment]
        version = next(one["name"] for one in spec["versions"] if one.get("storage"))
        self.history.record(self.server, Plural(spec["group"], version, spec["names"]["plural"], spec["scope"] == "Namespaced"))
