"""How much of each quota an object uses, by the names that quotas use."""

from decimal import Decimal
from typing import Final

from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO, Quantity
from harness.apiserver.quota.totals import Amounts, amounts, pod_total
from harness.apiserver.resources import Resource

_ONE: Final = Quantity(Decimal(1))
_BY_NAME: Final = frozenset({
    "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services",
})  # fmt: skip
_COMPUTED: Final = ("cpu", "memory", "ephemeral-storage")
_DONE: Final = ("Failed", "Succeeded")


def usage(resource: Resource, value: Object) -> Amounts:
    """Return what one object counts for, by the names that quotas use."""
    plural = resource.plural
    found: Amounts = {f"count/{plural}.{resource.group}" if resource.group else f"count/{plural}": _ONE}
    if resource.group:
        return found
    if plural in _BY_NAME:
        found[plural] = _ONE
    spec = value.get("spec") or {}
    if plural == "services":
        found |= _of_service(spec)
    elif plural == "persistentvolumeclaims":
        found |= _of_claim(spec)
    elif plural == "pods" and (value.get("status") or {}).get("phase") not in _DONE:
        found |= _of_pod(spec)
    return found


def _of_service(spec: Object) -> Amounts:
    ports = len(spec.get("ports") or [])
    if spec.get("type") == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is False:
        ports = sum(bool(one.get("nodePort")) for one in spec.get("ports") or [])
    balanced = spec.get("type") == "LoadBalancer"
    count = ports if balanced or spec.get("type") == "NodePort" else 0
    return {"services.loadbalancers": _ONE if balanced else ZERO, "services.nodeports": Quantity(Decimal(count))}


def _of_claim(spec: Object) -> Amounts:
    storage = amounts((spec.get("resources") or {}).get("requests")).get("storage")
    found = {"requests.storage": storage} if storage else {}
    if name := spec.get("storageClassName"):
        start = f"{name}.storageclass.storage.k8s.io/"
        found[f"{start}persistentvolumeclaims"] = _ONE
        if storage:
            found[f"{start}requests.storage"] = storage
    return found


def _of_pod(spec: Object) -> Amounts:
    found: Amounts = {"pods": _ONE}
    requests, limits = pod_total(spec, "requests"), pod_total(spec, "limits")
    for name, one in requests.items():
        found[f"requests.{name}"] = one
        if name in _COMPUTED or name.startswith("hugepages-"):
            found[name] = one
    found |= {f"limits.{name}": one for name, one in limits.items() if name in _COMPUTED}
    return found
