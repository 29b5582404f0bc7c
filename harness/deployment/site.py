"""A deployment on a cluster, over the scenarios of a session: what stands, and which operators run with which settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.clusters.client import ApiError, Client
from harness.clusters.cluster import ClusterError
from harness.deployment.manifests import PLURALS, apply
from harness.deployment.pods import pods
from harness.deployment.process import PATIENCE_S, scale_down, wait_until

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from harness.clusters.cluster import Address

_WORKLOADS = frozenset({"Deployment", "StatefulSet"})


@dataclass(slots=True)
class Site:
    """What outlives a scenario. Nothing of it belongs to a loop: each scenario brings a client of its own.

    :ivar operators: the Deployments that scenarios start and stop, by name; the others run all the time.
    :ivar labels: what everything carries beside its own: whose it is.
    :ivar running: digest of what runs, by operator; `process.UNKNOWN` when only that something is there is known.
    """

    manifests: Sequence[Mapping[str, Any]]
    operators: Mapping[str, Mapping[str, Any]]
    labels: Mapping[str, str] = field(default_factory=dict)
    running: dict[str, str] = field(default_factory=dict)
    _applied: bool = False
    _stands: bool = False

    @classmethod
    def of(
        cls,
        manifests: Sequence[Mapping[str, Any]],
        operators: Collection[str],
        *,
        image: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> Site:
        """Make one of the manifests of a deployment.

        :param operators: names of the operators that may be on a stage; each has a Deployment of its name.
        :param image: what its workloads run instead of what they say.
        :param labels: what everything carries beside its own: whose it is.
        :raises ClusterError: an operator has no Deployment.
        """
        if image:
            manifests = [_running(one, image) for one in manifests]
        manifests = [_labelled(one, labels or {}) for one in manifests]
        manifests = [_alone(one) if one["metadata"]["name"] in operators else one for one in manifests]
        deployed = {one["metadata"]["name"]: one for one in manifests if one["kind"] == "Deployment"}
        if missing := sorted(set(operators) - set(deployed)):
            raise ClusterError(
                f"the deployment has no Deployment {missing[0]!r}; it has: {', '.join(sorted(deployed))}"
            )
        return cls(manifests, {name: deployed[name] for name in operators}, labels or {})

    @property
    def namespace(self) -> str:
        """Where all of it is."""
        return str(next(iter(self.operators.values()))["metadata"]["namespace"])

    async def stand(self, client: Client) -> None:
        """Apply everything once; operators sleep until they are started. Returns when the rest is ready.

        :raises ClusterError: something is refused, or does not become ready; the message says what.
        """
        if self._stands:
            return
        await self._alone(client)
        await self._vacate(client)
        self._applied = True
        asleep = [one["kind"] == "Deployment" and one["metadata"]["name"] in self.operators for one in self.manifests]
        await apply(
            client, [_asleep(one) if sleeps else one for one, sleeps in zip(self.manifests, asleep, strict=True)]
        )
        standing = {
            one["metadata"]["name"]: one["spec"].get("replicas", 1)
            for one in self.manifests
            if one["kind"] in _WORKLOADS and one["metadata"]["name"] not in self.operators
        }
        wanted = sum(int(count) for count in standing.values())

        async def ready() -> bool:
            found = [pod for pod in await pods(client, self.namespace) if pod.workload in standing and pod.ready]
            return len(found) >= wanted

        if not await wait_until(ready):
            found = [pod for pod in await pods(client, self.namespace) if not pod.ready]
            told = "; ".join(f"pod {pod.name}: {pod.state}" for pod in found)
            raise ClusterError(
                f"the deployment does not become ready within {PATIENCE_S:g} s: {told or 'it has no pods'}"
            )
        self._stands = True

    async def rest(self, client: Client, names: Collection[str]) -> None:
        """Stop operators that still run from another scenario; returns when their pods are gone."""
        going = [name for name in names if self.running.pop(name, None) is not None]
        await asyncio.gather(*(scale_down(client, self.namespace, name) for name in going))

        async def gone() -> bool:
            return not any(pod.workload in going for pod in await pods(client, self.namespace))

        if not await wait_until(gone):
            raise ClusterError(f"{', '.join(going)} did not stop within {PATIENCE_S:g} s")

    def clear(self, address: Address) -> None:
        """Delete all that was applied; it goes on going when this returns."""
        if self._applied:
            asyncio.run(self._clear(address))

    async def _clear(self, address: Address) -> None:
        client = Client(address, name="harness")
        try:
            for one in reversed(self.manifests):
                plural, metadata = PLURALS[one["kind"]], one["metadata"]
                try:
                    await client.request("DELETE", plural.path(metadata.get("namespace", ""), metadata["name"]))
                except ApiError as error:
                    if error.status != 404:
                        raise
        finally:
            await client.close()

    async def _alone(self, client: Client) -> None:
        """See that nobody else plays here: operators of a deployment follow the whole cluster, and would do others' work.

        :raises ClusterError: somebody does.
        """
        for label, mine in self.labels.items():
            for one in await client.list(PLURALS["Namespace"], labelSelector=f"{label},{label}!={mine}"):
                if "deletionTimestamp" not in one["metadata"]:
                    raise ClusterError(
                        f"another run plays on this cluster (namespace {one['metadata']['name']}), and deployed operators would "
                        "do its work, too: wait for its end"
                    )

    async def _vacate(self, client: Client) -> None:
        """Wait until what a session before this one left is gone: nothing can be made in a namespace that is going.

        :raises ClusterError: it does not go, or it is somebody else's: what is in it would be overwritten, and deleted.
        """

        async def vacant() -> bool:
            try:
                found = await client.get(PLURALS["Namespace"], self.namespace)
            except ApiError as error:
                if error.status != 404:
                    raise
                return True
            if "deletionTimestamp" in found["metadata"]:
                return False
            if not self.labels.items() <= (found["metadata"].get("labels") or {}).items():
                raise ClusterError(
                    f"namespace {self.namespace} is there already, and no run of ours made it: delete it first, with what is in it"
                )
            return True

        if not await wait_until(vacant):
            raise ClusterError(
                f"namespace {self.namespace} of an earlier run does not go: kubectl describe ns {self.namespace}"
            )


def _labelled(manifest: Mapping[str, Any], labels: Mapping[str, str]) -> Mapping[str, Any]:
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), **labels}}}


def _alone(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Deployment whose old and new pods never work side by side: that would be two operators on one stage."""
    if manifest["kind"] != "Deployment":
        return manifest
    return {**manifest, "spec": {**manifest["spec"], "strategy": {"type": "Recreate"}}}


def _asleep(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {**manifest, "spec": {**manifest["spec"], "replicas": 0}}


def _running(manifest: Mapping[str, Any], image: str) -> Mapping[str, Any]:
    """Return a workload of our image with another name for it; everything else as it is."""
    if manifest["kind"] not in _WORKLOADS:
        return manifest
    spec = manifest["spec"]
    pod = spec["template"]["spec"]
    ours = image.rpartition("/")[2].partition(":")[0]
    containers = [
        {**one, "image": image} if one["image"].partition(":")[0] == ours else one for one in pod["containers"]
    ]
    template = {**spec["template"], "spec": {**pod, "containers": containers}}
    return {**manifest, "spec": {**spec, "template": template}}
