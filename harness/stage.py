"""The stage of one scenario: a cluster, services and operators, set up in that order and taken down in the other."""

from __future__ import annotations

import contextlib
import functools
import gc
from typing import TYPE_CHECKING, Any, Self

from harness.clusters.embedded import EmbeddedCluster
from harness.loading import operator_loader
from harness.references import attribute, defect
from harness.simulation.world import Simulation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.clusters.cluster import Cluster
    from harness.config import Config
    from harness.scenario import Plan
    from harness.simulation.kopf_process import KopfProcess, Loaded


@functools.cache
def _settle_memory() -> None:
    """Take what the first stage imported out of the garbage collector's sight.

    Half a million long-lived objects were looked through every few scenarios, which took as long as one of them.
    """
    gc.collect()
    gc.freeze()


class Stage:
    """Everything that a scenario plays on. Enter it on a running `VirtualLoop`.

    :ivar operators: the operator processes by name, in the order in which they were started.
    :ivar services: what each service's stage hand gave out, by host name.
    :ivar environ: what operators are told about the stage; services add to it.
    """

    def __init__(self, config: Config, plan: Plan, *, defects: Sequence[str] = ()) -> None:
        self.config, self.plan, self._defects = config, plan, defects
        self.operators: dict[str, KopfProcess] = {}
        self.services: dict[str, Any] = {}
        self.environ: dict[str, str] = {}
        self.simulation: Simulation
        self.cluster: Cluster
        self._stack = contextlib.AsyncExitStack()

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
        self.simulation = self._stack.enter_context(Simulation())
        self.cluster = await enter(EmbeddedCluster(self.simulation))
        self.environ["KUBERNETES_SERVER"] = self.cluster.address.server
        for manifests in self.config.crds:
            await self.cluster.apply(manifests)
        for host, target in self.config.services.items():
            self.services[host] = await enter(attribute(target)(self, host))
        names = self.config.default_operators if self.plan.operators is None else self.plan.operators
        for name in names:
            await self._start(name, (self.plan.settings or {}).get(name, {}), defects)
        _settle_memory()

    async def _start(self, name: str, settings: Mapping[str, str], defects: Sequence[Any]) -> None:
        build = operator_loader(
            self.config.operator(name), address=self.cluster.address, environ={**self.environ, **settings}
        )

        def load() -> Loaded:
            with contextlib.ExitStack() as stack:
                for one in defects:
                    stack.enter_context(one.in_force())
                return build()

        process = self.simulation.operator(name, load, restarts=self.plan.restarts)
        self.operators[name] = process
        self._stack.push_async_callback(process.stop)
        await process.start()
