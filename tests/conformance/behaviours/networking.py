"""Network policies, ingresses, ingress classes."""

from ..script import behaviour
from ..side import Side
from ..workloads import path

V1 = "networking.k8s.io/v1"
CLASSES = f"/apis/{V1}/ingressclasses"
SERVICE = {"service": {"name": "web", "port": {"number": 80}}}


def policies(api: Side, *rest: str) -> str:
    return path(api, V1, "networkpolicies", *rest)


def ingresses(api: Side, *rest: str) -> str:
    return path(api, V1, "ingresses", *rest)


def policy(**spec):
    return {"metadata": {"name": "web"}, "spec": {"podSelector": {}} | spec}


def ingress(*, metadata=None, **spec):
    return {"metadata": {"name": "web"} | (metadata or {}), "spec": spec}


def route(kind="Prefix", text="/", backend=SERVICE, host="web.ex.dev"):
    return {"host": host, "http": {"paths": [{"path": text, "pathType": kind, "backend": backend}]}}


@behaviour
def network_policies_are_defaulted(api: Side) -> None:
    for spec in (
        {},
        {"egress": [{"ports": [{"port": 53}, {"port": "dns", "protocol": "UDP"}]}]},
        {"ingress": [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}]},
        {"policyTypes": ["Egress"]},
    ):
        api.post(policies(api), policy(**spec), dryRun="All")
    api.post(policies(api), {"metadata": {"name": "web"}})


@behaviour
def network_policies_that_are_refused(api: Side) -> None:
    for rule in (
        {"from": [{}]},
        {"from": [{"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]},
        {"from": [{"ipBlock": {}}]},
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/33"}}]},
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8", "11.0.0.0/16", "x"]}}]},
        {"from": [{"namespaceSelector": {"matchLabels": {"bad key": "x"}}}]},
        {"ports": [{"port": 0}, {"port": 70000}, {"port": "Bad_Name"}, {"protocol": "Odd"}]},
        {"ports": [{"endPort": 5}, {"port": 7, "endPort": 5}, {"port": "web", "endPort": 5}]},
    ):
        api.post(policies(api), policy(ingress=[rule]))
    api.post(policies(api), policy(policyTypes=["Odd"]))
    api.post(policies(api), policy(policyTypes=["Ingress", "Egress", "Odd"]))


@behaviour
def a_network_policy_changes(api: Side) -> None:
    api.post(policies(api), policy())
    api.merge(policies(api, "web"), {"spec": {"podSelector": {"matchLabels": {"a": "b"}}}})
    api.merge(policies(api, "web"), {"metadata": {"labels": {"a": "b"}}})
    api.merge(policies(api, "web"), {"spec": {"egress": [{}]}})


@behaviour
def ingresses_are_stored(api: Side) -> None:
    api.post(ingresses(api), ingress(rules=[route()], tls=[{"hosts": ["web.ex.dev"], "secretName": "cert"}]))
    api.merge(ingresses(api, "web"), {"spec": {"defaultBackend": SERVICE, "rules": None}})
    address = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1", "hostname": "lb.ex.dev"}]}}
    api.merge(ingresses(api, "web", "status"), {"status": address})
    api.merge(ingresses(api, "web", "status"), {"status": {"loadBalancer": {"ingress": [{"ip": "x"}]}}})
    api.merge(ingresses(api, "web", "status"), {"status": {"loadBalancer": {"ingress": [{"hostname": "10.0.0.1"}]}}})


@behaviour
def ingresses_that_are_refused(api: Side) -> None:
    named = {"service": {"name": "web", "port": {"name": "http", "number": 80}}}
    for spec in (
        {},
        {"rules": [route(kind=None)]},
        {"rules": [route(kind="Odd")]},
        {"rules": [route(text="x//y")]},
        {"rules": [route(text="/a//b/../c/..")]},
        {"rules": [route(kind="ImplementationSpecific", text="x")]},
        {"rules": [route(kind="ImplementationSpecific", text="")]},
        {"rules": [route(host="10.0.0.1")]},
        {"rules": [route(host="*.a.*")]},
        {"rules": [route(host="Upper")]},
        {"rules": [{"http": {"paths": []}}]},
        {"rules": [route(backend={})]},
        {"rules": [route(backend=named)]},
        {"rules": [route(backend={"service": {"name": "web"}})]},
        {"rules": [route(backend={"service": {"name": "Bad_", "port": {"number": 70000}}})]},
        {"rules": [route(backend={"service": {"port": {"name": "Bad_"}}})]},
        {"rules": [route(backend={"resource": {"kind": "", "name": "a/b"}})]},
        {"rules": [route(backend={"resource": {"kind": "K", "name": "n", "apiGroup": "Bad_"}} | SERVICE)]},
        {"rules": [route()], "tls": [{"hosts": ["*.*", "Upper"], "secretName": "Bad_"}]},
        {"rules": [route()], "ingressClassName": "Bad_"},
    ):
        api.post(ingresses(api), ingress(**spec), dryRun="All")


@behaviour
def the_class_of_an_ingress_as_an_annotation(api: Side) -> None:
    metadata = {"annotations": {"kubernetes.io/ingress.class": "one"}}
    api.post(ingresses(api), ingress(metadata=metadata, defaultBackend=SERVICE, ingressClassName="two"))
    api.post(ingresses(api), ingress(metadata=metadata, defaultBackend=SERVICE), dryRun="All")


@behaviour
def ingress_classes(api: Side) -> None:
    def one(**spec):
        return {"metadata": {"name": "workloads-class"}, "spec": spec}

    for spec in (
        {},
        {"controller": "nobody"},
        {"controller": "ex.dev/" + "a" * 250},
        {"controller": "ex.dev/one", "parameters": {}},
        {"controller": "ex.dev/one", "parameters": {"kind": "K", "name": "n", "scope": "Odd"}},
        {"controller": "ex.dev/one", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}},
        {"controller": "ex.dev/one", "parameters": {"kind": "K", "name": "n", "namespace": "x"}},
    ):
        api.post(CLASSES, one(**spec))
    api.post(CLASSES, one(controller="ex.dev/one", parameters={"kind": "K", "name": "n", "apiGroup": "ex.dev"}))
    api.merge(f"{CLASSES}/workloads-class", {"spec": {"controller": "ex.dev/two"}})
    api.merge(f"{CLASSES}/workloads-class", {"metadata": {"labels": {"a": "b"}}})
    api.delete(f"{CLASSES}/workloads-class")
