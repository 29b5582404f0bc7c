"""Device classes, resource claims and their templates (dynamic resource allocation)."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side
from ..workloads import path

GROUP = "resource.k8s.io/v1"
CLASSES = f"/apis/{GROUP}/deviceclasses"
ADMIN = "resource.kubernetes.io/admin-access"


def claims(api: Side, *rest: str) -> str:
    return path(api, GROUP, "resourceclaims", *rest)


def templates(api: Side, *rest: str) -> str:
    return path(api, GROUP, "resourceclaimtemplates", *rest)


def exactly(name: str = "one", **wish: Any) -> dict[str, Any]:
    return {"name": name, "exactly": {"deviceClassName": "gpu"} | wish}


def selecting(*texts: str) -> list[Any]:
    return [{"cel": {"expression": text}} for text in texts]


def claim(*requests: Any, name: str = "mine", **devices: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"devices": {"requests": list(requests)} | devices}}


def pretend(api: Side, where: str, *bodies: Any) -> None:
    for body in bodies:
        api.post(where, body, dryRun="All")


@behaviour
def claims_are_defaulted(api: Side) -> None:
    pretend(
        api,
        claims(api),
        {"metadata": {"name": "mine"}},
        claim(exactly(), exactly("two", count=3), exactly("all", allocationMode="All")),
        claim(
            {
                "name": "any",
                "firstAvailable": [
                    {"name": "a", "deviceClassName": "x"},
                    {"name": "b", "deviceClassName": "y", "count": 2},
                ],
            }
        ),
    )


@behaviour
def requests_that_are_refused(api: Side) -> None:
    for request in (
        {},
        {"name": "Bad_"},
        {"name": "a", "exactly": {}},
        exactly(deviceClassName="Bad_"),
        exactly(allocationMode="Odd"),
        exactly(allocationMode="All", count=2),
        exactly(count=-1),
        exactly(tolerations=[{"operator": "Odd"}, {"key": "bad key", "operator": "Equal", "value": "bad value!"}]),
        exactly(tolerations=[{}, {"operator": "Exists", "value": "x", "effect": "Odd"}]),
        exactly(tolerations=[{"operator": "Exists"}] * 17),
        exactly() | {"firstAvailable": [{"name": "a", "deviceClassName": "x"}]},
        {"name": "a", "firstAvailable": [{"name": "b", "deviceClassName": "x"}] * 2},
        {"name": "a", "firstAvailable": [{"name": f"b{number}", "deviceClassName": "x"} for number in range(9)]},
        {"name": "a", "firstAvailable": [{"name": "", "deviceClassName": ""}]},
    ):
        pretend(api, claims(api), claim(request))
    pretend(api, claims(api), claim(exactly(), exactly()), claim(*(exactly(f"a{number}") for number in range(33))))


@behaviour
def selectors_of_devices(api: Side) -> None:
    for text in (
        "",
        "true",
        "1",
        "device.driver == 'ex.dev'",
        "device.attributes['ex.dev'].model == 'x'",
        "device.attributes['ex.dev'].flag",
        "device.capacity['ex.dev'].memory.isGreaterThan(quantity('1Gi'))",
        "device.capacity['ex.dev'].memory == 1",
        "device.allowMultipleAllocations",
        "device.unknown",
        "device.driver.matches('(')",
        "cel.bind(dra, device.attributes['ex.dev'], dra.one && dra.two)",
        "device.attributes['ex.dev'].version.isGreaterThan(semver('1.0.0'))",
        "oops",
        "device.driver ==",
        "[1,2,3].all(x, [1,2,3].all(y, [1,2,3].all(z, device.attributes.all(a, device.attributes[a].all(b, device.attributes[a][b].matches('x'))))))",
        "device.attributes['a'].map(x, x).size() > 0 && device.attributes.all(x, device.attributes[x].all(y, y == 'a'))",
    ):
        pretend(api, claims(api), claim(exactly(selectors=selecting(text))))
    pretend(api, claims(api), claim(exactly(selectors=[{}])), claim(exactly(selectors=selecting(*["true"] * 33))))
    pretend(api, claims(api), claim(exactly(selectors=selecting("true" + " " * 10240))))


@behaviour
def constraints_among_requests(api: Side) -> None:
    for constraint in (
        {},
        {"matchAttribute": "model"},
        {"matchAttribute": "ex.dev/model"},
        {"matchAttribute": "Bad_/9x", "requests": ["one"]},
        {"matchAttribute": "/x"},
        {"matchAttribute": "ex.dev/"},
        {"distinctAttribute": "ex.dev/model", "requests": ["one", "one"]},
        {"matchAttribute": "ex.dev/model", "distinctAttribute": "ex.dev/model"},
        {"matchAttribute": "ex.dev/model", "requests": ["none", "one/two", "a/b/c", "Bad_", "any/a"]},
        {"matchAttribute": f"ex.dev/{'x' * 33}"},
    ):
        any_of = {"name": "any", "firstAvailable": [{"name": "a", "deviceClassName": "x"}]}
        pretend(api, claims(api), claim(exactly(), any_of, constraints=[constraint]))


@behaviour
def configuration_for_drivers(api: Side) -> None:
    for config in (
        {},
        {"opaque": {}},
        {"opaque": {"driver": "ex.dev", "parameters": "text"}},
        {"opaque": {"driver": "ex.dev", "parameters": []}},
        {"opaque": {"driver": "ex.dev", "parameters": None}},
        {"opaque": {"driver": "-bad", "parameters": {"a": 1}}, "requests": ["one", "none"]},
        {"opaque": {"driver": "ex.dev", "parameters": {"a": "x" * 10240}}},
        {
            "opaque": {"driver": "ex.dev", "parameters": {"kind": "Mine", "apiVersion": "ex.dev/v1"}},
            "requests": ["one"],
        },
    ):
        pretend(api, claims(api), claim(exactly(), config=[config]))


@behaviour
def a_claim_stays(api: Side) -> None:
    api.post(claims(api), claim(exactly(selectors=selecting("true")), constraints=[{"matchAttribute": "ex.dev/a"}]))
    api.merge(claims(api, "mine"), {"spec": {"devices": {"constraints": None}}})
    api.merge(claims(api, "mine"), {"metadata": {"labels": {"a": "b"}}})
    api.post(
        templates(api),
        {"metadata": {"name": "mine"}, "spec": {"metadata": {"labels": {"a": "b"}}, "spec": claim(exactly())["spec"]}},
    )
    api.merge(templates(api, "mine"), {"spec": {"metadata": {"labels": {"a": "c"}}}})
    api.merge(templates(api, "mine"), {"metadata": {"labels": {"a": "b"}}})


@behaviour
def templates_that_are_refused(api: Side) -> None:
    for spec in ({}, {"metadata": {"labels": {"bad key": "x"}}}, {"spec": claim({"name": "a"})["spec"]}):
        pretend(api, templates(api), {"metadata": {"name": "mine"}, "spec": spec})


@behaviour
def access_for_administrators(api: Side) -> None:
    request = exactly(adminAccess=True)
    pretend(api, claims(api), claim(request))
    pretend(api, templates(api), {"metadata": {"name": "mine"}, "spec": {"spec": claim(request)["spec"]}})
    api.merge(f"/api/v1/namespaces/{api.namespace}", {"metadata": {"labels": {ADMIN: "true"}}})
    pretend(api, claims(api), claim(request))


def result(**fields: Any) -> dict[str, Any]:
    return {"request": "one", "driver": "ex.dev", "pool": "node", "device": "gpu-1"} | fields


def allocated(*results: Any, **more: Any) -> dict[str, Any]:
    return {"allocation": {"devices": {"results": list(results)} | more}}


USER = {"resource": "pods", "name": "a", "uid": "1"}


@behaviour
def allocations_that_are_refused(api: Side) -> None:
    api.post(claims(api), claim(exactly()))
    here = claims(api, "mine", "status")
    for status in (
        {"reservedFor": [USER]},
        {"reservedFor": [{}, USER, USER]},
        allocated({}),
        allocated(result(request="none", driver="-bad", pool="Bad_/x", device="Bad_")),
        allocated(result(shareID="x", bindingConditions=["a", "a"], bindingFailureConditions=["a"])),
        allocated(result(bindingConditions=["bad key"])),
        allocated(result(), config=[{"source": "Odd"}, {}]),
        allocated(
            result(),
            config=[{"source": "FromClaim", "requests": ["none"], "opaque": {"driver": "a", "parameters": {}}}],
        ),
        allocated(*[result()] * 33),
        {"allocation": {"nodeSelector": {"nodeSelectorTerms": []}}},
        allocated(result(adminAccess=True)),
    ):
        api.merge(here, {"status": status}, dryRun="All")


@behaviour
def a_claim_is_allocated_and_given_back(api: Side) -> None:
    api.post(claims(api), claim(exactly()))
    here = claims(api, "mine", "status")
    api.merge(here, {"status": allocated(result()) | {"reservedFor": [USER]}, "metadata": {"labels": {"a": "b"}}})
    api.merge(here, {"status": allocated(result(device="gpu-2"))})
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "Fine",
        "message": "",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    device = {"driver": "ex.dev", "pool": "node", "device": "gpu-1"}
    for devices in (
        [
            device
            | {
                "conditions": [condition],
                "data": {"a": 1},
                "networkData": {"interfaceName": "net1", "ips": ["10.9.8.7/24"]},
            }
        ],
        [
            device
            | {
                "data": "text",
                "networkData": {
                    "interfaceName": "x" * 257,
                    "hardwareAddress": "x" * 129,
                    "ips": ["10.09.8.7/24", "x", "2001:DB8::1/64"],
                },
            }
        ],
        [device | {"conditions": [condition, condition]}],
    ):
        api.merge(here, {"status": {"devices": devices}})
    api.merge(here, {"status": {"reservedFor": None, "allocation": None}})


@behaviour
def device_classes(api: Side) -> None:
    name = api.namespace
    for spec in (
        {"selectors": selecting("1")},
        {"config": [{}]},
        {"extendedResourceName": "gpu"},
        {"extendedResourceName": "kubernetes.io/gpu"},
        {"extendedResourceName": "ex.dev/gpu", "selectors": selecting("device.driver == 'ex.dev'")},
    ):
        pretend(api, CLASSES, {"metadata": {"name": name}, "spec": spec})
    pretend(api, CLASSES, {"metadata": {"name": "Bad_"}, "spec": {}}, {"metadata": {"name": name}})
    api.post(CLASSES, {"metadata": {"name": name}, "spec": {"selectors": selecting("true")}})
    api.merge(f"{CLASSES}/{name}", {"spec": {"selectors": selecting("oops")}})
    api.merge(f"{CLASSES}/{name}", {"spec": {"extendedResourceName": "ex.dev/gpu"}})
    api.delete(f"{CLASSES}/{name}")


@behaviour
def pods_with_claims(api: Side) -> None:
    api.post(claims(api), claim(exactly()))
    spec = {"containers": [{"name": "c", "image": "i"}], "resourceClaims": [{"name": "a", "resourceClaimName": "mine"}]}
    api.post(api.core("pods"), core("Pod", "one", spec=spec))
    api.delete(claims(api, "mine"))
