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
        return {**value, "spec": value.get("spec") or {}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Drop what is off."""
        del cluster, resource
        return _plain(value)

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Drop what is off."""
        del cluster, resource, current, subresource
        return _plain(value)

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


def _plain(value: Object) -> Object:
    spec = value.get("spec") or {}
    if not any(name in spec for name in _COORDINATED):
        return value
    return {**value, "spec": {name: item for name, item in spec.items() if name not in _COORDINATED}}
