"""Kopf's side of the orchestrator: an index, and events that wake.

What is woken is always a RemediationRequest: by its own events, by those of others of its fingerprint (`index`), and by
those of its children that can change anything for it: an end, and a deletion. A child's way through its phases changes
nothing, and would be most of what the orchestrator is woken for. Children that exist at the start need not wake anybody:
their requests are listed too.
"""

from collections.abc import Iterable
from typing import Any

import kopf

from operators.api.edges import is_terminal
from operators.api.kinds import REMEDIATION_REQUEST, Kind
from operators.api.resource import Key, phase_of
from operators.remediation_orchestrator import audit
from operators.remediation_orchestrator.claims import Claims
from operators.remediation_orchestrator.index import INDEX, Entry, IndexKey, entry, index_key, to_wake
from operators.remediation_orchestrator.reconciler import Reconciler
from operators.remediation_orchestrator.routing_reads import current_reads
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.stages import STAGES
from operators.runtime.operator import Operator, assemble
from operators.runtime.results import Result
from operators.runtime.runtime import Runtime

NAME = "remediation-orchestrator"
"""User-Agent and fieldManager of everything the orchestrator asks and writes."""


def build(registry: kopf.OperatorRegistry, settings: Settings) -> Operator:
    """Register the orchestrator on ``registry``; for one start.

    :raises SettingsError: no API server is known.
    """
    reads = current_reads()

    @kopf.index(
        REMEDIATION_REQUEST.group,
        REMEDIATION_REQUEST.version,
        REMEDIATION_REQUEST.plural,
        registry=registry,
        id=INDEX,
    )
    async def by_fingerprint(body: kopf.Body, **_: Any) -> dict[IndexKey, Entry]:
        return {index_key(body): entry(body)}

    async def reconcile(runtime: Runtime[Settings], key: Key) -> Result:
        return await Reconciler(runtime, reads(runtime.kube), Claims(runtime.kube)).reconcile(key)

    return assemble(
        name=NAME,
        registry=registry,
        settings=settings,
        own=REMEDIATION_REQUEST,
        reconcile=reconcile,
        audit=audit.IDENTITY,
        children=[stage.kind for stage in STAGES.values()],
        concerns=concerns_owner,
        also_wake=siblings,
    )


def siblings(*, event: kopf.RawEvent, **kwargs: Any) -> Iterable[Key]:
    """The requests that an event of another request of their fingerprint may concern."""
    moved = dict(event["object"])
    index: kopf.Index[IndexKey, Entry] = kwargs[INDEX]
    return to_wake(moved, deleted=event["type"] == "DELETED", known=index.get(index_key(moved), ()))


def concerns_owner(event: kopf.RawEvent, kind: Kind) -> bool:
    """Whether an event of a child may change something for the request that controls it."""
    return event["type"] == "DELETED" or is_terminal(kind, phase_of(dict(event["object"]), kind))
