"""Services of one sort that become another.

All are made first, and none is deleted: a real server hands out addresses and ports by chance, and might give again what
a service had before.
"""

from typing import Any, Final

from ..samples import core
from ..script import behaviour
from ..side import Side

_PORTS: Final = [{"port": 80}]
_SORTS: Final[dict[str, dict[str, Any]]] = {
    "plain": {"type": "ClusterIP", "ports": _PORTS},
    "headless": {"clusterIP": "None", "ports": _PORTS},
    "selectorless": {"clusterIP": "None", "selector": None},
    "preferring": {"clusterIP": "None", "selector": None, "ipFamilyPolicy": "PreferDualStack"},
    "single": {"clusterIP": "None", "selector": None, "ipFamilyPolicy": "SingleStack"},
    "node": {"type": "NodePort", "ports": _PORTS},
    "balanced": {"type": "LoadBalancer", "ports": _PORTS},
    "local": {"type": "LoadBalancer", "ports": _PORTS, "externalTrafficPolicy": "Local"},
    "portless": {
        "type": "LoadBalancer",
        "ports": _PORTS,
        "allocateLoadBalancerNodePorts": False,
        "loadBalancerClass": "example.dev/balancer",
    },
    "named": {"type": "ExternalName", "externalName": "example.dev"},
    "outside": {
        "type": "ClusterIP",
        "ports": _PORTS,
        "externalIPs": ["203.0.113.9"],
        "externalTrafficPolicy": "Local",
    },
    "sticky": {
        "type": "ClusterIP",
        "ports": _PORTS,
        "sessionAffinity": "ClientIP",
        "internalTrafficPolicy": "Local",
        "trafficDistribution": "PreferClose",
    },
}


def _service(name: str, sort: str) -> dict[str, Any]:
    return core("Service", name, spec={"selector": {"app": "web"}} | _SORTS[sort])


def _from(first: str, *others: str) -> None:
    def play(api: Side) -> None:
        path = api.core("services")
        for second in others:
            for way in ("put", "merge"):
                api.post(path, _service(f"{second}-{way}", first))
        for second in others:
            for way, change in (("put", api.put), ("merge", api.merge)):
                change(f"{path}/{second}-{way}", _service(f"{second}-{way}", second))

    play.__name__ = f"from_{first}_to_" + "_".join(others)
    play.__doc__ = f"Ask for services that are {first} to be something else."
    play.__module__ = __name__
    behaviour(play)


for _sort in _SORTS:
    _from(_sort, "plain", "node", "named")
    _from(_sort, "headless", "selectorless", "single")
    _from(_sort, "outside", "sticky")
    _from(_sort, "balanced", "local", "portless")

# A service with an address that comes to prefer two families without one crashes a real server that has one family.
for _sort in ("headless", "selectorless", "preferring", "single", "named"):
    _from(_sort, "preferring")
