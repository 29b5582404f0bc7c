"""CSIStorageCapacities: how much a driver can still make in a part of the cluster."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.kinds.core.resourcelist import NOT_NEGATIVE
from harness.apiserver.kinds.nodelabels import selector_warnings
from harness.apiserver.label_selectors import printed_selector, selector_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain
from harness.apiserver.quantity import parse_quantity
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class CapacityStrategy(Strategy):
    """What was asked stays; what was answered changes."""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what was asked, and the amount."""
        del cluster, resource, subresource
        topology, name = value.get("nodeTopology"), value.get("storageClassName") or ""
        found = [
            *selector_errors(topology, "nodeTopology"),
            *(invalid("storageClassName", name, wrong) for wrong in dns_subdomain(name)),
        ]
        if (capacity := value.get("capacity")) is not None and parse_quantity(str(capacity)).value < 0:
            found.append(invalid("capacity", capacity, NOT_NEGATIVE))
        if current is not None:
            if not same_json(topology, current.get("nodeTopology")):
                found.append(invalid("nodeTopology", printed_selector(topology), "field is immutable"))
            if name != (current.get("storageClassName") or ""):
                found.append(invalid("storageClassName", name, "field is immutable"))
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say which labels of nodes have other names today."""
        del current
        return selector_warnings(value.get("nodeTopology"), "nodeTopology")
