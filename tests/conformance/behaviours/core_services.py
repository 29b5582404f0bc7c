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


@behaviour
def addresses_in_unusual_forms(api: Side) -> None:
    path = api.core("services")
    odd = ("010.1.2.3", "::ffff:1.2.3.4", "2001:DB8::0:1", "1.2.3.256", "2001:db8::1", "::1.2.3.04")
    for address in odd:
        api.post(path, service(externalIPs=[address]), dryRun="All")
        api.post(path, service(type="LoadBalancer", loadBalancerIP=address), dryRun="All")
    for address in ("10.96.00.9", "::ffff:10.96.0.9", "2001:DB8::1"):
        api.post(path, service(clusterIP=address), dryRun="All")
    for text in (
        "10.0.0.1/24",
        "10.00.0.0/24",
        " 10.0.0.0/24 ",
        "2001:DB8::/64",
        "::ffff:1.2.3.0/120",
        "1.2.3.4",
        "10.0.0.0/08",
    ):
        api.post(path, service(type="LoadBalancer", loadBalancerSourceRanges=[text]), dryRun="All")


@behaviour
def addresses_that_lead_nowhere(api: Side) -> None:
    outside = ["127.0.0.1", "169.254.1.1", "224.0.0.1", "fe80::1", "ff02::1", "::", "::1"]
    api.post(api.core("services"), service(externalIPs=outside), dryRun="All")
    addresses = [{"ip": one} for one in ("127.0.0.1", "224.0.0.1", "010.0.0.1", "2001:DB8::1")]
    subsets = [{"addresses": addresses, "ports": [{"port": 80}]}]
    api.post(api.core("endpoints"), core("Endpoints", "one", subsets=subsets))
    subsets = [{"notReadyAddresses": addresses[3:], "ports": [{"port": 80}]}]
    api.post(api.core("endpoints"), core("Endpoints", "one", subsets=subsets))
    mine = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    api.post(api.core("endpoints"), core("Endpoints", "two", metadata={"labels": mine}, subsets=subsets))


@behaviour
def addresses_in_slices(api: Side) -> None:
    path = f"/apis/discovery.k8s.io/v1/namespaces/{api.namespace}/endpointslices"
    for kind, address in (
        ("IPv4", "010.1.2.3"),
        ("IPv4", "2001:db8::1"),
        ("IPv6", "2001:DB8::1"),
        ("IPv6", "1.2.3.4"),
        ("IPv6", "fe80::1"),
        ("FQDN", "ex"),
        ("FQDN", "ex.dev."),
        ("FQDN", "Ex.dev"),
        ("FQDN", ""),
        ("FQDN", f"{'a' * 64}.dev"),
    ):
        api.post(
            path,
            {"metadata": {"name": "one"}, "addressType": kind, "endpoints": [{"addresses": [address]}]},
            dryRun="All",
        )


@behaviour
def families_of_addresses(api: Side) -> None:
    path = api.core("services")
    api.post(path, service(clusterIP="2001:db8::1", ipFamilies=["IPv4"]))
    api.post(
        path, service(clusterIPs=["10.96.0.9", "10.96.0.10"], clusterIP="10.96.0.9", ipFamilyPolicy="PreferDualStack")
    )
    api.post(path, service(clusterIPs=["10.96.0.9", "2001:db8::1"], clusterIP="10.96.0.9", ipFamilies=["IPv6", "IPv4"]))
    api.post(path, service())
    api.merge(f"{path}/one", {"spec": {"ipFamilies": ["IPv6"]}})


@behaviour
def the_status_of_a_balancer(api: Side) -> None:
    path = api.core("services")
    api.post(path, service())
    api.merge(f"{path}/one/status", {"status": {"loadBalancer": {"ingress": [{"ip": "9.9.9.9"}]}}})
    api.post(path, service("two", type="LoadBalancer"))
    for place in (
        {"ip": "09.9.9.9"},
        {"ip": "9.9.9.9", "ipMode": "Odd"},
        {"hostname": "9.9.9.9"},
        {"hostname": "Bad_", "ipMode": "VIP"},
        {"ip": "2001:DB8::1", "hostname": "a.dev"},
        {"ip": "9.9.9.9", "ipMode": "Proxy"},
    ):
        api.merge(f"{path}/two/status", {"status": {"loadBalancer": {"ingress": [place]}}})


@behaviour
def ranges_of_a_balancer_as_an_annotation(api: Side) -> None:
    path, name = api.core("services"), "service.beta.kubernetes.io/load-balancer-source-ranges"
    for kind, text in (("ClusterIP", "10.0.0.0/8"), ("LoadBalancer", "10.0.0.0/8, x,1.2.3.4/8"), ("LoadBalancer", " ")):
        api.post(path, service(type=kind) | {"metadata": {"name": "one", "annotations": {name: text}}}, dryRun="All")
    hints = {"service.kubernetes.io/topology-aware-hints": "Auto", "service.kubernetes.io/topology-mode": "Disabled"}
    api.post(path, service() | {"metadata": {"name": "one", "annotations": hints}}, dryRun="All")


@behaviour
def the_health_port_of_a_balancer(api: Side) -> None:
    path = api.core("services")
    local = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30017}
    api.post(path, service(**local))
    api.merge(f"{path}/one", {"spec": {"healthCheckNodePort": 30018}})
    api.merge(f"{path}/one", {"spec": {"externalTrafficPolicy": "Cluster"}})
    api.delete(f"{path}/one")


@behaviour
def an_address_object_for_each_service(api: Side) -> None:
    path, addresses = api.core("services"), "/apis/networking.k8s.io/v1/ipaddresses"
    api.post(path, service(clusterIP="10.96.0.15"))
    api.get(f"{addresses}/10.96.0.15")
    api.post(path, service("two", clusterIP="10.96.0.15"))
    api.post(path, service("three", clusterIP="None"))
    api.merge(
        f"{path}/one",
        {"spec": {"type": "ExternalName", "externalName": "ex.dev", "clusterIP": None, "clusterIPs": None}},
    )
    api.get(f"{addresses}/10.96.0.15")
    api.merge(f"{path}/one", {"spec": {"type": "ClusterIP", "clusterIP": "10.96.0.14"}})
    api.get(f"{addresses}/10.96.0.14")
    api.delete(f"{path}/one")
    api.get(f"{addresses}/10.96.0.14")


@behaviour
def an_address_that_somebody_takes(api: Side) -> None:
    path, addresses = api.core("services"), "/apis/networking.k8s.io/v1/ipaddresses"
    parent = {"resource": "services", "name": "mine", "namespace": api.namespace}
    for name, spec in (
        ("10.96.0.013", {"parentRef": parent}),
        ("one", {"parentRef": parent}),
        ("2001:DB8::1", {"parentRef": parent}),
        ("10.96.0.13", {}),
        ("10.96.0.13", {"parentRef": {"group": "Bad_", "resource": "a/b", "name": "..", "namespace": "x%"}}),
        ("10.96.0.13", {"parentRef": {"group": "ex.dev"}}),
        ("10.96.0.13", {"parentRef": parent}),
    ):
        api.post(addresses, {"metadata": {"name": name}, "spec": spec})
    api.post(path, service(clusterIP="10.96.0.13"))
    api.merge(f"{addresses}/10.96.0.13", {"spec": {"parentRef": {"name": "other"}}})
    api.merge(f"{addresses}/10.96.0.13", {"metadata": {"labels": {"a": "b"}}})
    api.delete(f"{addresses}/10.96.0.13")
    api.post(path, service(clusterIP="10.96.0.13"))
    api.delete(f"{path}/one")


@behaviour
def ranges_of_services(api: Side) -> None:
    ranges, name = "/apis/networking.k8s.io/v1/servicecidrs", api.namespace
    for cidrs in (
        [],
        ["10.1.0.0/24", "10.2.0.0/24"],
        ["10.1.0.0/24"] * 3,
        ["10.1.0.1/24"],
        ["x", "10.01.0.0/24"],
        ["2001:DB8::/64"],
        ["10.1.0.0/24"],
    ):
        api.post(ranges, {"metadata": {"name": name}, "spec": {"cidrs": cidrs}, "status": {"conditions": []}})
    for cidrs in (
        ["10.2.0.0/24"],
        ["10.1.0.0/24", "10.2.0.0/24"],
        ["10.2.0.0/24", "2001:db8::/64"],
        None,
        ["10.1.0.0/24", "2001:db8::/64"],
        ["10.1.0.0/24"],
    ):
        api.merge(f"{ranges}/{name}", {"spec": {"cidrs": cidrs}})
    api.merge(f"{ranges}/{name}/status", {"status": {"conditions": [readiness("False")]}, "spec": {"cidrs": ["x"]}})
    api.merge(f"{ranges}/{name}", {"status": {"conditions": [readiness("True")]}})
    _left(api, f"{ranges}/{name}", "10.1.0.7")


def readiness(status: str) -> dict[str, str]:
    always = {"reason": "", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    return {"type": "Ready", "status": status} | always


def _left(api: Side, place: str, address: str) -> None:
    """Delete a range, and wait until nobody gets an address of it: the real server hears of it a moment later."""
    api.delete(place)
    api.awaited("POST", api.core("services"), service(clusterIP=address), status=422, dryRun="All")


@behaviour
def a_range_that_is_ready(api: Side) -> None:
    ranges, name = "/apis/networking.k8s.io/v1/servicecidrs", api.namespace
    here, body = f"{ranges}/{name}", service(clusterIP="10.3.0.7")
    api.post(ranges, {"metadata": {"name": name}, "spec": {"cidrs": ["10.3.0.0/24"]}})
    api.awaited("POST", api.core("services"), body, status=201, dryRun="All")
    api.post(api.core("services"), body)
    api.get("/apis/networking.k8s.io/v1/ipaddresses/10.3.0.7")
    api.post(api.core("services"), service("two", clusterIP="10.3.0.0"))
    api.delete(f"{api.core('services')}/one")
    api.merge(f"{here}/status", {"status": {"conditions": [readiness("False")]}})
    api.awaited("POST", api.core("services"), body, status=422, dryRun="All")
    api.post(api.core("services"), body)
    _left(api, here, "10.3.0.7")
