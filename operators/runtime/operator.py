"""From a reconcile function to a Kopf operator.

Kopf does what an informer does: discovery, watching, authentication, the life cycle, indexes. We register only low-level
handlers (``on.event`` and activities): they need no finalizer, write no annotation, and see status changes too. A watch
event only *wakes* a key; what happens is decided by the reconcile, from what it reads. So a lost or doubled event delays
at most.

An operator is built for one start: whoever starts it again builds it again.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

import kopf

from operators.api.kinds import REMEDIATION_REQUEST, Kind
from operators.api.names import REMEDIATION_REQUEST_LABEL
from operators.api.resource import Key, Resource, controller_of, key_of, labels_of
from operators.runtime.audit import AuditIdentity
from operators.runtime.heard import Heard
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics
from operators.runtime.parts import current_parts
from operators.runtime.queue import WorkSource
from operators.runtime.results import Result
from operators.runtime.runtime import Runtime
from operators.runtime.settings import RuntimeSettings
from operators.runtime.shell import Shell
from operators.runtime.storage import NothingHandled

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
    concerns: Callable[[kopf.RawEvent, Kind], bool] = lambda _event, _kind: True,
    also_wake: Callable[..., Iterable[Key]] | None = None,
) -> Operator:
    """Register an operator on ``registry``.

    :param name: such as ``remediation-orchestrator``: User-Agent, fieldManager, prefix of handler ids and metrics.
    :param own: the kind whose keys are reconciled.
    :param reconcile: reads, decides, acts; see :mod:`operators.runtime.results` for what it returns.
    :param audit: who speaks in audit events; without it the operator must not pass events to transitions.
    :param children: kinds whose events wake their owner (``owner`` gives its key), deletions too.
    :param concerns: whether an event of a child can change anything for its owner; others wake nobody.
    :param also_wake: called with Kopf's keyword arguments of an event of the own kind, indexes by their names among them;
        returns further keys to wake, in a stable order. It only says whom to wake and never decides.
    :raises SettingsError: no API server is known.
    """
    metrics, log = Metrics(name), logger(name, style=settings.log_format)
    heard = Heard((own, *children))
    shell = Shell(
        name=name,
        settings=settings,
        reconcile=reconcile,
        identity=audit or AuditIdentity(category="", actor=name),
        parts=current_parts(),
        metrics=metrics,
        heard=heard,
        log=log,
    )
    shell.connect()  # an operator that could not reach anything is better refused now, in one line, than at its start
    kopf_settings = kopf.OperatorSettings()
    _configure(kopf_settings)
    _register_activities(registry, shell)
    _register_events(registry, shell, own=own, also_wake=also_wake)
    for child in children:
        _register_child(registry, shell, child, owner=owner, concerns=concerns)
    return Operator(name, registry, kopf_settings, (shell.queue,), metrics)


def _configure(settings: kopf.OperatorSettings) -> None:
    settings.persistence.diffbase_storage = NothingHandled()
    settings.posting.enabled = False  # Kubernetes Events, when there are some, will be written explicitly
    settings.peering.standalone = True  # correctness comes from guarded writes, not from who runs
    # Kopf would watch definitions for kinds that come and go; ours are checked once, and nobody needs rights on definitions.
    # An operator of single namespaces has to watch those, which is the same switch.
    settings.scanning.disabled = settings.peering.clusterwide
    # Kopf would kill the whole process ten minutes after a stop that it deems stuck; in virtual time that is at once.
    settings.process.ultimate_exiting_timeout = None


def _register_activities(registry: kopf.OperatorRegistry, shell: Shell) -> None:
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
    shell: Shell,
    *,
    own: Kind,
    also_wake: Callable[..., Iterable[Key]] | None,
) -> None:
    @kopf.on.event(own.group, own.version, own.plural, registry=registry, id=f"{shell.name}/{own.plural}")
    async def wake(event: kopf.RawEvent, **kwargs: Any) -> None:
        obj: Resource = dict(event["object"])
        shell.saw(obj, event["type"])
        if also_wake is not None:
            for key in also_wake(event=event, **kwargs):
                shell.queue.wake(key)
        shell.heard.note(own, obj, event["type"])


def _register_child(
    registry: kopf.OperatorRegistry,
    shell: Shell,
    kind: Kind,
    *,
    owner: Callable[[Resource], Key | None],
    concerns: Callable[[kopf.RawEvent, Kind], bool],
) -> None:
    @kopf.on.event(kind.group, kind.version, kind.plural, registry=registry, id=f"{shell.name}/{kind.plural}")
    async def wake_owner(event: kopf.RawEvent, **_: Any) -> None:
        obj: Resource = dict(event["object"])
        key = owner(obj)
        if key is not None and concerns(event, kind):
            shell.queue.wake(key)
        shell.heard.note(kind, obj, event["type"])
