"""From a reconcile function to a Kopf operator.

Kopf does what an informer does: discovery, watching, authentication, the life cycle, indexes. We register only low-level
handlers (``on.event`` and activities): they need no finalizer, write no annotation, and see status changes too. A watch
event only *wakes* a key; what happens is decided by the reconcile, from what it reads. So a lost or doubled event delays
at most.

An operator is built for one start: whoever starts it again builds it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

import kopf
from structlog.typing import FilteringBoundLogger

from operators.api.kinds import REMEDIATION_REQUEST, Kind
from operators.api.names import REMEDIATION_REQUEST_LABEL
from operators.api.resource import Key, Resource, controller_of, key_of, labels_of
from operators.runtime.audit import AuditIdentity
from operators.runtime.connection import find_connection
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics
from operators.runtime.parts import Parts, current_parts
from operators.runtime.queue import ReconcileQueue, WorkSource
from operators.runtime.results import Requeue, Result, earliest
from operators.runtime.runtime import Runtime, make_runtime
from operators.runtime.settings import RuntimeSettings
from operators.runtime.storage import NothingHandled
from operators.runtime.transport import HttpTransport

__all__ = ["Operator", "assemble", "owner_key"]

SettingsT = TypeVar("SettingsT", bound=RuntimeSettings)

_with_login: WeakSet[kopf.OperatorRegistry] = WeakSet()


@dataclass(frozen=True, slots=True)
class Operator:
    """What Kopf needs to run an operator, and what an observer needs to know whether it is at rest."""

    name: str
    registry: kopf.OperatorRegistry
    settings: kopf.OperatorSettings
    sources: tuple[WorkSource, ...]
    metrics: Metrics


def owner_key(obj: Resource) -> Key | None:
    """The RemediationRequest that a child belongs to: by its controller reference, else by its label; None: to none."""
    owner = controller_of(obj, REMEDIATION_REQUEST)
    name = owner["name"] if owner else labels_of(obj).get(REMEDIATION_REQUEST_LABEL)
    return Key(key_of(obj).namespace, name) if name else None


def assemble(
    *,
    name: str,
    registry: kopf.OperatorRegistry,
    settings: SettingsT,
    own: Kind,
    reconcile: Callable[[Runtime[SettingsT], Key], Awaitable[Result]],
    audit: AuditIdentity | None = None,
    children: Sequence[Kind] = (),
    owner: Callable[[Resource], Key | None] = owner_key,
    also_wake: Callable[..., Iterable[Key]] | None = None,
) -> Operator:
    """Register an operator on ``registry``.

    :param name: such as ``remediation-orchestrator``: User-Agent, fieldManager, prefix of handler ids and metrics.
    :param own: the kind whose keys are reconciled.
    :param reconcile: reads, decides, acts; see :mod:`operators.runtime.results` for what it returns.
    :param audit: who speaks in audit events; without it the operator must not pass events to transitions.
    :param children: kinds whose events wake their owner (``owner`` gives its key), deletions too.
    :param also_wake: called with Kopf's keyword arguments of an event of the own kind, indexes by their names among them;
        returns further keys to wake, in a stable order. It only says whom to wake and never decides.
    :raises SettingsError: no API server is known.
    """
    metrics, log = Metrics(name), logger(name, style=settings.log_format)
    shell = _Shell(
        name=name,
        settings=settings,
        reconcile=reconcile,
        identity=audit or AuditIdentity(category="", actor=name),
        parts=current_parts(),
        metrics=metrics,
        log=log,
    )
    shell.connect()  # an operator that could not reach anything is better refused now, in one line, than at its start
    kopf_settings = kopf.OperatorSettings()
    _configure(kopf_settings)
    _register_activities(registry, shell)
    _register_events(registry, shell, own=own, children=children, owner=owner, also_wake=also_wake)
    return Operator(name, registry, kopf_settings, (shell.queue,), metrics)


class _Shell:
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
        log: FilteringBoundLogger,
    ) -> None:
        self.name = name
        self.settings: RuntimeSettings = settings
        self.log = log
        self.runtime: Runtime[Any] | None = None
        self._reconcile: Callable[[Runtime[Any], Key], Awaitable[Result]] = reconcile
        self._identity = identity
        self._parts = parts
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None
        self._root: asyncio.Task[Any] | None = None
        self._stopping: asyncio.Task[None] | None = None
        self.queue = ReconcileQueue(self.reconcile, settings=settings, metrics=metrics, log=log)

    async def start(self) -> None:
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
        self._root = asyncio.current_task()
        self._task = asyncio.create_task(self.queue.run(), name=f"{self.name} queue")
        self._task.add_done_callback(self._ended)

    def connect(self) -> kopf.ConnectionInfo:
        return find_connection(self.settings.connection)

    async def stop(self) -> None:
        """Let running reconciles end, their audit events with them, then give everything back."""
        await self.queue.drain()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self.runtime is not None:
            await self.runtime.close()

    async def reconcile(self, key: Key) -> Result:
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

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
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


def _configure(settings: kopf.OperatorSettings) -> None:
    settings.persistence.diffbase_storage = NothingHandled()
    settings.posting.enabled = False  # Kubernetes Events, when there are some, will be written explicitly
    settings.peering.standalone = True  # correctness comes from guarded writes, not from who runs
    # Kopf would kill the whole process ten minutes after a stop that it deems stuck; in virtual time that is at once.
    settings.process.ultimate_exiting_timeout = None


def _register_activities(registry: kopf.OperatorRegistry, shell: _Shell) -> None:
    @kopf.on.startup(registry=registry, id=f"{shell.name}/startup", errors=kopf.ErrorsMode.PERMANENT)
    async def start(settings: kopf.OperatorSettings, **_: Any) -> None:
        _configure(settings)  # once more: `kopf run` makes its own settings
        await shell.start()

    @kopf.on.cleanup(registry=registry, id=f"{shell.name}/cleanup", errors=kopf.ErrorsMode.PERMANENT)
    async def stop(**_: Any) -> None:
        await shell.stop()

    if registry in _with_login:
        return  # several operators in one registry share one login: with several, Kopf picks one at random per request
    _with_login.add(registry)

    @kopf.on.login(registry=registry, id=f"{shell.name}/login", errors=kopf.ErrorsMode.PERMANENT)
    async def login(**_: Any) -> kopf.ConnectionInfo:
        return shell.connect()


def _register_events(
    registry: kopf.OperatorRegistry,
    shell: _Shell,
    *,
    own: Kind,
    children: Sequence[Kind],
    owner: Callable[[Resource], Key | None],
    also_wake: Callable[..., Iterable[Key]] | None,
) -> None:
    @kopf.on.event(own.group, own.version, own.plural, registry=registry, id=f"{shell.name}/{own.plural}")
    async def wake(event: kopf.RawEvent, **kwargs: Any) -> None:
        obj: Resource = dict(event["object"])
        shell.saw(obj, event["type"])
        if also_wake is not None:
            for key in also_wake(event=event, **kwargs):
                shell.queue.wake(key)

    async def wake_owner(event: kopf.RawEvent, **_: Any) -> None:
        key = owner(dict(event["object"]))
        if key is not None:
            shell.queue.wake(key)

    for kind in children:
        kopf.on.event(kind.group, kind.version, kind.plural, registry=registry, id=f"{shell.name}/{kind.plural}")(
            wake_owner,
        )
