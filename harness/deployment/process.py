"""An operator as a Deployment, with the life of a process: started, stopped and killed, as `simulation.kopf_process.KopfProcess` is.

Started means: applied with its settings as environment, all of its pods ready, none of others there. Stopped: scaled to
nothing, gone. Killed: its processes get SIGKILL from within their containers, so that nothing is told to anybody, as in a
crash; the kubelet starts the containers again by itself.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from harness.clusters.client import ApiError
from harness.clusters.cluster import ClusterError
from harness.deployment.execution import execute
from harness.deployment.manifests import DEPLOYMENTS, PODS, apply
from harness.deployment.pods import Pod, log, pods
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_process import Life

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from harness.clusters.client import Client
    from harness.deployment.site import Site
    from harness.simulation.kopf_process import Diary

PATIENCE_S: Final = 180.0
"""For what takes three seconds on a machine with nothing else to do."""

_PAUSE_S: Final = 0.1
"""Between two looks at what a kubelet does."""

UNKNOWN: Final = ""
"""Instead of a digest: something of the operator is there, and not as any scenario wants it."""

_KILL: Final = ("/bin/sh", "-c", "kill -KILL -1")
"""Every process that its user has, except for the one that says so and process 1, which is the pod's."""


class PodProcess:
    """One operator of a deployment.

    :ivar settings: those that it was started with.
    :ivar starts: how often its container was started for this scenario; a kept one counts as started once.
    :ivar replicas: how many pods it has.
    :param manifest: its Deployment.
    :param environ: its settings as environment.
    :param restarts: whether a crash brings it up again, which is what a kubelet does anyway.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        client: Client,
        site: Site,
        settings: Any,
        environ: Mapping[str, str],
        restarts: bool,
        diary: Diary,
    ) -> None:
        self.name = str(manifest["metadata"]["name"])
        self.settings, self.restarts, self.starts, self.life = settings, restarts, 0, Life.NEW
        self._client, self._site, self._diary = client, site, diary
        self._manifest = _with_environment(manifest, environ)
        self.replicas = int(self._manifest["spec"]["replicas"])
        self._digest = hashlib.sha256(orjson.dumps(self._manifest, option=orjson.OPT_SORT_KEYS)).hexdigest()
        self._killed = False

    async def start(self) -> None:
        """Start it, and return when all of its pods are ready. One that runs already as it should is kept.

        :raises RuntimeError: it was started already.
        :raises SimulationError: it does not become ready; with what its pods say.
        """
        if self.life is Life.RUNNING:
            raise RuntimeError(f"{self.name} is running already")
        if self._site.running.get(self.name) != self._digest:
            # Whatever comes of it, the next stage is to know that there is something.
            self._site.running[self.name] = UNKNOWN
            await apply(self._client, [self._manifest])
            await self._rolled_out()
        await self._until(self._whole, what="become ready")
        self._site.running[self.name] = self._digest
        self.starts += 1
        self._diary.mark(self.name, "started" if self.starts == 1 else "started again")
        self.life = Life.RUNNING

    async def stop(self) -> None:
        """Stop it gracefully, and return when its pods are gone."""
        if self.life is not Life.RUNNING:
            return
        self._diary.mark(self.name, "stopped")
        self.life = Life.STOPPED
        await self._scale_down()

    async def kill(self) -> None:
        """Crash it. Returns when its containers have been started again; or, if it is to stay down, when they are gone."""
        if self.life is not Life.RUNNING:
            return
        before = {pod.name: pod.restarts for pod in await self.pods()}
        self._killed = True
        self._diary.mark(self.name, "crashed")
        if not self.restarts:
            self.life = Life.CRASHED
        await asyncio.gather(*(self._crash(name) for name in before))
        if not self.restarts:
            await self._scale_down()
            return

        def risen(found: list[Pod]) -> bool:
            return all(pod.running and pod.restarts > before[pod.name] for pod in found if pod.name in before)

        await self._until(risen, what="come up again")
        self.starts += 1
        self._diary.mark(self.name, "started again")

    async def retire(self) -> None:
        """Leave the stage: the next scenario may keep the pods, unless they were killed, which a kubelet would hold against them.

        :raises SimulationError: a container has ended by itself meanwhile.
        """
        if self.life is not Life.RUNNING:
            return
        self.life = Life.STOPPED
        ended = [pod for pod in await self.pods() if pod.restarts and not self._killed]
        if self._killed or ended:
            self._site.running[self.name] = UNKNOWN
            for pod in await self.pods():
                await self._delete(pod)
        if ended:
            raise SimulationError(f"{self.name} ended by itself: {ended[0].ended}; its log says why")

    async def pods(self) -> list[Pod]:
        """Return its pods."""
        return await pods(self._client, self._site.namespace, self.name)

    async def _rolled_out(self) -> None:
        """Wait until the controller has seen what was applied and its new pods are ready; the old ones may be there and ready, too."""

        async def look() -> bool:
            body = await self._client.get(DEPLOYMENTS, self.name, namespace=self._site.namespace)
            status = body.get("status") or {}
            seen = status.get("observedGeneration", 0) >= body["metadata"]["generation"]
            counts = {status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas")}
            return seen and counts == {self.replicas}

        if not await wait_until(look):
            raise SimulationError(await self._late("become ready", await self.pods()))

    def _whole(self, found: list[Pod]) -> bool:
        return len(found) == self.replicas and all(pod.ready and not pod.going for pod in found)

    async def _scale_down(self) -> None:
        self._site.running[self.name] = UNKNOWN
        await scale_down(self._client, self._site.namespace, self.name)
        await self._until(lambda found: not found, what="go")
        del self._site.running[self.name]

    async def _crash(self, pod: str) -> None:
        try:
            await execute(self._client, self._site.namespace, pod, _KILL)
        except ApiError as error:
            # The shell may be taken down with what it kills; whether it was is seen from the count of restarts.
            self._diary.mark(self.name, f"killed from within: {error}")

    async def _delete(self, pod: Pod) -> None:
        try:
            await self._client.request(
                "DELETE", PODS.path(self._site.namespace, pod.name), query={"gracePeriodSeconds": "1"}
            )
        except ApiError as error:
            if error.status != 404:
                raise

    async def _until(self, done: Callable[[list[Pod]], bool], *, what: str) -> None:
        """Wait for its pods."""
        found: list[Pod] = []

        async def look() -> bool:
            nonlocal found
            found = await self.pods()
            return done(found)

        if not await wait_until(look):
            raise SimulationError(await self._late(what, found))

    async def _late(self, what: str, found: list[Pod]) -> str:
        lines = [f"{self.name} does not {what} within {PATIENCE_S:g} s"] + ([] if found else ["  it has no pods"])
        for pod in found:
            lines += [f"  pod {pod.name}: {pod.state}"]
            lines += [f"    {line}" for line in (await log(self._client, self._site.namespace, pod)).splitlines()[-10:]]
        return "\n".join(lines)


async def wait_until(look: Callable[[], Awaitable[bool]]) -> bool:
    """Look until something is so; returns whether it was so in time."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while not await look():
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(_PAUSE_S)
    return True


async def scale_down(client: Client, namespace: str, name: str) -> None:
    """Scale a Deployment to nothing, if it is there."""
    try:
        await client.patch(DEPLOYMENTS, name, {"spec": {"replicas": 0}}, namespace=namespace)
    except ApiError as error:
        if error.status != 404:
            raise


def _with_environment(manifest: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Return a Deployment that runs, with more environment."""
    found: dict[str, Any] = copy.deepcopy(dict(manifest))
    spec = found["spec"]
    spec["replicas"] = spec.get("replicas", 1) or 1  # one that sleeps is woken
    containers = spec["template"]["spec"]["containers"]
    if len(containers) != 1:
        raise ClusterError(
            f"Deployment {found['metadata']['name']} has {len(containers)} containers: an operator has one"
        )
    named = {one["name"]: one for one in containers[0].get("env") or ()}
    named |= {name: {"name": name, "value": value} for name, value in environ.items()}
    containers[0]["env"] = list(named.values())
    return found


def environment_in(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment that a Deployment gives its container, as far as it stands there in plain words."""
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["value"] for one in container.get("env") or () if "value" in one}
