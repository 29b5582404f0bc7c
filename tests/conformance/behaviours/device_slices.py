"""Resource slices: the devices that drivers offer."""

from typing import Any

from ..script import behaviour
from ..side import Side

SLICES = "/apis/resource.k8s.io/v1/resourceslices"
POOL = {"name": "node", "resourceSliceCount": 1}


def piece(api: Side, *devices: Any, **spec: Any) -> dict[str, Any]:
    good = {"driver": "ex.dev", "pool": POOL, "nodeName": "node"} | ({"devices": list(devices)} if devices else {})
    return {"metadata": {"name": api.namespace}, "spec": good | spec}


def pretend(api: Side, *bodies: Any) -> None:
    for body in bodies:
        api.post(SLICES, body, dryRun="All")


@behaviour
def slices_that_are_refused(api: Side) -> None:
    term = {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
    pretend(
        api,
        {"metadata": {"name": api.namespace}},
        piece(api, driver="-bad", pool={"name": "Bad_//x", "resourceSliceCount": 0, "generation": -1}),
        piece(api, driver="Ex.Dev"),
        piece(api, nodeName=""),
        piece(api, nodeName="Bad_"),
        piece(api, nodeName=None),
        piece(api, nodeName=None, allNodes=False, perDeviceNodeSelection=False),
        piece(api, allNodes=True),
        piece(api, nodeName=None, nodeSelector={"nodeSelectorTerms": []}),
        piece(api, nodeName=None, nodeSelector={"nodeSelectorTerms": [term, term]}),
        piece(api, nodeName=None, nodeSelector={"nodeSelectorTerms": [term]}),
    )


@behaviour
def devices_that_are_refused(api: Side) -> None:
    one = {"name": "gpu"}
    for device in (
        {},
        {"name": "Bad_"},
        one
        | {
            "attributes": {
                "a": {},
                "b": {"int": 1, "bool": True},
                "ex.dev/c": {"version": "1.0"},
                "9x": {"string": "x"},
            }
        },
        one | {"attributes": {"Bad_/x": {"int": 1}, "/x": {"int": 1}, "ex.dev/": {"int": 1}, "a/b/c": {"int": 1}}},
        one | {"attributes": {"a": {"string": "x" * 65}, "b": {"version": f"1.0.0-{'x' * 65}"}}},
        one
        | {
            "attributes": {f"a{number}": {"int": number} for number in range(20)},
            "capacity": {f"b{number}": {"value": "1"} for number in range(13)},
        },
        one | {"taints": [{}, {"key": "bad key", "value": "bad value!", "effect": "Odd"}]},
        one | {"taints": [{"key": "a", "effect": "NoSchedule", "timeAdded": "2026-01-01T00:00:00Z"}]},
        one | {"taints": [{"key": "a", "effect": "NoSchedule"}] * 17},
        one | {"consumesCounters": [{}, {"counterSet": "Bad_", "counters": {"Bad_": {"value": "1"}}}]},
        one | {"consumesCounters": [{"counterSet": "a", "counters": {"m": {"value": "1"}}}] * 2},
        one | {"nodeName": "x"},
        one | {"bindingConditions": ["a"]},
        one | {"bindingFailureConditions": ["a", "bad key"]},
        one | {"bindingConditions": ["a", "b", "c", "d", "e"], "bindingFailureConditions": ["a"]},
    ):
        pretend(api, piece(api, device))
    pretend(api, piece(api, one, one), piece(api, *({"name": f"a{number}"} for number in range(129))))


@behaviour
def devices_each_in_its_place(api: Side) -> None:
    def placed(**device: Any) -> dict[str, Any]:
        return piece(api, {"name": "gpu"} | device, nodeName=None, perDeviceNodeSelection=True)

    pretend(
        api,
        placed(),
        placed(nodeName=""),
        placed(nodeName="Bad_"),
        placed(nodeName="a", allNodes=True),
        placed(allNodes=False),
        placed(nodeSelector={"nodeSelectorTerms": []}),
        placed(allNodes=True),
    )


@behaviour
def capacities_that_are_shared(api: Side) -> None:
    def shared(policy: Any, *, several: Any = True) -> dict[str, Any]:
        capacity = {"memory": {"value": "10Gi", "requestPolicy": policy}}
        return piece(api, {"name": "gpu", "allowMultipleAllocations": several, "capacity": capacity})

    pretend(
        api,
        shared({}, several=None),
        shared({}),
        shared({"validValues": ["1Gi"], "validRange": {"min": "1Gi"}}),
        shared({"validValues": ["1Gi"]}),
        shared({"default": "3Gi", "validValues": ["2Gi", "1Gi", "1Gi", "20Gi"]}),
        shared({"default": "1Gi", "validValues": ["1Gi", "2Gi"]}),
        shared({"default": "1Gi", "validRange": {}}),
        shared({"validRange": {"min": "1Gi"}}),
        shared({"default": "30Gi", "validRange": {"min": "20Gi", "max": "15Gi", "step": "1Gi"}}),
        shared({"default": "1536Mi", "validRange": {"min": "1Gi", "max": "5Gi", "step": "1Gi"}}),
        shared({"default": "512Mi", "validRange": {"min": "1Gi", "max": "5Gi", "step": "1Gi"}}),
    )


@behaviour
def counters_that_devices_share(api: Side) -> None:
    good = {"name": "memory", "counters": {"gb": {"value": "80"}}}
    for sets in (
        [{}],
        [{"name": "Bad_", "counters": {"Bad_": {"value": "1"}}}],
        [good, good],
        [{"name": f"a{number}", "counters": {"m": {"value": "1"}}} for number in range(9)],
        [{"name": "a", "counters": {f"m{number}": {"value": "1"} for number in range(33)}}],
        [good],
    ):
        pretend(api, piece(api, sharedCounters=sets))
    pretend(api, piece(api, {"name": "gpu"}, sharedCounters=[good]))


@behaviour
def a_slice_that_changes(api: Side) -> None:
    attributes = {"model": {"string": "x"}, "ex.dev/count": {"int": 3}, "v": {"version": "1.2.3"}, "on": {"bool": True}}
    api.post(SLICES, piece(api, {"name": "gpu", "attributes": attributes, "capacity": {"memory": {"value": "1024Mi"}}}))
    here = f"{SLICES}/{api.namespace}"
    for change in (
        {"driver": "other.dev"},
        {"nodeName": "other"},
        {"pool": {"name": "other"}},
        {"pool": {"generation": 2}},
    ):
        api.merge(here, {"spec": change})
    api.get(SLICES, fieldSelector="spec.driver=ex.dev,spec.nodeName=node")
    api.delete(here)
