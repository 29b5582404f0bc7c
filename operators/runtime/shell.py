"""The life of one started operator: from the first look at the API server to the last event that is delivered.

It starts in this order: the HTTP side (so that a probe is answered from the beginning), the kinds (an operator whose
definitions are missing ends at once, in one line, and is started again by whoever runs it), the queue. It stops in the other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import kopf
from structlog.typing import FilteringBoundLogger

from operators.api.resource import Key, Resource, key_of
from operators.runtime.audit import AuditIdentity
from operators.runtime.connection import find_connection
from operators.runtime.endpoints import Endpoints
from operators.runtime.errors import KubeError, NotServed
from operators.runtime.heard import Heard
from operators.runtime.metrics import Metrics
from operators.runtime.parts import Parts
from operators.runtime.queue import ReconcileQueue
from operators.runtime.results import Requeue, Result, earliest
from operators.runtime.runtime import Runtime, make_runtime
from operators.runtime.settings import RuntimeSettings
from operators.runtime.transport import HttpTransport

__all__ = ["Shell"]

SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)


class Shell:
    """The life of one started operator: its runtime and its queue's task."""

    def __init__(
        self,
        *,
        name: str,
        settings: SettingsT,
        reconcile: Callable[[Runtime[SettingsT], Key], Awaitable[Result]],
        identity: AuditIdentity,
        parts: Parts,
        metrics: Metrics,
        heard: Heard,
        log: FilteringBoundLogger,
    ) -> None:
        self.name = name
        self.settings: RuntimeSettings = settings
        self.log = log
        self.heard = heard
        self.runtime: Runtime[Any] | None = None
        self._reconcile: Callable[[Runtime[Any], Key], Awaitable[Result]] = reconcile
        self._identity = identity
        self._parts = parts
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None
        self._root: asyncio.Task[Any] | None = None
        self._stopping: asyncio.Task[None] | None = None
        self.queue = ReconcileQueue(self.reconcile, settings=settings, metrics=metrics, log=log)
        self._dead: str | None = None
        self.endpoints = Endpoints(name, queue=self.queue, heard=heard, metrics=metrics, ill=lambda: self._dead)

    async def start(self) -> None:
        """Begin to serve.

        :raises SettingsError: the HTTP side cannot listen.
        :raises NotServed: the API server does not know a kind that this operator follows.
        """
        if self.settings.http_port:
            await self.endpoints.open(self.settings.http_host, self.settings.http_port)
        self.runtime = make_runtime(
            name=self.name,
            transport=HttpTransport(
                self.connect(),
                timeout=self.settings.request_timeout,
                renew=self.connect,
            ),
            settings=self.settings,
            identity=self._identity,
            parts=self._parts,
            metrics=self._metrics,
            log=self.log,
        )
        try:
            await self._check_kinds(self.runtime)
        except NotServed:
            await self._give_back()
            raise
        self._root = asyncio.current_task()
        self._task = asyncio.create_task(self.queue.run(), name=f"{self.name} queue")
        self._task.add_done_callback(self._ended)
        self.endpoints.ready = True

    def connect(self) -> kopf.ConnectionInfo:
        """Find the API server.

        :raises SettingsError: none is known.
        """
        return find_connection(self.settings.connection)

    async def stop(self) -> None:
        """Let running reconciles end, their audit events with them, then give everything back."""
        self.endpoints.ready = False
        await self.queue.drain()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._give_back()

    async def reconcile(self, key: Key) -> Result:
        """Deliver what a deleted object of this key left behind, then reconcile the key."""
        if self.runtime is None:
            raise AssertionError("the queue runs only between start and stop")
        buried = await self.runtime.outbox.drain_buried(key)
        result = await self._reconcile(self.runtime, key)
        return result if buried is None else earliest(buried, result if isinstance(result, Requeue) else None)

    def saw(self, obj: Resource, event_type: str | None) -> None:
        """Take note of an event of the own kind: what a deleted object still owes is only known from it.

        An event that shows the version which a reconcile of ours has just written tells nothing new: that reconcile went
        on with what it wrote. So it wakes nobody; a write of anybody else does.
        """
        if self.runtime is not None:
            if event_type == "DELETED":
                self.runtime.outbox.bury(obj)
                self.runtime.kube.forget(obj)
            elif self.runtime.kube.wrote(obj):
                return
        self.queue.wake(key_of(obj))

    async def _check_kinds(self, runtime: Runtime[Any]) -> None:
        """See that there is everything to follow. An API server that does not answer is Kopf's to wait for."""
        for kind in self.heard.kinds:
            try:
                served = await runtime.kube.serves(kind)
            except KubeError as error:
                self.log.warning("cannot see which kinds there are", error=str(error))
                return
            if not served:
                raise NotServed(
                    f"{self.name} follows {kind.plural} ({kind.api_version}), which the API server does not serve: "
                    "apply its definition, then start again"
                )

    async def _give_back(self) -> None:
        if self.runtime is not None:
            await self.runtime.close()
        await self.endpoints.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        self._dead = f"the reconcile queue died: {task.exception()}"
        self.log.critical("the reconcile queue died, stopping the operator", error=str(task.exception()))
        self._stopping = asyncio.create_task(self._stop_kopf(), name=f"{self.name} stop")

    async def _stop_kopf(self) -> None:
        """End Kopf's operator from within: its life-cycle task is the one that ran our start-up handler.

        The first cancellation lets it leave its endless wait, after which it waits for Kopf's other root tasks; those only
        go when one of them has ended, hence the second. Kopf then skips the clean-up activity, so it is done here; a session
        of Kopf's own stays open, which matters to nobody in a process that ends.
        """
        await self.stop()
        for _ in range(2):
            if self._root is not None:
                self._root.cancel()
            await asyncio.sleep(0)
