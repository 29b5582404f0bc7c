"""The embedded cluster: our API server inside a simulated run. Up in milliseconds, in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from harness.apiserver import ApiServer, Request, ServerSettings, Subscription, User
from harness.clusters.client import CRDS, NAMESPACES, ApiError, Client, Plural
from harness.clusters.cluster import Address, ClusterError
from harness.clusters.manifests import read
from harness.history import History, Subject
from harness.scale import AS_IT_SAYS
from harness.simulation.backends import ApiServerBackend
from harness.simulation.clocks import instant
from harness.simulation.tape import API_HOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from harness.apiserver.stages import Stages
    from harness.simulation.world import Simulation

_BUILT_IN = {"CustomResourceDefinition": CRDS, "Namespace": NAMESPACES}


class EmbeddedCluster:
    """A `cluster.Cluster` on a simulation. Use as an async context manager.

    Bookmarks are off: they would wake every watch once a virtual minute for nothing, and what they protect from (a stream
    that dies in silence) cannot happen here unless a trouble does it.

    :param token: the administrator's; without one everybody is let in and may do everything, with one RBAC decides.
    :param stages: what moves workloads; nothing does without.
    """

    name = "embedded"
    virtual_time = True
    scale = AS_IT_SAYS

    def __init__(self, simulation: Simulation, *, token: str = "", stages: Stages | None = None) -> None:
        self.simulation = simulation
        administrator = User("scenario", groups=("system:masters", "system:authenticated"))
        self.server = ApiServer(
            clock=simulation.now,
            new_uid=lambda: simulation.streams.uuid("uids"),
            settings=ServerSettings(
                bookmark_interval=None, tokens={token: administrator} if token else {}, stages=stages
            ),
        )
        self.address = Address(f"http://{API_HOST}", token=token)
        self._backend = ApiServerBackend(self.server, loop=simulation.loop, instant=instant, network=simulation.network)
        simulation.network.add(API_HOST, self._backend)
        simulation.quiescence.add(self._backend, "API server")
        self.history = History(now=simulation.now, settled=self.settled, tape=simulation.tape)
        self.client: Client
        self._headers = {"user-agent": "history"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._kinds: dict[tuple[str, str], Plural] = {}
        self.tenants: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        self.client = Client(self.address)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.close()
        self.simulation.quiescence.remove(self._backend)
        self._backend.stop()

    async def apply(self, manifests: Path) -> list[str]:
        """See `cluster.Cluster.apply`. A CRD's objects are recorded from its creation on."""
        applied = []
        for file, manifest in read(manifests):
            kind, name = manifest["kind"], (manifest.get("metadata") or {}).get("name", "without a name")
            plural = _BUILT_IN.get(kind)
            if plural is None:
                raise ClusterError(
                    f"{file}: {kind} {name}: only CustomResourceDefinitions and Namespaces can be applied so far"
                )
            try:
                await self.client.create(plural, manifest)
            except ApiError as error:
                raise ClusterError(f"{file}: {kind} {name} was refused: {error}") from error
            if plural is CRDS:
                self._record(manifest)
            applied.append(f"{plural.plural}/{name}")
        return applied

    async def create(self, manifest: Mapping[str, Any], *, namespace: str = "") -> Subject:
        """See `cluster.Cluster.create`."""
        kind = str(manifest["kind"])
        plural = self._kinds.get((str(manifest["apiVersion"]), kind))
        if plural is None:
            known = ", ".join(sorted(f"{one} ({version})" for version, one in self._kinds)) or "none"
            raise ClusterError(f"{kind} of {manifest['apiVersion']} is not applied here; there are: {known}")
        body = await self.client.create(plural, dict(manifest), namespace=namespace)
        metadata = body["metadata"]
        where = f" (in {namespace})" if namespace else ""
        return Subject(
            plural=plural,
            name=metadata["name"],
            namespace=metadata.get("namespace", ""),
            uid=metadata["uid"],
            label=f"{kind} {metadata['name']}{where}",
        )

    async def namespace(self, name: str, *, labels: Mapping[str, str] | None = None) -> str:
        """See `cluster.Cluster.namespace`. The cluster is this scenario's alone: the name stays as it is."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": dict(labels or {})}}
        await self.client.create(NAMESPACES, body)
        self.tenants[name] = name
        return name

    async def follow(self, plural: Plural) -> None:
        """See `cluster.Cluster.follow`."""
        if plural not in self.history.kinds:
            self.watch(plural)

    async def settled(self, *, until: datetime | None = None) -> None:
        """See `cluster.Cluster.settled`."""
        await self.simulation.quiescence.reached(until=until)

    def _record(self, crd: dict[str, Any]) -> None:
        spec = crd["spec"]
        version = next(one["name"] for one in spec["versions"] if one.get("storage"))
        plural = Plural(spec["group"], version, spec["names"]["plural"], namespaced=spec["scope"] == "Namespaced")
        self._kinds[f"{plural.group}/{plural.version}", spec["names"]["kind"]] = plural
        self.watch(plural)

    def watch(self, plural: Plural) -> None:
        """Record a kind by a watch that ends in the store itself."""
        request = Request(method="GET", path=plural.path(), query={"watch": "true"}, headers=self._headers, body=b"")
        watch = self.server.handle(request)
        if not isinstance(watch, Subscription):
            raise ClusterError(f"cannot watch {plural.plural}: {watch}")
        watch.attach(self.history.taker(plural), lambda: None)
