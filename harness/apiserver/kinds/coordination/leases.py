"""Leases: who holds what until when. The server only checks the shape."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_COORDINATED: Final = ("preferredHolder", "strategy")
"""Fields of coordinated leader election (KEP-4355), which is off by default: they are dropped."""


class LeaseStrategy(Strategy):
    """Rules of leases."""

    def default(self, value: Object) -> Object:
        """Give it a spec; it is never left out of an answer."""
        spec = value.get("spec") or {}
        return {**value, "spec": {name: item for name, item in spec.items() if name not in _COORDINATED}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with its numbers and holders."""
        del cluster, resource, current, subresource
        spec = value["spec"]
        found = []
        seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
        if seconds is not None and seconds <= 0:
            found.append(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
        if transitions is not None and transitions < 0:
            found.append(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
        return found
