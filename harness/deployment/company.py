"""The operators of one scenario as pods, and how it is known that they are at rest.

Each answers for itself (``/idle``, `operators.runtime.endpoints`), through the API server's proxy. Nothing more will happen by
itself when, before and after a look at what there is,

* nobody was busy, no declared deadline had come, and every pod was there and was the same one;
* the counts of activity were equal: so nothing went on in between either;
* and everybody had heard of all that the look shows, and of all that it does not show any more.

The same argument as in `realtime.quiescence`, with two questions in place of a view that is always there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

import aiohttp

from harness.clusters.client import ApiError
from harness.deployment.manifests import PODS
from harness.deployment.pods import log, pods
from harness.deployment.process import PodProcess, environment_in
from harness.loading import settings_of
from harness.simulation.kopf_process import Life

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from harness.clusters.client import Client
    from harness.clusters.real.look import Look
    from harness.deployment.pods import Pod
    from harness.deployment.site import Site
    from harness.realtime.run import RealRun
    from harness.scale import TimeScale

_PORT: Final = 8080
_PAUSE_S: Final = 0.15
"""Before everybody is asked again. Each question passes the API server."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator said of itself.

    :ivar incarnation: which start of it speaks.
    :ivar heard: the newest version of each object, by kind (``plural.group``) and uid.
    """

    operator: str
    incarnation: str
    busy: str | None
    deadline: datetime | None
    activity: int
    heard: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read the reply of ``/idle``."""
        deadline = said["nextDeadline"]
        return cls(
            operator=said["operator"],
            incarnation=said["incarnation"],
            busy=said["busy"],
            deadline=datetime.fromisoformat(deadline) if deadline else None,
            activity=said["activity"],
            heard=said["heard"],
        )

    def restless(self, now: datetime) -> str | None:
        """Say what goes on, if anything does."""
        if self.busy:
            return f"{self.operator}: {self.busy}"
        return f"{self.operator}: a deadline has come" if self.deadline is not None and self.deadline <= now else None

    def behind(self, shown: Look) -> str | None:
        """Name something of which it has not heard."""
        for (group, plural), found in shown.kinds.items():
            known = self.heard.get(f"{plural}.{group}".rstrip("."))
            if known is None:
                continue
            for uid, one in found.objects.items():
                if known.get(uid, 0) < one.version:
                    return f"{self.operator} has not heard of {plural} {one.where}"
            for uid in known:
                if uid in shown.known and uid not in found.objects:
                    return f"{self.operator} has not heard of the end of {plural} {shown.known[uid]}"
        return None


class Company:
    """The operators of one scenario.

    :ivar processes: those that were made, by name.
    :ivar reason: why they were not at rest when they were asked last; empty when they were.
    """

    def __init__(self, site: Site, client: Client, run: RealRun, *, scale: TimeScale) -> None:
        self.site, self.processes, self.reason = site, dict[str, PodProcess](), ""
        self._client, self._run, self._scale = client, run, scale
        self._since = run.now()

    async def gather(self, names: Collection[str]) -> None:
        """Make everything stand that is no operator, and let those go that are not on this stage."""
        await self.site.stand(self._client)
        await self.site.rest(self._client, [name for name in self.site.running if name not in names])

    def operator(self, name: str, target: str, settings: Mapping[str, str], *, restarts: bool) -> PodProcess:
        """Make an operator; start it yourself.

        :param target: its module, which knows its settings.
        :param settings: environment that the scenario gives it.
        """
        manifest = self.site.operators[name]
        own, environ = settings_of(target, {**environment_in(manifest), **settings}, self._scale)
        made = self.processes[name] = PodProcess(
            manifest,
            client=self._client,
            site=self.site,
            settings=own,
            environ=environ,
            restarts=restarts,
            diary=self._run.log,
        )
        return made

    async def around(self, look: Callable[[], Awaitable[Look]], *, namespaces: Collection[str]) -> Look:
        """Look at what there is at a moment when everybody is at rest and has heard of it; waits for one, without end."""
        while True:
            before = await self._ask(namespaces)
            if isinstance(before, str):
                self.reason = before
            else:
                shown = await look()
                after = await self._ask(namespaces)
                self.reason = after if isinstance(after, str) else _moved(before, after, shown)
                if not self.reason:
                    return shown
            await asyncio.sleep(_PAUSE_S)

    async def accounts(self) -> list[str]:
        """Return how each pod is and what it said since the scenario began; of one that was restarted, also what it said before."""
        told: list[str] = []
        for pod in await pods(self._client, self.site.namespace):
            told += [f"pod {pod.name}: {pod.state}", *await self._log(pod)]
            if pod.restarts:
                told += [f"pod {pod.name}, before its last restart:", *await self._log(pod, previous=True)]
        return told

    async def _log(self, pod: Pod, *, previous: bool = False) -> list[str]:
        text = await log(self._client, self.site.namespace, pod, previous=previous, since=self._since)
        return [f"  | {line}" for line in text.splitlines()]

    async def _ask(self, namespaces: Collection[str]) -> dict[str, Answer] | str:
        """Ask every pod; returns what they said by pod, or why somebody is not at rest."""
        wanted = {name: one for name, one in self.processes.items() if one.life is Life.RUNNING}
        found = [pod for pod in await pods(self._client, self.site.namespace) if pod.workload in self.site.operators]
        for name, process in wanted.items():
            there = [pod for pod in found if pod.workload == name and pod.ready and not pod.going]
            if len(there) != process.replicas:
                return f"{name}: {len(there)} of {process.replicas} pods are ready"
        if strange := [pod.name for pod in found if pod.workload not in wanted or pod.going]:
            return f"pod {strange[0]} is still there"
        try:
            said = await asyncio.gather(*(self._idle(pod.name, namespaces) for pod in found))
        except (ApiError, aiohttp.ClientError, OSError) as error:
            return f"a pod does not answer: {error}"
        now = self._run.now()
        restless = next((why for one in said if (why := one.restless(now))), None)
        return restless or {pod.name: one for pod, one in zip(found, said, strict=True)}

    async def _idle(self, pod: str, namespaces: Collection[str]) -> Answer:
        path = PODS.path(self.site.namespace, f"{pod}:{_PORT}", "proxy/idle")
        return Answer.of(await self._client.request("GET", path, query={"namespaces": ",".join(namespaces)}))


def _moved(before: Mapping[str, Answer], after: Mapping[str, Answer], shown: Look) -> str:
    """Say what went on between two questions, or of what somebody has not heard; empty for nothing."""

    def identity(said: Mapping[str, Answer]) -> dict[str, tuple[str, int]]:
        return {pod: (one.incarnation, one.activity) for pod, one in said.items()}

    if identity(before) != identity(after):
        return "something went on while the cluster was looked at"
    return next((what for one in after.values() if (what := one.behind(shown))), "")
