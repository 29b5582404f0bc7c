"""Kinds of networking.k8s.io."""

from typing import Final

from harness.apiserver.kinds.networking.classes import IngressClassStrategy
from harness.apiserver.kinds.networking.ingresses import IngressStrategy
from harness.apiserver.kinds.networking.policies import NetworkPolicyStrategy
from harness.apiserver.kinds.networking.ranges import AddressStrategy, ServiceRangeStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {
    "IPAddress": AddressStrategy(),
    "Ingress": IngressStrategy(),
    "IngressClass": IngressClassStrategy(),
    "NetworkPolicy": NetworkPolicyStrategy(),
    "ServiceCIDR": ServiceRangeStrategy(),
}
