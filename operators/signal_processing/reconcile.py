"""One reconcile of a SignalProcessing: read, decide, act, until it is at rest.

Level-triggered: a key says only *which* object; what to do follows from what is stored. A lost wake-up delays, a
doubled one reads once more and finds nothing to do. The object that a transition returns is the next thing to decide
on, so a whole processing is one reconcile, and it costs, without conflicts and with a Pod as target:

==============================  =============================================================
once                            GET of the SignalProcessing
each of the five edges          PATCH of its status, POST of its audit events
Enriching                       GET of the Namespace and of the target (a Pod: its Node and owners too)
a policy that fails             POST of a Kubernetes Event
at the end                      PATCH that empties the outbox
afterwards                      one GET for the wake-ups that our own writes caused meanwhile
==============================  =============================================================

That is six writes. An audit sink that does not answer is asked once per reconcile, so it delays the first edge by one
time-out at most; the events wait in the status, and the reconcile asks to be called again for them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from operators.api.kinds import SIGNAL_PROCESSING
from operators.api.phases import SignalPhase
from operators.runtime.errors import NotFound
from operators.runtime.results import Done
from operators.runtime.transitions import Superseded
from operators.signal_processing.classification import Classification, classify
from operators.signal_processing.decide import Rest, decide
from operators.signal_processing.enrichment import enrich
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.snapshot import Snapshot
from operators.signal_processing.view import SignalProcessing

if TYPE_CHECKING:
    from operators.api.resource import Key, Resource
    from operators.runtime.results import Requeue, Result
    from operators.runtime.runtime import Runtime
    from operators.signal_processing.decide import Move
    from operators.signal_processing.rego import Policies
    from operators.signal_processing.settings import Settings

__all__ = ["Reconciler"]


class Reconciler:
    """The shell around ``decide``: the only part of the operator that reads and writes."""

    def __init__(self, runtime: Runtime[Settings], policies: Policies) -> None:
        self._runtime = runtime
        self._policies = policies

    async def reconcile(self, key: Key) -> Result:
        """Take one object as far as it goes.

        :returns: ``Done`` at rest or when it is gone; a requeue while events wait for their sink.
        :raises Gone: deleted meanwhile; the queue takes it for done.
        :raises OperatorError: worth another attempt, which is the queue's business.
        """
        try:
            resource = await self._runtime.kube.get(SIGNAL_PROCESSING, key.namespace, key.name)
        except NotFound:
            return Done()
        again: Requeue | None = None
        while True:
            if again is None:
                settled = await self._runtime.settle(resource, kind=SIGNAL_PROCESSING)
                resource, again = settled.obj, settled.again
            decision = decide(await self._observe(resource), datetime.now(UTC))
            if isinstance(decision, Rest):
                self._runtime.log.debug("at rest", namespace=key.namespace, name=key.name, why=decision.why)
                return again or Done()
            resource = await self._walk(resource, decision)

    async def _observe(self, resource: Resource) -> Snapshot:
        """Read what the object's phase looks at, and no more."""
        began, seen = datetime.now(UTC), SignalProcessing(resource)
        match seen.phase:
            case SignalPhase.ENRICHING:
                patience = self._runtime.settings.enrichment_timeout
                found = await enrich(self._runtime.kube, seen.signal, patience=patience)
                return Snapshot(resource=resource, began=began, enrichment=found)
            case SignalPhase.CLASSIFYING:
                return Snapshot(resource=resource, began=began, classification=self._classify(seen))
            case _:
                return Snapshot(resource=resource, began=began)

    def _classify(self, seen: SignalProcessing) -> Classification | PolicyError:
        """A policy that fails is a finding like another: what it means is for ``decide`` to say."""
        try:
            return classify(self._policies, seen.signal, seen.context)
        except PolicyError as error:
            return error

    async def _walk(self, resource: Resource, move: Move) -> Resource:
        """Write the move; returns the object to go on with, which another writer may have moved instead."""
        seen = SignalProcessing(resource)
        log = self._runtime.log.bind(namespace=seen.key.namespace, name=seen.key.name)
        now = datetime.now(UTC)
        outcome = await self._runtime.transition(
            resource,
            kind=SIGNAL_PROCESSING,
            leaving=move.leaving,
            entering=move.entering,
            now=now,
            events=move.events,
            conditions=move.conditions,
            **move.status,
        )
        if isinstance(outcome, Superseded):
            log.info("superseded", leaving=str(move.leaving), entering=str(move.entering), found=outcome.found_phase)
            return outcome.obj
        log.info("transition", leaving=str(move.leaving), phase=str(move.entering))
        if move.notice is not None:
            await self._runtime.recorder.record(outcome, move.notice, now=now)
        return outcome
