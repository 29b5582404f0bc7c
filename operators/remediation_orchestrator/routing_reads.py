"""The authoritative read of routing: the requests of one fingerprint in one namespace, from the API server.

Everything that is decided about a fingerprint goes through `RemediationRequests.of_fingerprint`, and nothing else asks by
fingerprint: tenants are namespaces, and the only thing that keeps them apart in routing is the ``namespace`` argument here
(BR-ORCH-042, "should isolate blocking by namespace").

The historic defect *fingerprint-without-namespace* replaces this one collaborator: `reconciler.Reconciler` is built with
``routing_reads.RemediationRequests(kube)``, looked up in this module when the operator starts.
"""

from dataclasses import dataclass

from operators.api.kinds import REMEDIATION_REQUEST
from operators.remediation_orchestrator.snapshot import Request
from operators.runtime.kube import Kube


@dataclass(frozen=True, slots=True)
class RemediationRequests:
    """The requests on the API server that ``kube`` speaks to; never from a watch cache."""

    kube: Kube

    async def of_fingerprint(self, namespace: str, fingerprint: str) -> tuple[Request, ...]:
        """Every request of this fingerprint in this namespace, whatever its phase, in the order of their names.

        Selected by the server through the CRD's selectable field ``spec.signalFingerprint``.
        """
        found = await self.kube.list(
            REMEDIATION_REQUEST, namespace, field_selector=f"spec.signalFingerprint={fingerprint}"
        )
        return tuple(Request.of(item) for item in found)
