"""The authoritative read of routing: the requests of one fingerprint in one namespace, from the API server.

Everything that is decided about a fingerprint goes through `RemediationRequests.of_fingerprint`, and nothing else asks by
fingerprint: tenants are namespaces, and the only thing that keeps them apart in routing is the ``namespace`` argument here
(BR-ORCH-042, "should isolate blocking by namespace").

Substitution: the historic defect *fingerprint-without-namespace* is a subclass that lists all namespaces, put in place for
the operators built inside a ``with`` block, in the manner of `operators.runtime.parts`::

    class AllNamespaces(RemediationRequests):
        async def of_fingerprint(self, namespace, fingerprint):
            return await super().of_fingerprint("", fingerprint)

    with using(AllNamespaces):
        operator = remediation_orchestrator.build(registry, settings)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from operators.api.kinds import REMEDIATION_REQUEST
from operators.remediation_orchestrator.snapshot import Request
from operators.runtime.kube import Kube


class RemediationRequests:
    """The requests on the API server that ``kube`` speaks to; never from a watch cache."""

    def __init__(self, kube: Kube) -> None:
        self.kube = kube

    async def of_fingerprint(self, namespace: str, fingerprint: str) -> tuple[Request, ...]:
        """Every request of this fingerprint in this namespace, whatever its phase, in the order of their names.

        Selected by the server through the CRD's selectable field ``spec.signalFingerprint``.
        """
        found = await self.kube.list(
            REMEDIATION_REQUEST, namespace, field_selector=f"spec.signalFingerprint={fingerprint}"
        )
        return tuple(Request.of(item) for item in found)


_current: ContextVar[type[RemediationRequests]] = ContextVar(__name__, default=RemediationRequests)


def current_reads() -> type[RemediationRequests]:
    """The class for an operator that is built now."""
    return _current.get()


@contextmanager
def using(reads: type[RemediationRequests]) -> Iterator[None]:
    """Build the operators inside the block with this way of asking for the requests of a fingerprint."""
    token = _current.set(reads)
    try:
        yield
    finally:
        _current.reset(token)
