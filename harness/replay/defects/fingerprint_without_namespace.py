"""The query that mixed tenants in run 21316766113: requests of one fingerprint, in all namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.replay.defects.defect import Defect
from operators.remediation_orchestrator.routing_reads import RemediationRequests, using

if TYPE_CHECKING:
    from operators.remediation_orchestrator.snapshot import Request


class OfAllNamespaces(RemediationRequests):
    """Lists without a namespace."""

    async def of_fingerprint(self, namespace: str, fingerprint: str) -> tuple[Request, ...]:
        """Return the requests of all tenants."""
        del namespace
        return await super().of_fingerprint("", fingerprint)


FINGERPRINT_WITHOUT_NAMESPACE = Defect(
    name="fingerprint-without-namespace",
    sentence="Routing asks for the requests of a fingerprint in all namespaces: one tenant's failures block another.",
    in_force=lambda: using(OfAllNamespaces),
)
