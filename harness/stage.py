"""The stage of one scenario: a cluster, services and operators, set up in that order and taken down in the other."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from harness import memory
from harness.clusters.embedded import EmbeddedCluster
from harness.deployment.roles import ADMINISTRATOR, Rights
from harness.loading import operator_loader
from harness.parity.recording import KUBERNETES_EVENTS
from harness.references import attribute, defect
from harness.simulation.actors import Actor
from harness.simulation.backends import AsgiBackend
from harness.simulation.world import Simulation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from harness.clusters.cluster import Address, Cluster
    from harness.clusters.real.venue import Venue
    from harness.config import Config
    from harness.deployment.company import Company
    from harness.deployment.process import PodProcess
    from harness.deployment.site import Site
    from harness.realtime.run import RealRun
    from harness.scenario import Plan
    from harness.simulation.kopf_process import KopfProcess, Loaded


_settle_memory = functools.cache(memory.settled)
"""The first stage has imported the operators and services of all that follow."""


class Stage:
    """Everything that a scenario plays on. Enter it on a running `VirtualLoop`, or with a venue on a `RealLoop`.

    :param venue: the server of a real cluster; without one the cluster is embedded.
    :param site: the deployment whose pods the operators are, on a real cluster; without one they run in this process.
    :param roles: whether operators have the rights that ``[tool.harness] deploy`` gives them, and no others.
    :param recorded: whether a record is wanted (`parity.recording.take`): Kubernetes Events are part of the history then.
    :ivar run: the simulated run, or the one in real time.
    :ivar operators: the operator processes by name, in the order in which they were started.
    :ivar company: the operators as pods, where they are; services of the deployment are reached through its site.
    :ivar services: what each service's stage hand gave out, by host name.
    :ivar environ: what operators are told about the stage; services add to it.
    """

    def __init__(
        self,
        config: Config,
        plan: Plan,
        *,
        defects: Sequence[str] = (),
        venue: Venue | None = None,
        roles: bool = False,
        site: Site | None = None,
        recorded: bool = False,
    ) -> None:
        self.config, self.plan, self._defects, self._venue, self._recorded = config, plan, defects, venue, recorded
        self._rights = Rights(config.deployment()) if roles else None
        self._site = site
        self.company: Company | None = None
        self.operators: dict[str, KopfProcess | PodProcess] = {}
        self.services: dict[str, Any] = {}
        self.environ: dict[str, str] = {}
        self.run: Simulation | RealRun
        self.cluster: Cluster
        self._stack = contextlib.AsyncExitStack()

    @property
    def simulation(self) -> Simulation:
        """The simulated run.

        :raises TypeError: this one is in real time.
        """
        if not isinstance(self.run, Simulation):
            raise TypeError("this run is in real time: nothing simulates it")
        return self.run

    @property
    def virtual_s(self) -> float | None:
        """Virtual seconds since the start; ``None`` in real time, or when it has not begun."""
        run = getattr(self, "run", None)
        return run.loop.time() if isinstance(run, Simulation) else None

    def refused(self) -> list[str]:
        """Return what operators asked and had no right to, so far: ``who verb resource object``; known in virtual time alone."""
        found = (one.moment for one in self.run.tape.messages) if isinstance(self.run, Simulation) else ()
        return [
            f"{one.actor} {one.verb} {one.resource} {one.object}".strip()
            for one in found
            if one.status == HTTPStatus.FORBIDDEN and one.actor in self.operators
        ]

    async def serve(self, host: str, app: Any) -> str:
        """Serve an ASGI application for the length of the scenario, as an actor; returns its base URL.

        :param host: the name of the actor, and of its host where the network is simulated.
        """
        actor = Actor(host)
        if isinstance(self.run, Simulation):
            self.run.network.add(host, AsgiBackend(app, actor=actor))
            return f"http://{host}"
        from harness.realtime.asgi import served  # noqa: PLC0415  brings an HTTP server; simulated runs do without

        return await self._stack.enter_async_context(served(app, actor=actor))

    async def __aenter__(self) -> Self:
        try:
            await self._set_up()
        except BaseException:  # a cancelled set-up takes down what stands, too
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def _set_up(self) -> None:
        enter = self._stack.enter_async_context
        defects = [defect(self.config, name) for name in self._defects]
        if self._venue is None:
            self.run = self._stack.enter_context(Simulation())
            self.cluster = await enter(EmbeddedCluster(self.run, token=ADMINISTRATOR if self._rights else ""))
        else:
            self.run, self.cluster = await self._real(self._venue)
        for manifests in self.config.crds:
            await self.cluster.apply(manifests)
        if self._rights:
            await self._rights.grant(self.cluster.client)
        if self._recorded:
            await self.cluster.follow(KUBERNETES_EVENTS)
        for host, target in self.config.services.items():
            self.services[host] = await enter(attribute(target)(self, host))
        names = self.config.default_operators if self.plan.operators is None else self.plan.operators
        if self.company is not None:
            await self._deploy(self.company, names)
        else:
            for name in names:
                await self._start(name, (self.plan.settings or {}).get(name, {}), defects)
        _settle_memory()

    async def _real(self, venue: Venue) -> tuple[RealRun, Cluster]:
        from harness.clusters.real.cluster import RealCluster  # noqa: PLC0415  not needed where nothing is real
        from harness.realtime.run import RealRun  # noqa: PLC0415  as above

        run = self._stack.enter_context(RealRun())
        cluster = RealCluster(venue, run, scale=self.config.time_scale)
        await self._stack.enter_async_context(cluster)
        if self._site is not None:
            from harness.deployment.company import Company  # noqa: PLC0415  as above

            self.company = Company(self._site, cluster.client, run, scale=self.config.time_scale)
            run.deploy(self.company)
        return run, cluster

    async def _deploy(self, company: Company, names: Collection[str]) -> None:
        """Start operators as pods, side by side."""
        await company.gather(names)
        for name in names:
            settings = (self.plan.settings or {}).get(name, {})
            process = company.operator(name, self.config.operator(name), settings, restarts=self.plan.restarts)
            self.operators[name] = process
            self._stack.push_async_callback(process.retire)
        await asyncio.gather(*(self.operators[name].start() for name in names))

    async def _start(self, name: str, settings: Mapping[str, str], defects: Sequence[Any]) -> None:
        address = self.cluster.address
        if self._rights:
            address = replace(address, token=await self._rights.token(self.cluster.client, name))
        build = operator_loader(
            self.config.operator(name),
            address=address,
            environ={**self.environ, **_connection(address), **settings},
            scale=self.cluster.scale,
        )

        def load() -> Loaded:
            with contextlib.ExitStack() as stack:
                for one in defects:
                    stack.enter_context(one.in_force())
                return build()

        process = self.run.operator(name, load, restarts=self.plan.restarts)
        self.operators[name] = process
        self._stack.push_async_callback(process.retire)
        await process.start()


def _connection(address: Address) -> dict[str, str]:
    """Return what tells an operator where the API server is, and as whom to speak to it."""
    found = {
        "KUBERNETES_SERVER": address.server,
        "KUBERNETES_TOKEN": address.token,
        "KUBERNETES_CA_FILE": address.ca_file or "",
    }
    return {name: value for name, value in found.items() if value}
