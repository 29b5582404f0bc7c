"""Services and endpoints."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

PORT = {"port": 80}


def service(name: str = "one", *, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a service with one port."""
    return core("Service", name, metadata=metadata, spec={"ports": [PORT], "selector": {"app": "a"}} | spec)


@behaviour
def a_service_gets_an_address(api: Side) -> None:
    path = api.core("services")
    api.post(path, service())
    api.get(f"{path}/one")
    api.merge(f"{path}/one", {"spec": {"ports": [{"port": 81, "targetPort": "http"}]}})
    api.delete(f"{path}/one")
    api.get(f"{path}/one")


@behaviour
def a_replacement_keeps_the_address(api: Side) -> None:
    path = api.core("services")
    api.post(path, service())
    api.put(f"{path}/one", service(selector={"app": "b"}))


@behaviour
def an_address_does_not_change(api: Side) -> None:
    path = api.core("services")
    api.post(path, service())
    api.merge(f"{path}/one", {"spec": {"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"]}})
    api.merge(f"{path}/one", {"spec": {"clusterIP": "None"}})


@behaviour
def an_address_that_is_asked_for(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(clusterIP="10.96.0.7"))
    api.post(path, service("two", clusterIP="10.96.0.7"))
    api.post(path, service("two", clusterIP="1.2.3.4"))
    api.post(path, service("two", clusterIP="nonsense"))
    api.post(path, service("two", clusterIP="10.96.0.8", clusterIPs=["10.96.0.9"]))
    api.delete(f"{path}/one")
    api.post(path, service("two", clusterIP="10.96.0.7"))


@behaviour
def headless_services(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(clusterIP="None"))
    api.post(path, service("two", clusterIP="None", selector=None))
    api.post(path, service("three", clusterIP="None", ports=[]))
    api.post(path, service("four", clusterIP="None", type="NodePort"))


@behaviour
def a_node_port(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(type="NodePort"))
    api.merge(f"{path}/one", {"spec": {"ports": [{"port": 81}]}})
    api.merge(f"{path}/one", {"spec": {"type": "ClusterIP"}})


@behaviour
def a_node_port_that_is_asked_for(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(type="NodePort", ports=[PORT | {"nodePort": 30007}]))
    api.post(path, service("two", type="NodePort", ports=[PORT | {"nodePort": 30007}]))
    api.post(path, service("two", type="NodePort", ports=[PORT | {"nodePort": 100}]))
    api.post(path, service("two", ports=[PORT | {"nodePort": 30008}]))
    api.delete(f"{path}/one")
    api.post(path, service("two", type="NodePort", ports=[PORT | {"nodePort": 30007}]))


@behaviour
def two_protocols_share_a_node_port(api: Side) -> None:
    ports = [PORT | {"name": "t"}, PORT | {"name": "u", "protocol": "UDP"}]
    api.post(api.core("services"), service(type="NodePort", ports=ports))


@behaviour
def a_load_balancer(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(type="LoadBalancer"))
    api.merge(f"{path}/one/status", {"status": {"loadBalancer": {"ingress": [{"ip": "9.9.9.9"}]}}})
    api.merge(f"{path}/one", {"spec": {"externalTrafficPolicy": "Local"}})
    api.merge(f"{path}/one", {"spec": {"type": "ClusterIP"}})


@behaviour
def a_load_balancer_without_node_ports(api: Side) -> None:
    api.post(api.core("services"), service(type="LoadBalancer", allocateLoadBalancerNodePorts=False))


@behaviour
def external_names(api: Side) -> None:
    path = api.core("services")
    api.post(path, core("Service", "one", spec={"type": "ExternalName", "externalName": "db.example.com"}))
    api.post(path, core("Service", "two", spec={"type": "ExternalName"}))
    api.post(path, core("Service", "two", spec={"type": "ExternalName", "externalName": "Up"}))
    api.post(path, service("two", type="ExternalName", externalName="a.b", clusterIP="10.96.0.5"))
    api.merge(f"{path}/one", {"spec": {"type": "ClusterIP", "ports": [PORT], "externalName": None}})
    api.merge(f"{path}/one", {"spec": {"type": "ExternalName", "externalName": "a.b"}})


@behaviour
def ports_of_services(api: Side) -> None:
    path = api.core("services")
    for ports in (
        [],
        [{"port": 0}],
        [{"port": 80, "protocol": "HTTP"}],
        [{"port": 80, "targetPort": 70000}],
        [{"port": 80, "targetPort": "Not_A_Name"}],
        [{"port": 80, "name": "Up"}],
        [{"port": 80}, {"port": 81}],
        [{"port": 80, "name": "a"}, {"port": 81, "name": "a"}],
        [{"port": 80, "appProtocol": "a b"}],
    ):
        api.post(path, service(ports=ports))


@behaviour
def enumerations_of_services(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(type="Odd"))
    api.post(path, service(sessionAffinity="Sticky"))
    api.post(path, service(internalTrafficPolicy="Odd"))
    api.post(path, service(externalTrafficPolicy="Local"))
    api.post(path, service(type="NodePort", externalTrafficPolicy="Odd"))
    api.post(path, service(ipFamilies=["IPv5"]))
    api.post(path, service(ipFamilyPolicy="Odd"))
    api.post(path, service(selector={"a b": "c"}))
    api.post(path, service(trafficDistribution="Odd"))


@behaviour
def two_stacks_where_there_is_one(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(ipFamilyPolicy="RequireDualStack"))
    api.post(path, service(ipFamilyPolicy="PreferDualStack"))
    api.post(path, service("two", ipFamilies=["IPv6"]))


@behaviour
def session_affinity(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(sessionAffinity="ClientIP"))
    api.post(
        path, service("two", sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 0}})
    )
    api.merge(f"{path}/one", {"spec": {"sessionAffinity": "None"}})


@behaviour
def names_of_services(api: Side) -> None:
    for name in ("1a", "a.b", "Up", "x" * 64):
        api.post(api.core("services"), service(name))


@behaviour
def a_service_that_is_put_where_none_is(api: Side) -> None:
    api.put(f"{api.core('services')}/one", service())


@behaviour
def services_by_field(api: Side) -> None:
    path = api.core("services")
    api.post(path, service())
    api.post(path, service("two", type="NodePort"))
    api.get(path, fieldSelector="spec.type=NodePort")


@behaviour
def endpoints(api: Side) -> None:
    path = api.core("endpoints")
    good = {"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}
    api.post(path, core("Endpoints", "one", subsets=[good]))
    for change in (
        {"addresses": []},
        {"addresses": [{"ip": "nonsense"}]},
        {"addresses": [{"ip": "127.0.0.1"}]},
        {"ports": [{"port": 0}]},
        {"ports": [{"port": 80}, {"port": 81}]},
        {"ports": [{"port": 80, "protocol": "HTTP"}]},
    ):
        api.post(path, core("Endpoints", "two", subsets=[good | change]))


@behaviour
def endpoint_slices(api: Side) -> None:
    path = f"/apis/discovery.k8s.io/v1/namespaces/{api.namespace}/endpointslices"
    good: dict[str, Any] = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "one"},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}],
        "ports": [{"port": 80}],
    }
    api.post(path, good)
    api.merge(f"{path}/one", {"addressType": "IPv6"})
    for change in (
        {"addressType": ""},
        {"addressType": "Odd"},
        {"endpoints": [{"addresses": []}]},
        {"endpoints": [{"addresses": ["::1"]}]},
        {"ports": [{"port": 80, "protocol": "HTTP"}]},
        {"ports": [{"port": 80}, {"port": 81}]},
    ):
        api.post(path, good | {"metadata": {"name": "two"}} | change)
    api.post(
        path, {name: good[name] for name in ("apiVersion", "kind", "addressType")} | {"metadata": {"name": "bare"}}
    )
