"""Services in quotas: their number, their node ports, their load balancers."""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ONE, ZERO, whole_number
from harness.apiserver.quota.evaluator import Evaluator
from harness.apiserver.quota.totals import Amounts

_COUNTED_TYPES: Final = frozenset({"LoadBalancer", "NodePort"})


class ServiceEvaluator(Evaluator):
    """Counts services. Ports are counted by intent: at the time of admission none has been given."""

    updates = True

    def __init__(self, group: str, plural: str) -> None:
        super().__init__(group, plural)
        self.names |= {"services", "services.loadbalancers", "services.nodeports"}

    def usage(self, cluster: Cluster, value: Object) -> Amounts:
        """Return what a service counts for."""
        del cluster
        spec = value.get("spec") or {}
        ports, kind = spec.get("ports") or [], spec.get("type")
        if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is False:
            ports = [one for one in ports if one.get("nodePort")]
        return {
            self.count_name: ONE,
            "services": ONE,
            "services.loadbalancers": ONE if kind == "LoadBalancer" else ZERO,
            "services.nodeports": whole_number(len(ports) if kind in _COUNTED_TYPES else 0),
        }

    def charged(self, value: Object, before: Object, subresource: str) -> bool:
        """Charge every update: the type may change."""
        del value, before
        return not subresource

    def recounted(self, cluster: Cluster, value: Object, before: Object) -> bool:
        """Count again when the type has changed, to or from one that counts."""
        del cluster
        types = {(one.get("spec") or {}).get("type") for one in (value, before)}
        return len(types & _COUNTED_TYPES) > 0 and len(types) > 1
