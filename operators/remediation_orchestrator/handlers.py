"""Kopf's side of the orchestrator: an index, and events that wake.

What is woken is always a RemediationRequest: by its own events, by those of the three children that it controls, and by
those of others of its fingerprint (`index`).
"""

from collections.abc import Iterable
from typing import Any

import kopf

from operators.api.kinds import AI_ANALYSIS, REMEDIATION_REQUEST, SIGNAL_PROCESSING, WORKFLOW_EXECUTION
from operators.api.resource import Key
from operators.remediation_orchestrator import audit
from operators.remediation_orchestrator.claims import Claims
from operators.remediation_orchestrator.index import INDEX, Entry, IndexKey, entry, index_key, to_wake
from operators.remediation_orchestrator.reconciler import Reconciler
from operators.remediation_orchestrator.routing_reads import current_reads
from operators.remediation_orchestrator.settings import Settings
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
        children=(SIGNAL_PROCESSING, AI_ANALYSIS, WORKFLOW_EXECUTION),
        also_wake=siblings,
    )


def siblings(*, event: kopf.RawEvent, **kwargs: Any) -> Iterable[Key]:
    """The requests that an event of another request of their fingerprint may concern."""
    moved = dict(event["object"])
    index: kopf.Index[IndexKey, Entry] = kwargs[INDEX]
    return to_wake(moved, deleted=event["type"] == "DELETED", known=index.get(index_key(moved), ()))
