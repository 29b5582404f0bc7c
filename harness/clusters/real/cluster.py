"""A real cluster, as one scenario sees it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import orjson

from harness.clusters.client import CRDS, NAMESPACES, ApiError, Client, Plural
from harness.clusters.manifests import read
from harness.clusters.real.applying import apply
from harness.clusters.real.kinds import defined_by, kind_of
from harness.clusters.real.look import Look, look
from harness.clusters.real.recorder import Recorder
from harness.clusters.real.serving import wait_until_served
from harness.history import History, Subject
from harness.scale import AS_IT_SAYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from harness.clusters.real.venue import Venue
    from harness.realtime.quiescence import Follower
    from harness.realtime.run import RealRun
    from harness.scale import TimeScale

PATIENCE = timedelta(minutes=3)
"""How long something expected may take, and how long the cluster may be restless. What is scaled takes seconds; the rest of it is
for machines with much else to do."""


class RealCluster:
    """A `cluster.Cluster` at an address. Use as an async context manager, on a `realtime.loop.RealLoop`.

    At its end it deletes what it made, its namespaces with all that is in them, and nothing else. Definitions of kinds stay:
    the next scenario needs them.

    :param venue: the server, and what is known of it.
    :param run: whose operators are to be at rest at a quiescence point.
    """

    virtual_time = False

    def __init__(self, venue: Venue, run: RealRun, *, scale: TimeScale = AS_IT_SAYS) -> None:
        self.venue, self._run, self.scale = venue, run, scale
        self.name, self.address = venue.name, venue.address
        self.history = History(
            now=run.now,
            settled=self.settled,
            caught_up=self._catch_up,
            tape=run.log,
            start=run.now(),
            patience=PATIENCE,
            lasts=scale.span,
        )
        self.client: Client
        self._mark = secrets.token_hex(3)
        self.tenants: dict[str, str] = {}
        self._made: list[tuple[Plural, str, str]] = []
        self._recorders: dict[tuple[str, str], Recorder] = {}
        self._places = {""}
        if venue.shared:
            run.places = self._places

    async def __aenter__(self) -> Self:
        self.venue.check()
        self.client = Client(self.address)
        self._run.quiescence.followed_by(self._followers)
        return self

    async def __aexit__(self, *error: object) -> None:
        try:
            await self._clean()
        finally:
            for recorder in self._recorders.values():
                await recorder.close()
            await self.client.close()

    async def apply(self, manifests: Path) -> list[str]:
        """See `cluster.Cluster.apply`. By server-side apply: what is there already is brought to what the file says.

        What this server was told before is not told again. A CRD's objects are recorded from now on.
        """
        applied, definitions = [], []
        for file, manifest in read(manifests):
            name = (manifest.get("metadata") or {}).get("name", "without a name")
            api_version, kind = str(manifest["apiVersion"]), str(manifest["kind"])
            plural = await kind_of(self.client, self.venue, api_version=api_version, kind=kind)
            digest = hashlib.sha256(orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)).digest()
            if digest not in self.venue.applied:
                await apply(self.client, plural, manifest, where=f"{file}: {kind} {name}")
                self.venue.applied.add(digest)
            definitions += [manifest] if plural == CRDS else []
            applied.append(f"{plural.plural}/{name}")
        for definition in definitions:  # the server makes them ready side by side
            await self._defined(definition)
        return applied

    async def create(self, manifest: Mapping[str, Any], *, namespace: str = "") -> Subject:
        """See `cluster.Cluster.create`. Objects of a kind are recorded from the first one on that is created."""
        kind = str(manifest["kind"])
        plural = await kind_of(self.client, self.venue, api_version=str(manifest["apiVersion"]), kind=kind)
        recorder = await self._record(plural)
        self._places.add(str(manifest["metadata"]["name"]) if plural == NAMESPACES else namespace)
        body = await self.client.create(plural, dict(manifest), namespace=namespace)
        metadata = body["metadata"]
        if metadata.get("namespace", "") not in self.tenants:
            self._made.append((plural, metadata["name"], metadata.get("namespace", "")))
        await self._run.quiescence.heard(
            lambda: None if metadata["uid"] in recorder.known else f"{plural.plural} {metadata['name']}",
            patience=PATIENCE,
        )
        where = f" (in {namespace})" if namespace else ""
        return Subject(
            plural=plural,
            name=metadata["name"],
            namespace=metadata.get("namespace", ""),
            uid=metadata["uid"],
            label=f"{kind} {metadata['name']}{where}",
        )

    async def namespace(self, name: str, *, labels: Mapping[str, str] | None = None) -> str:
        """See `cluster.Cluster.namespace`. The name gets an ending of its own: others may play here, too."""
        unique, marks = f"{name}-{self._mark}", {**self.venue.labels, **(labels or {})}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": unique, "labels": marks}}
        self._places.add(unique)
        await self.client.create(NAMESPACES, body)
        self.tenants[unique] = name
        return unique

    async def follow(self, plural: Plural) -> None:
        """See `cluster.Cluster.follow`."""
        await self._record(plural)

    async def settled(self, *, until: datetime | None = None) -> None:
        """See `cluster.Cluster.settled`.

        :raises RestlessError: the cluster did not come to rest in time.
        """
        await self._run.quiescence.reached(self._look_at_rest, until=until, patience=PATIENCE)

    async def _catch_up(self) -> None:
        """Wait until the history shows what the API server shows."""
        shown = await self._look(collected=False)
        recorders = self._recorders.values()
        await self._run.quiescence.heard(
            lambda: next((what for one in recorders if (what := one.behind(shown))), None), patience=PATIENCE
        )

    async def _look_at_rest(self) -> Look:
        return await self._run.around(self._look, namespaces=tuple(self.tenants))

    async def _look(self, *, collected: bool = True) -> Look:
        self.venue.check()
        return await look(
            self.client,
            [one.plural for one in self._recorders.values()],
            namespaces=self.tenants,
            known=self._known,
            collected=collected and not self.venue.missing,
        )

    def _known(self) -> dict[str, str]:
        return {
            uid: seen.where
            for one in self._recorders.values()
            for uid, seen in one.known.items()
            if not seen.namespace or seen.namespace in self.tenants
        }

    def _followers(self) -> dict[str, Follower]:
        recorders = {f"the history of {name}": one for (_, name), one in self._recorders.items()}
        return {**recorders, **self._run.followers()}

    async def _defined(self, crd: Mapping[str, Any]) -> None:
        kind, plural = defined_by(crd)
        api_version = f"{plural.group}/{plural.version}"
        if (api_version, kind) not in self.venue.kinds:
            await wait_until_served(self.client, crd)
            self.venue.kinds[api_version, kind] = plural
        await self._record(plural)

    async def _record(self, plural: Plural) -> Recorder:
        kind = plural.group, plural.plural
        if kind not in self._recorders:
            recorder = Recorder(
                self.client,
                plural,
                take=self.history.taker(plural),
                gap=lambda why: self.history.gap(plural, why),
                hears=self._run.hears,
            )
            await recorder.open()
            self._recorders[kind] = recorder
        return self._recorders[kind]

    async def _clean(self) -> None:
        """Delete what was made. Nobody is left who would take finalizers away, so they are taken away here."""
        for plural, name, namespace in self._made:
            await self._delete(plural.path(namespace, name))
        for namespace in self.tenants:
            for recorder in self._recorders.values():
                if recorder.plural.namespaced:
                    await self._empty(recorder.plural, namespace)
            await self._delete(NAMESPACES.path(name=namespace))

    async def _empty(self, plural: Plural, namespace: str) -> None:
        await self._delete(plural.path(namespace))
        for one in await self.client.list(plural, namespace=namespace):
            await self._release(plural, one["metadata"]["name"], namespace)

    async def _release(self, plural: Plural, name: str, namespace: str) -> None:
        try:
            await self.client.patch(plural, name, {"metadata": {"finalizers": None}}, namespace=namespace)
        except ApiError as error:
            if error.status != 404:  # it went by itself
                raise

    async def _delete(self, path: str) -> None:
        try:
            await self.client.request("DELETE", path)
        except ApiError as error:
            if error.status not in {404, 405}:  # gone already; not to be deleted as a whole
                raise
