"""Rows of what the cluster is made of: networks, storage, access, admission."""

from typing import Any

from ..script import behaviour
from ..side import Side
from ..tables import TABLE, shown
from ..workloads import path


def _named(api: Side, suffix: str = "", **fields: Any) -> dict[str, Any]:
    """Return an object outside of namespaces, under a name of the behaviour's own."""
    return {"metadata": {"name": f"{api.namespace}{suffix}"}} | fields


@behaviour
def ingresses(api: Side) -> None:
    ingresses = path(api, "networking.k8s.io/v1", "ingresses")
    backend = {"service": {"name": "s", "port": {"number": 80}}}

    def rule(host: str) -> dict[str, Any]:
        inner = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        return inner | ({"host": host} if host else {})

    addresses = [{"ip": "9.9.9.9"}, {"hostname": "balancer.ex.dev"}]
    for name, spec in {
        "bare": {"defaultBackend": backend},
        "hosts": {
            "rules": [rule("a.dev"), rule(""), rule("b.dev")],
            "ingressClassName": "fast",
            "tls": [{"hosts": ["a.dev"]}],
        },
        "many": {"rules": [rule(f"{one}.dev") for one in "abcde"]},
        "three": {"rules": [rule(f"{one}.dev") for one in "abc"]},
        "mixed": {"rules": [rule("a.dev"), rule(""), rule("b.dev"), rule("c.dev"), rule("")]},
    }.items():
        body = {"metadata": {"name": name}, "spec": spec}
        shown(api, ingresses, body, {}, {"loadBalancer": {"ingress": addresses}})


@behaviour
def ingress_classes(api: Side) -> None:
    classes = "/apis/networking.k8s.io/v1/ingressclasses"
    parameters = {"kind": "Config", "name": "c"}
    shown(api, classes, _named(api, "-a", spec={"controller": "ex.dev/c"}))
    shown(api, classes, _named(api, "-b", spec={"controller": "ex.dev/c", "parameters": parameters}))
    body = _named(api, "-c", spec={"controller": "ex.dev/c", "parameters": parameters | {"apiGroup": "ex.dev"}})
    body["metadata"]["annotations"] = {"ingressclass.kubernetes.io/is-default-class": "true"}
    shown(api, classes, body)


@behaviour
def network_policies(api: Side) -> None:
    policies = path(api, "networking.k8s.io/v1", "networkpolicies")
    for name, selector in {"all": {}, "some": {"matchLabels": {"b": "1", "a": "2"}}}.items():
        shown(api, policies, {"metadata": {"name": name}, "spec": {"podSelector": selector}})


@behaviour
def addresses_and_ranges(api: Side) -> None:
    group = "/apis/networking.k8s.io/v1"
    ranges = _named(api, spec={"cidrs": ["192.168.128.0/20", "fd00:1::/112"]})
    shown(api, f"{group}/servicecidrs", ranges)
    api.gone(f"{group}/servicecidrs/{ranges['metadata']['name']}")  # or services would be given addresses of it
    parent = {"group": "ex.dev", "resource": "things", "namespace": "n", "name": "One"}
    label = {"ipaddress.kubernetes.io/managed-by": "me"}
    for address, reference in {
        "192.168.128.1": parent,
        "192.168.128.2": {"resource": "services", "name": "s"},
    }.items():
        body = {"metadata": {"name": address, "labels": label}, "spec": {"parentRef": reference}}
        shown(api, f"{group}/ipaddresses", body)


@behaviour
def slices(api: Side) -> None:
    slices = path(api, "discovery.k8s.io/v1", "endpointslices")
    ends = [{"addresses": [f"1.1.1.{one}"]} for one in range(1, 6)]
    ports = [{"port": 80 + one, "name": f"p{one}"} for one in range(4)]
    for name, fields in {
        "empty": {"endpoints": []},
        "few": {"endpoints": ends[:2], "ports": ports[:1]},
        "many": {"endpoints": ends, "ports": ports},
        "any": {"endpoints": ends[:3], "ports": [{"name": "any"}]},
    }.items():
        shown(api, slices, {"metadata": {"name": name}, "addressType": "IPv4"} | fields)


@behaviour
def storage_classes(api: Side) -> None:
    classes = "/apis/storage.k8s.io/v1/storageclasses"
    shown(api, classes, _named(api, "-a", provisioner="ex.dev/p"))
    body = _named(
        api,
        "-b",
        provisioner="ex.dev/p",
        reclaimPolicy="Retain",
        volumeBindingMode="WaitForFirstConsumer",
        allowVolumeExpansion=True,
    )
    body["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    shown(api, classes, body)
    body = _named(api, provisioner="ex.dev/p")
    body["metadata"]["annotations"] = {"storageclass.beta.kubernetes.io/is-default-class": "true"}
    shown(api, classes, body)
    for ending in ("-a", "-b", ""):  # or the next claim of anybody would get a default class
        api.delete(f"{classes}/{_named(api, ending)['metadata']['name']}")


@behaviour
def drivers(api: Side) -> None:
    group = "/apis/storage.k8s.io/v1"
    shown(api, f"{group}/csidrivers", _named(api, "-a", spec={}))
    spec = {
        "attachRequired": False,
        "podInfoOnMount": True,
        "storageCapacity": True,
        "requiresRepublish": True,
        "volumeLifecycleModes": ["Persistent", "Ephemeral"],
        "tokenRequests": [{"audience": "a"}, {"audience": "b", "expirationSeconds": 3600}],
    }
    shown(api, f"{group}/csidrivers", _named(api, "-b", spec=spec))
    shown(api, f"{group}/csinodes", _named(api, spec={"drivers": [{"name": "d", "nodeID": "n", "topologyKeys": []}]}))
    shown(api, f"{group}/volumeattributesclasses", _named(api, driverName="ex.dev", parameters={"a": "b"}))


@behaviour
def attachments(api: Side) -> None:
    spec = {"attacher": "ex.dev", "nodeName": "n", "source": {"persistentVolumeName": "pv"}}
    body = _named(api, spec=spec)
    shown(api, "/apis/storage.k8s.io/v1/volumeattachments", body, {"attached": False}, {"attached": True})


@behaviour
def storage_capacities(api: Side) -> None:
    body = {"metadata": {"name": "one"}, "storageClassName": "slow", "capacity": "1Gi"}
    shown(api, path(api, "storage.k8s.io/v1", "csistoragecapacities"), body)


@behaviour
def bindings(api: Side) -> None:
    rbac = "rbac.authorization.k8s.io"
    subjects = [
        {"kind": "User", "name": "ann", "apiGroup": rbac},
        {"kind": "Group", "name": "all", "apiGroup": rbac},
        {"kind": "User", "name": "bob", "apiGroup": rbac},
        {"kind": "ServiceAccount", "name": "sa", "namespace": "n"},
    ]
    role = {"apiGroup": rbac, "kind": "ClusterRole", "name": "view"}
    bindings = path(api, f"{rbac}/v1", "rolebindings")
    shown(api, bindings, {"metadata": {"name": "one"}, "roleRef": role, "subjects": subjects})
    shown(api, bindings, {"metadata": {"name": "two"}, "roleRef": role})
    shown(api, f"/apis/{rbac}/v1/clusterrolebindings", _named(api, roleRef=role, subjects=subjects[:1]))
    shown(api, path(api, f"{rbac}/v1", "roles"), {"metadata": {"name": "one"}})


@behaviour
def leases_and_classes(api: Side) -> None:
    leases = path(api, "coordination.k8s.io/v1", "leases")
    shown(api, leases, {"metadata": {"name": "one"}})
    shown(api, leases, {"metadata": {"name": "two"}, "spec": {"holderIdentity": "me"}})
    shown(api, "/apis/scheduling.k8s.io/v1/priorityclasses", _named(api, value=7))
    shown(api, "/apis/node.k8s.io/v1/runtimeclasses", _named(api, handler="runc"))


@behaviour
def webhook_configurations(api: Side) -> None:
    group = "/apis/admissionregistration.k8s.io/v1"
    hook = {
        "name": "a.ex.dev",
        "clientConfig": {"url": "https://127.0.0.1:1/x"},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Ignore",
    }
    for kind in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
        shown(api, f"{group}/{kind}", _named(api, webhooks=[hook]))


@behaviour
def policies_and_their_bindings(api: Side) -> None:
    group = "/apis/admissionregistration.k8s.io/v1"
    rules = {
        "resourceRules": [
            {"apiGroups": ["odd.dev"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["x"]}
        ]
    }
    spec = {"matchConstraints": rules, "validations": [{"expression": "true"}, {"expression": "1 < 2"}]}
    shown(api, f"{group}/validatingadmissionpolicies", _named(api, "-a", spec=spec))
    kind = {"apiVersion": "v1", "kind": "ConfigMap"}
    shown(api, f"{group}/validatingadmissionpolicies", _named(api, "-b", spec=spec | {"paramKind": kind}))
    selector = {
        "matchLabels": {"b": "1", "a": "2"},
        "matchExpressions": [{"key": "k", "operator": "In", "values": ["x", "y"]}],
    }
    for suffix, reference in {
        "-a": {"name": "p", "namespace": "n", "parameterNotFoundAction": "Allow"},
        "-b": {"name": "p", "parameterNotFoundAction": "Allow"},
        "-c": {"selector": selector, "parameterNotFoundAction": "Allow"},
        "-d": None,
    }.items():
        bound = {"policyName": "none", "validationActions": ["Audit"]} | ({"paramRef": reference} if reference else {})
        shown(api, f"{group}/validatingadmissionpolicybindings", _named(api, suffix, spec=bound))


@behaviour
def flows(api: Side) -> None:
    group = "/apis/flowcontrol.apiserver.k8s.io/v1"
    limited = {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}}
    queued = {"type": "Queue", "queuing": {"queues": 8, "handSize": 2, "queueLengthLimit": 3}}
    shown(api, f"{group}/prioritylevelconfigurations", _named(api, "-a", spec={"type": "Limited", "limited": limited}))
    body = _named(api, "-b", spec={"type": "Limited", "limited": limited | {"limitResponse": queued}})
    shown(api, f"{group}/prioritylevelconfigurations", body)


@behaviour
def device_claims(api: Side) -> None:
    spec = {"devices": {"requests": [{"name": "r", "exactly": {"deviceClassName": "c"}}]}}
    shown(api, path(api, "resource.k8s.io/v1", "resourceclaims"), {"metadata": {"name": "one"}, "spec": spec})
    shown(api, "/apis/resource.k8s.io/v1/deviceclasses", _named(api, spec={}))
    template = {"metadata": {"name": "one"}, "spec": {"spec": spec}}
    shown(api, path(api, "resource.k8s.io/v1", "resourceclaimtemplates"), template)


@behaviour
def a_registered_service(api: Side) -> None:
    found = api.aside("GET", "/apis/apiregistration.k8s.io/v1/apiservices/v1.apps", None, {"accept": TABLE}).json
    api.note(found["rows"][0]["cells"][:3])  # as old as the server
