"""The claim: one Lease per (namespace, fingerprint), whose holder may proceed.

Two requests are two objects, so the guards on their status cannot keep them from being admitted together; the claim is the
one object that both have to write. It holds across replicas, because every change names the version it was based on:

* *taken* by create, or by compare-and-set from a holder that has ended, is gone or was kept back;
* *confirmed* by a compare-and-set that changes only the time and a counter, when the request finds itself the holder:
  whoever is about to take the claim from an older version of it fails then (the counter, because a write that changes
  nothing makes no new version, and two moments may look alike to a clock);
* *passed on* by compare-and-set to an older request;
* *given up* by a delete that names uid and version.

The holder is the request's uid, so a request re-created under its name does not inherit it. A claim does not expire by
time: ``leaseDurationSeconds`` is left out, what counts is whether the holder is still under way. A request that is deleted
while it holds the claim leaves the Lease behind, with nothing in it that matters, until the next request of that
fingerprint takes it over.

The order in which a reconcile reads matters: *first* the Lease, *then* the list of requests. Whoever was admitted in
between must have changed the Lease, so the compare-and-set fails and the reconcile starts again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operators.api.kinds import LEASE
from operators.api.names import COMPONENT_LABEL, lease_name
from operators.api.resource import Resource, uid_of, version_of
from operators.api.times import micro
from operators.remediation_orchestrator.errors import ClaimMovedError
from operators.remediation_orchestrator.moves import NOBODY
from operators.remediation_orchestrator.snapshot import Claim, Request
from operators.runtime.errors import AlreadyExists, Conflict, NotFound
from operators.runtime.kube import Kube

FINGERPRINT_ANNOTATION = "kubernaut.ai/signal-fingerprint"
"""On the Lease, for people: a fingerprint is one character too long for a label."""

WRITES_ANNOTATION = "kubernaut.ai/claim-writes"
"""On the Lease: how often the claim was taken, confirmed or passed on."""

_COMPONENT = "remediation-orchestrator"


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims on the API server that ``kube`` speaks to."""

    kube: Kube

    async def look(self, request: Request, *, now: datetime) -> Claim:
        """Create the claim for ``request``, or say how it was found.

        :raises ClaimMovedError: it was given up between our create and our read.
        """
        try:
            lease = await self.kube.create(LEASE, request.namespace, _lease(request, now))
        except AlreadyExists:
            found = await self._read(request)
            if found is None:
                raise ClaimMovedError(f"the claim {_where(request)} vanished while it was read") from None
            return Claim(holder=_holder(found), fresh=False, lease=found)
        return Claim(holder=request.uid, fresh=True, lease=lease)

    async def take(self, request: Request, claim: Claim, *, now: datetime) -> Claim:
        """Make ``request`` the holder of the claim, or confirm that it is.

        :raises ClaimMovedError: it was changed since ``claim`` was read.
        """
        lease = await self._set(request, claim, holder=request.uid, now=now)
        return Claim(holder=request.uid, fresh=True, lease=lease)

    async def hand_over(self, request: Request, claim: Claim, *, to: str, now: datetime) -> None:
        """Pass the claim on to the request with the uid ``to``, or to nobody.

        :raises ClaimMovedError: it was changed since ``claim`` was read.
        """
        if to == NOBODY:
            await self._delete(request, claim.lease)
        else:
            await self._set(request, claim, holder=to, now=now)

    async def release(self, request: Request) -> None:
        """Let go of the claim, if an ended ``request`` still holds it; a claim that others hold is left alone."""
        lease = await self._read(request)
        if lease is None or _holder(lease) != request.uid:
            return
        try:
            await self._delete(request, lease)
        except ClaimMovedError:
            return  # taken over meanwhile, which is as good

    async def _read(self, request: Request) -> Resource | None:
        try:
            return await self.kube.get(LEASE, request.namespace, lease_name(request.fingerprint))
        except NotFound:
            return None

    async def _set(self, request: Request, claim: Claim, *, holder: str, now: datetime) -> Resource:
        spec = dict(claim.lease.get("spec") or {})
        if spec.get("holderIdentity") != holder:
            spec["leaseTransitions"] = int(spec.get("leaseTransitions") or 0) + 1
            spec["acquireTime"] = micro(now)
        spec |= {"holderIdentity": holder, "renewTime": micro(now)}
        body: Resource = {"metadata": _counted(claim.lease["metadata"]), "spec": spec}
        try:
            return await self.kube.replace(LEASE, request.namespace, lease_name(request.fingerprint), body)
        except (Conflict, NotFound) as error:
            raise ClaimMovedError(f"the claim {_where(request)} was changed by somebody else") from error

    async def _delete(self, request: Request, lease: Mapping[str, Any]) -> None:
        try:
            await self.kube.delete(
                LEASE,
                request.namespace,
                lease_name(request.fingerprint),
                uid=uid_of(lease),
                resource_version=version_of(lease),
            )
        except NotFound:
            return
        except Conflict as error:
            raise ClaimMovedError(f"the claim {_where(request)} was changed by somebody else") from error


def _lease(request: Request, now: datetime) -> Resource:
    return {
        "apiVersion": LEASE.api_version,
        "kind": LEASE.kind,
        "metadata": {
            "name": lease_name(request.fingerprint),
            "namespace": request.namespace,
            "labels": {COMPONENT_LABEL: _COMPONENT},
            "annotations": {FINGERPRINT_ANNOTATION: request.fingerprint},
        },
        "spec": {
            "holderIdentity": request.uid,
            "acquireTime": micro(now),
            "renewTime": micro(now),
            "leaseTransitions": 0,
        },
    }


def _counted(metadata: Mapping[str, Any]) -> dict[str, Any]:
    annotations = dict(metadata.get("annotations") or {})
    so_far = annotations.get(WRITES_ANNOTATION, "")
    # Somebody may have edited it; what counts is that it changes.
    annotations[WRITES_ANNOTATION] = str(int(so_far) + 1) if so_far.isascii() and so_far.isdigit() else "1"
    return {**metadata, "annotations": annotations}


def _holder(lease: Resource) -> str:
    return str((lease.get("spec") or {}).get("holderIdentity") or NOBODY)


def _where(request: Request) -> str:
    return f"{request.namespace}/{lease_name(request.fingerprint)}"
