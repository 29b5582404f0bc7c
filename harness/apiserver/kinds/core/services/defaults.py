"""Defaults of services, by their type."""

from harness.apiserver.messages import Object

_AFFINITY_SECONDS = 10_800


def default_service(value: Object) -> Object:
    """Return a service with what v1 defaults."""
    spec = {**(value.get("spec") or {})}
    kind = spec["type"] = spec.get("type") or "ClusterIP"
    affinity = spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP":
        config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if config.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}
    if spec.get("ports"):
        spec["ports"] = [_port(one) for one in spec["ports"]]
    if externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if spec.get("internalTrafficPolicy") is None and kind in {"ClusterIP", "NodePort", "LoadBalancer"}:
        spec["internalTrafficPolicy"] = "Cluster"
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is None:
        spec["allocateLoadBalancerNodePorts"] = True
    return {**value, "spec": spec, "status": _status(value.get("status") or {}, kind)}


def externally_accessible(spec: Object) -> bool:
    """Tell whether something outside of the cluster may reach the service."""
    kind = spec.get("type")
    return kind in {"LoadBalancer", "NodePort"} or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def _port(port: Object) -> Object:
    target = port.get("targetPort")
    return {
        **port,
        "protocol": port.get("protocol") or "TCP",
        "targetPort": port.get("port", 0) if target in {None, 0, ""} else target,
    }


def _status(status: Object, kind: str) -> Object:
    balancer = status.get("loadBalancer") or {}
    if kind == "LoadBalancer" and balancer.get("ingress"):
        ingress = [
            {**one, "ipMode": one.get("ipMode") or "VIP"} if one.get("ip") else one for one in balancer["ingress"]
        ]
        balancer = {**balancer, "ingress": ingress}
    return {**status, "loadBalancer": balancer}
