"""Read, decide, act: the shell around `decide`.

One reconcile takes a request as far as it can go now: it reads the object from the API server (never from a watch cache),
asks `decide` for a step, carries it out and asks again, with what the step brought to light, until the answer is to wait
or to rest. What one step wrote is what the next one is decided on, so nothing is read twice on the way.

A remediation that meets no trouble costs the orchestrator:

=======  ==============================================================================================================
writes   six of the request's status (five edges, one that empties the outbox at the end), three children created,
         one Lease created and deleted: eleven
reads    the request in each of four reconciles, the child that three of them waited for, one list of the fingerprint,
         one look at the Lease before it is deleted: nine; and at most two more for each of the six events that our own
         status writes come back as
audit    six events in four batches (the two edges of the first reconcile share one)
=======  ==============================================================================================================

Audit events go out at the end of the reconcile that wrote them. If it ends early, because the API server does not answer,
they wait in the object for the retry; no edge waits for the audit trail.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import assert_never

from operators.api.conditions import Condition
from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.resource import Key, Resource
from operators.remediation_orchestrator import audit, children, moves
from operators.remediation_orchestrator.claims import Claims
from operators.remediation_orchestrator.decide import (
    ListOthers,
    LookForClaim,
    MakeChild,
    Rest,
    TakeClaim,
    Wait,
    decide,
)
from operators.remediation_orchestrator.errors import UnbuildableChildError
from operators.remediation_orchestrator.moves import Move
from operators.remediation_orchestrator.routing_reads import RemediationRequests
from operators.remediation_orchestrator.settings import Settings
from operators.remediation_orchestrator.snapshot import Child, Request, Snapshot
from operators.remediation_orchestrator.stages import STAGES, Stage
from operators.runtime.errors import AlreadyExists, Forbidden, Invalid, NotFound
from operators.runtime.results import Done, Result, earliest
from operators.runtime.runtime import Runtime
from operators.runtime.transitions import Superseded


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Carries the decisions about RemediationRequests out.

    :ivar reads: the one way to ask for the requests of a fingerprint (`routing_reads`).
    """

    runtime: Runtime[Settings]
    reads: RemediationRequests
    claims: Claims

    async def reconcile(self, key: Key) -> Result:
        """Take the request of this key as far as it can go now.

        :raises Gone: it was deleted meanwhile.
        :raises ClaimMovedError: its claim was changed meanwhile; to be tried again.
        :raises KubeError: the API server refused or did not answer; to be tried again.
        """
        try:
            resource = await self.runtime.kube.get(REMEDIATION_REQUEST, key.namespace, key.name)
        except NotFound:
            return Done()
        try:
            return await self._go_on(await self._look(resource))
        except Forbidden as error:
            if any(cause.get("reason") == "NamespaceTerminating" for cause in error.causes):
                return Done()  # the request goes with its namespace, nothing may be created there any more
            raise

    async def _go_on(self, snapshot: Snapshot) -> Result:
        while True:
            now = datetime.now(UTC)
            decision = decide(snapshot, now, self.runtime.settings)
            match decision:
                case Wait(until):
                    settled = await self.runtime.settle(_of(snapshot), kind=REMEDIATION_REQUEST)
                    return earliest(settled.again, until)
                case Rest():
                    return await self._rest(snapshot) or Done()
                case Move():
                    snapshot = await self._move(snapshot, decision, now)
                case LookForClaim():
                    claim = await self.claims.look(snapshot.request, now=now)  # before the list: see claims
                    snapshot = replace(snapshot, claim=claim, others=await self._others(snapshot.request))
                case TakeClaim():
                    snapshot = await self._take(snapshot, now)
                case ListOthers():
                    snapshot = replace(snapshot, others=await self._others(snapshot.request))
                case MakeChild(stage):
                    snapshot = await self._make(snapshot, stage, now)
                case _:
                    assert_never(decision)

    async def _look(self, resource: Resource) -> Snapshot:
        """The snapshot of an object that was just read: a stage's child is looked up, the rest when it is asked for."""
        request = Request.of(resource)
        stage = STAGES.get(request.phase)
        return Snapshot(request, child=await self._child(request, stage) if stage is not None else None)

    async def _child(self, request: Request, stage: Stage) -> Child | None:
        try:
            found = await self.runtime.kube.get(stage.kind, request.namespace, stage.child_name(request.name))
        except NotFound:
            return None
        return Child.of(found)

    async def _others(self, request: Request) -> tuple[Request, ...]:
        found = await self.reads.of_fingerprint(request.namespace, request.fingerprint)
        return tuple(other for other in found if other.uid != request.uid)

    async def _take(self, snapshot: Snapshot, now: datetime) -> Snapshot:
        if snapshot.claim is None:
            raise AssertionError("a claim is only taken after it was looked at")
        return replace(snapshot, claim=await self.claims.take(snapshot.request, snapshot.claim, now=now))

    async def _move(self, snapshot: Snapshot, move: Move, now: datetime) -> Snapshot:
        """Walk the edge; the result is what was stored, or what somebody else stored first."""
        request = snapshot.request
        if move.claim_to is not None and snapshot.claim is not None:
            await self.claims.hand_over(request, snapshot.claim, to=move.claim_to, now=now)
        written = await self.runtime.transition(
            _of(snapshot),
            kind=REMEDIATION_REQUEST,
            leaving=request.phase,
            entering=move.entering,
            now=now,
            events=audit.events_of(request, move, now=now),
            conditions=move.conditions,
            **move.status,
        )
        if isinstance(written, Superseded):
            return await self._look(written.obj)
        # Just entered, so the stage's child is ours to make: it is only looked up if its name turns out to be taken.
        return Snapshot(Request.of(written), source=snapshot.child)

    async def _make(self, snapshot: Snapshot, stage: Stage, now: datetime) -> Snapshot:
        request, source = snapshot.request, snapshot.source
        before = children.needs_source(stage)
        if before is not None and source is None:
            source = await self._child(request, before)
        try:
            body = children.body(stage, request, source)
            made = await self.runtime.kube.create(stage.kind, request.namespace, body)
        except AlreadyExists:
            return replace(snapshot, child=await self._child(request, stage), source=source)
        except (Invalid, UnbuildableChildError) as error:
            return await self._move(snapshot, _unmade(stage, request, str(error), now), now)
        return replace(snapshot, child=Child.of(made), source=source)

    async def _rest(self, snapshot: Snapshot) -> Result:
        """Let go of the claim, then empty the outbox: a request without one has nothing left to let go of."""
        if snapshot.request.has_outbox:
            await self.claims.release(snapshot.request)
        settled = await self.runtime.settle(_of(snapshot), kind=REMEDIATION_REQUEST)
        return settled.again


def _of(snapshot: Snapshot) -> Resource:
    return dict(snapshot.request.resource)


def _unmade(stage: Stage, request: Request, problem: str, now: datetime) -> Move:
    """The child can never be made, however often it is tried: the stage has failed."""
    reason = f"{stage.kind.kind} {stage.child_name(request.name)} could not be created: {problem}"
    return moves.fail(
        stage.failure_phase,
        now=now,
        reason=reason,
        cause="ChildRefused",
        conditions=(Condition(stage.ready, "False", f"{stage.kind.kind}CreationFailed", reason),),
    )
